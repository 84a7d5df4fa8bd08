// For a 404: the rules that would have been meant, if a host or a path is misspelt or stands on another host. Looks at a
// bounded part of the table, because a 404 is what anybody can ask for.
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { ConditionFacts } from '../policies/routing/match-conditions.ts'
import { findHost, type HostIndex, type Matcher, match } from './matcher.ts'
import type { Route } from './table.ts'

/** A rule and why it is near. */
export interface NearRoute {
  readonly route: Route
  readonly why: string
}

/** How many are shown. */
const maxShown = 5
/** Hosts, and paths of one host, that are looked at. */
const maxLooked = 2_000
/** Texts longer than this are compared as they begin: the work grows with the square. */
const maxCompared = 100

/** The nearest rules, nearest first, at most five. `path` is the normalised one. */
export function nearestRoutes(
  matcher: Matcher,
  host: string,
  path: string,
  request: ConditionFacts,
): NearRoute[] {
  const asked = findHost(matcher, host)
  const near = asked === undefined || asked.hostRoutes.host === '' ? [] : onThisHost(asked, path)
  const shown = new Set(near.map(({ route }) => route))
  for (const found of onOtherHosts(matcher, asked, host, path, request)) {
    if (near.length >= maxShown) break
    if (!shown.has(found.route)) near.push(found)
    shown.add(found.route)
  }
  return near.slice(0, maxShown)
}

/** Other paths: the one that is spelt almost so, then those that share the first segments. */
function onThisHost({ hostRoutes }: HostIndex, path: string): NearRoute[] {
  const routes = hostRoutes.routes.slice(0, maxLooked)
  const spelt = nearestName(
    cut(path),
    routes.map(route => cut(route.path)),
  )
  const near = routes
    .filter(route => cut(route.path) === spelt)
    .map(route => ({ route, why: whyNot(route, path) ?? 'a path of this host that is spelt almost so' }))
  const rest = routes
    .filter(route => cut(route.path) !== spelt)
    .toSorted((a, b) => sharedLength(b.path, path) - sharedLength(a.path, path))
  return [
    ...near,
    ...rest.map(route => ({ route, why: whyNot(route, path) ?? 'another path of this host' })),
  ].slice(0, 3)
}

/** Why a rule of the host asked for does not take the path. */
function whyNot(route: Route, path: string): string | undefined {
  if (route.kind === 'regex') return 'a regex of this host, which does not match'
  if (route.kind === 'exact' && path.startsWith(route.path))
    return 'Exact takes this path only, nothing below it'
  if (path.startsWith(route.path)) return 'Prefix takes whole path elements only'
  return undefined
}

/** The host that is spelt almost so, then hosts that have a rule for the path. */
function onOtherHosts(
  { exactHosts, wildcardHosts }: Matcher,
  asked: HostIndex | undefined,
  host: string,
  path: string,
  request: ConditionFacts,
): NearRoute[] {
  const hosts = [...exactHosts.entries(), ...wildcardHosts.entries()].slice(0, maxLooked)
  const spelt = nearestName(
    cut(host),
    hosts.map(([name]) => cut(name)),
  )
  const near: NearRoute[] = []
  for (const [name, index] of hosts) {
    const isSpelt = cut(name) === spelt
    if (index === asked) continue
    const route = match(index, path, request) ?? (isSpelt ? index.hostRoutes.routes[0] : undefined)
    if (route === undefined || (route === index.hostRoutes.fallback && !isSpelt)) continue
    if (isSpelt) near.unshift({ route, why: 'a host that is spelt almost so' })
    else near.push({ route, why: 'another host has this path' })
  }
  // `/` takes any path: what says more about it comes first.
  return near.toSorted((a, b) => rank(b) - rank(a))
}

function rank({ route, why }: NearRoute): number {
  return why.startsWith('a host') ? Number.MAX_SAFE_INTEGER : route.path.length
}

/** How many characters two texts begin with alike. */
export function sharedLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function cut(text: string): string {
  return text.slice(0, maxCompared)
}
