// Hot path: runs for every request.
import type { Route, RoutingTable } from './table.ts'

/** The index that requests are matched by. */
export interface Matcher {
  readonly table: RoutingTable
}

/** Indexes a table. `previous` lends the indices of hosts whose `HostRoutes` are the same object as before. */
export function buildMatcher(table: RoutingTable, previous?: Matcher): Matcher {
  void previous
  return { table }
}

/** Finds the route for a request, the host's fallback when no path takes it, or `undefined`. Never throws. */
export function match(matcher: Matcher, host: string, path: string): Route | undefined {
  void [matcher, host, path]
  return undefined
}

/** Groups of a regex route for a path it matched, from index 1. */
export function capturesOf(matcher: Matcher, route: Route, path: string): readonly string[] {
  void [matcher, route]
  return [path]
}
