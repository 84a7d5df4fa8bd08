// What somebody may have meant whose request no rule takes. For error pages and explanations, never for ordinary requests.
import { editDistance } from '../diagnostics/nearest-name.ts'
import type { Route, RoutingTable } from './table.ts'

/** Looking at more rules than that would take longer than anybody should wait for a 404. */
const maxLookedAt = 5_000
/** Longer texts are compared by their beginnings. */
const maxCompared = 64

/**
 * The rules closest to a host and a path, the closest first: those of the same host, those for the same path elsewhere, and
 * those whose host or path is a slip of the finger away. What has nothing to do with the request is left out.
 */
export function nearestRoutes(table: RoutingTable, host: string, path: string, count = 3): readonly Route[] {
  const scored: { readonly route: Route; readonly distance: number }[] = []
  const looked = table.hosts.slice(0, maxLookedAt).flatMap(({ routes }) => routes)
  let byHost = 0
  let ruleHost: string | undefined
  for (const route of looked.slice(0, maxLookedAt)) {
    if (route.host !== ruleHost) byHost = hostDistance(host, route.host)
    ruleHost = route.host
    const byPath = pathDistance(path, route.path)
    // One of the two has to be right, or both nearly so.
    const isNear = byHost === 0 || (byPath <= 0.1 && path !== '/') || byHost + byPath < 0.6
    if (isNear) scored.push({ route, distance: byHost + byPath })
  }
  return scored
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ route }) => route)
}

/** A wildcard is as near as its domain; rules for every host are near, too. */
function hostDistance(host: string, ruleHost: string): number {
  if (ruleHost === '') return 0.2
  return distanceOf(host, ruleHost.startsWith('*.') ? firstLabelOf(host) + ruleHost.slice(1) : ruleHost)
}

function firstLabelOf(host: string): string {
  const dot = host.indexOf('.')
  return dot === -1 ? host : host.slice(0, dot)
}

/** Rules above the path, and below it, are nearer than their letters say. */
function pathDistance(path: string, rulePath: string): number {
  if (rulePath === '/') return 0.5
  const isInLine = path.startsWith(rulePath) || (path !== '/' && rulePath.startsWith(path))
  return Math.min(distanceOf(path, rulePath), isInLine ? 0.3 : 1)
}

/** 0 for equal texts, 1 for those that have nothing in common. */
function distanceOf(a: string, b: string): number {
  if (a === b) return 0
  const [x, y] = [a.slice(0, maxCompared), b.slice(0, maxCompared)]
  return editDistance(x.toLowerCase(), y.toLowerCase()) / Math.max(x.length, y.length, 1)
}
