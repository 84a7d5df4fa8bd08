// The locations that ingress-nginx writes into nginx.conf for a host, and which of them nginx takes for a path. Follows the
// controller (v1.15: SetDefaultNGINXPathType, which makes ImplementationSpecific Prefix; the locations and their sorting in
// getBackendServers; updateServerLocations; enforceRegexModifier and buildLocation of the template) and nginx
// (ngx_http_core_find_location). Never serves anything.
import type { LinearRegex } from '../policies/values/linear-regex.ts'
import type { PathType } from '../resources/ingress.ts'
import { compilePathRegex } from '../routing/rule-path.ts'
import type { HostRoutes, Route } from '../routing/table.ts'

/** One `location` of a server block; `route` is whose requests it takes, `undefined` for the default backend. */
interface Location {
  readonly kind: 'exact' | 'prefix' | 'regex'
  readonly path: string
  readonly regex: LinearRegex | undefined
  readonly route: Route | undefined
}

/** A server block. */
export interface NginxServer {
  /** The first Ingress's route that makes all paths of the host regexes; `undefined`: none are. */
  readonly regexBy: Route | undefined
  /** In the order of the configuration, which is the order that regexes are tried in. */
  readonly locations: readonly Location[]
}

/** What nginx does with a path: a route's location takes it (`undefined`: the default backend), or a 301 adds a slash. */
export type NginxMatch = { readonly route: Route | undefined } | { readonly redirectTo: string }

/** The server block of a host. `pathTypeOf` gives the pathType of a rule's route; routes without one are no rules. */
export function nginxServerOf(
  { routes, fallback }: HostRoutes,
  pathTypeOf: (route: Route) => PathType | undefined,
): NginxServer {
  const rules = routes.filter(route => pathTypeOf(route) !== undefined)
  const regexBy = rules.find(isRegexRule)
  const isExact = (rule: Route) => pathTypeOf(rule) === 'Exact'
  const exactPaths = new Set(rules.filter(isExact).map(({ path }) => path))
  // Every server begins with a Prefix location / for the default backend, in whose place a rule may come.
  const hasRoot = rules.some(rule => rule.path === '/' && !isExact(rule))
  const root = hasRoot ? [] : [{ path: '/', route: fallback }]
  const ordered = sortLocations([...root, ...rules.map(route => ({ path: route.path, route }))])
  const locations = ordered.flatMap(({ path, route }) =>
    pathsOf(path, route, route !== undefined && isExact(route), exactPaths).map(([kind, text]) =>
      locationOf(kind, text, route, regexBy),
    ),
  )
  return { regexBy, locations: locations.filter(location => location !== undefined) }
}

/** Which location of a server takes a normalised path. */
export function matchAsNginx({ regexBy, locations }: NginxServer, path: string): NginxMatch {
  if (regexBy !== undefined) return { route: locations.find(({ regex }) => regex?.test(path))?.route }
  const exact = locations.find(location => location.kind === 'exact' && location.path === path)
  if (exact !== undefined) return { route: exact.route }
  const prefixes = locations.filter(location => location.kind === 'prefix' && path.startsWith(location.path))
  const longest = prefixes.toSorted((a, b) => b.path.length - a.path.length)[0]
  // proxy_pass under a name that ends with a slash: nginx adds the slash by a redirect, unless somebody takes the path as it is.
  const isOneShort = locations.some(location => location.path === `${path}/`)
  if (isOneShort && longest?.path !== path) return { redirectTo: `${path}/` }
  return { route: longest?.route }
}

/** By text descending, then by length descending: the controller sorts twice, and its sorts are stable. */
function sortLocations<T extends { readonly path: string }>(locations: readonly T[]): T[] {
  return locations
    .toSorted((a, b) => (a.path === b.path ? 0 : a.path > b.path ? -1 : 1))
    .sort((a, b) => Buffer.byteLength(b.path) - Buffer.byteLength(a.path))
}

function isRegexRule({ policies: { rewrite } }: Route): boolean {
  return rewrite.useRegex || rewrite.target !== undefined
}

/** A Prefix rule becomes two locations: all below it, and the path itself unless an Exact rule has it. */
function pathsOf(
  path: string,
  route: Route | undefined,
  isExact: boolean,
  exactPaths: ReadonlySet<string>,
): (readonly ['exact' | 'prefix', string])[] {
  if (isExact) return [['exact', path]]
  if (path === '/' || (route !== undefined && isRegexRule(route))) return [['prefix', path]]
  const below = ['prefix', path.endsWith('/') ? path : `${path}/`] as const
  return exactPaths.has(path) ? [below] : [below, ['exact', path]]
}

/** `undefined` for a text that no regex can be made of where all are regexes: nginx would not start with it. */
function locationOf(
  kind: 'exact' | 'prefix',
  path: string,
  route: Route | undefined,
  regexBy: Route | undefined,
): Location | undefined {
  if (regexBy === undefined) return { kind, path, regex: undefined, route }
  const compiled = compilePathRegex(path)
  return 'problem' in compiled ? undefined : { kind: 'regex', path, regex: compiled.regex, route }
}
