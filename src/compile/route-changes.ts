// How a table differs from the one before it, for the line that tells a user what a change did.
import type { HostRoutes, Route, RoutingTable } from '../routing/table.ts'

/** How many routes a new table has, has otherwise, and has no more. */
export interface RouteChanges {
  readonly added: number
  readonly changed: number
  readonly removed: number
}

/**
 * Counts routes by id, the default backends of Ingresses included, that of the command line not. Hosts that are the same object in both tables are passed over, so
 * the cost is that of what changed. A route counts as changed when its policies, canaries or endpoints did, too.
 */
export function countRouteChanges(before: RoutingTable | undefined, after: RoutingTable): RouteChanges {
  const kept = new Set(before?.hosts).intersection(new Set(after.hosts))
  const [old, fresh] = [routesById(before?.hosts ?? [], kept), routesById(after.hosts, kept)]
  let added = 0
  let changed = 0
  for (const [id, route] of fresh) {
    const counterpart = old.get(id)
    if (counterpart === undefined) added++
    else if (differs(counterpart, route)) changed++
  }
  return { added, changed, removed: old.size - (fresh.size - added) }
}

function routesById(hosts: readonly HostRoutes[], except: ReadonlySet<HostRoutes>): Map<string, Route> {
  const routes = hosts.filter(host => !except.has(host)).flatMap(routesOf)
  return new Map(routes.map(route => [route.id, route]))
}

/** A fallback without a backend is the plain 404 that every host has. */
function routesOf({ routes, fallback }: HostRoutes): readonly Route[] {
  return fallback?.backend === undefined ? routes : [...routes, fallback]
}

function differs(a: Route, b: Route): boolean {
  return describe(a) !== describe(b)
}

/** Everything about a route but its place: text that moved to another line is no change. */
function describe(route: Route): string {
  return JSON.stringify(route, (key, value) => (key === 'place' ? undefined : value))
}
