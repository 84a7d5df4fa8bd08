// How a table differs from the one before it, for the line that tells a user what a change did.
import type { HostRoutes, Route, RoutingTable } from '../routing/table.ts'

/** How many routes a new table has, has otherwise, and has no more. */
export interface RouteChanges {
  readonly added: number
  readonly changed: number
  readonly removed: number
}

/**
 * Counts routes by id, the default backends of Ingresses included, that of the command line not. Hosts that are the same
 * object in both tables are passed over, so the cost is that of what changed. A route counts as changed when its policies,
 * canaries or endpoints did, too.
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

/** Part by part: what is the same object in both needs no looking into, and of most policies that is so. */
function differs(a: Route, b: Route): boolean {
  return haveOtherParts(a, b, (key, x, y) =>
    key === 'policies' ? haveOtherParts(x as object, y as object, isOther) : isOther(key, x, y),
  )
}

function haveOtherParts(
  a: object,
  b: object,
  isOther: (key: string, x: unknown, y: unknown) => boolean,
): boolean {
  const [before, after] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return Object.keys(before).some(key => before[key] !== after[key] && isOther(key, before[key], after[key]))
}

function isOther(_key: string, x: unknown, y: unknown): boolean {
  return describe(x) !== describe(y)
}

/** Everything but places: text that moved to another line is no change. */
function describe(part: unknown): string | undefined {
  return JSON.stringify(part, (key, value) => (key === 'place' ? undefined : value))
}
