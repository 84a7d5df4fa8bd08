// Hot path: runs for every request.
// Finds the route for a host and a path: a map for hosts, maps for paths, and a list for regexes. Never throws.

import type { ConditionFacts } from '../policies/routing/match-conditions.ts'
import { compileAlias } from '../policies/routing/server-alias.ts'
import type { LinearRegex } from '../policies/values/linear-regex.ts'
import { buildConditionalIndex, type ConditionalIndex, matchConditionally } from './conditional-match.ts'
import { isGuarded } from './is-guarded.ts'
import { compilePathRegex, rulePathText } from './rule-path.ts'
import type { HostAlias, HostRoutes, Route, RoutingTable } from './table.ts'

/** The index that requests are matched by. Built from a table, never changed. */
export interface Matcher {
  readonly exactHosts: ReadonlyMap<string, HostIndex>
  /** By suffix: `.foo.com` for `*.foo.com`. */
  readonly wildcardHosts: ReadonlyMap<string, HostIndex>
  /** Aliases by regex, in the order they are tried. */
  readonly patternHosts: readonly PatternHost[]
  readonly catchAll: HostIndex | undefined
}

/** A host that is found by a regex (server-alias). */
export interface PatternHost {
  readonly regex: LinearRegex
  readonly index: HostIndex
}

/** The index of one host's paths. */
export interface HostIndex {
  readonly hostRoutes: HostRoutes
  readonly exact: ReadonlyMap<string, Route>
  /** By path without its trailing slash; empty for `/`. */
  readonly prefixes: ReadonlyMap<string, PrefixEntry>
  /** Length of the longest key of `prefixes`; −1 without any. */
  readonly longestPrefix: number
  /** Longest pattern first. */
  readonly regexes: readonly RegexEntry[]
  /** Set where the request decides between rules for one path; then it is asked instead of the maps above. */
  readonly conditional: ConditionalIndex | undefined
  /** Whether a route of the host lets only some requests through. */
  readonly isGuarded: boolean
}

interface PrefixEntry {
  readonly route: Route
  /** Length of the path as written: a trailing slash counts. */
  readonly length: number
}

interface RegexEntry {
  readonly route: Route
  readonly length: number
  readonly regex: LinearRegex
}

/** Indexes a table. `previous` lends the indices of hosts whose `HostRoutes` are the same object as before. */
export function buildMatcher(table: RoutingTable, previous?: Matcher): Matcher {
  const exactHosts = new Map<string, HostIndex>()
  const wildcardHosts = new Map<string, HostIndex>()
  let catchAll: HostIndex | undefined
  for (const hostRoutes of table.hosts) {
    const { host } = hostRoutes
    const before = previous === undefined ? undefined : indexOfRuleHost(previous, host)
    const index = before?.hostRoutes === hostRoutes ? before : indexHost(hostRoutes)
    if (host === '') catchAll = index
    else if (host.startsWith('*.')) wildcardHosts.set(host.slice(1), index)
    else exactHosts.set(host, index)
  }
  const matcher = { exactHosts, wildcardHosts, patternHosts: [] as PatternHost[], catchAll }
  for (const alias of table.aliases) addAlias(matcher, alias)
  return matcher
}

/** An alias shares the index of its host, but for whether it has a certificate. */
function addAlias(
  matcher: Matcher & {
    exactHosts: Map<string, HostIndex>
    wildcardHosts: Map<string, HostIndex>
    patternHosts: PatternHost[]
  },
  { kind, text, host, hasTls }: HostAlias,
): void {
  const main = indexOfRuleHost(matcher, host)
  if (main === undefined) return
  const index = { ...main, hostRoutes: { ...main.hostRoutes, host: text, hasTls } }
  if (kind === 'regex') {
    const compiled = compileAlias(text)
    if ('problem' in compiled) throw new Error(`an alias was not checked before: ${text}`)
    matcher.patternHosts.push({ regex: compiled.regex, index })
  } else if (text.startsWith('*.')) matcher.wildcardHosts.set(text.slice(1), index)
  else matcher.exactHosts.set(text, index)
}

/**
 * All rules that speak for a request's host: exact before wildcard before alias by regex before catch-all. No other host is
 * asked after it. `host` is in lower case, without port or trailing dot. `undefined` when nothing claims it.
 */
export function findHost(matcher: Matcher, host: string): HostIndex | undefined {
  return matcher.exactHosts.get(host) ?? findWildcard(matcher, host) ?? findByPattern(matcher, host)
}

/**
 * The route of a host for a path: exact path first; then the longest path text, Prefix or regex alike, Prefix on a tie;
 * then the host's fallback, which it may not have. `path` is what `normalizePath` gave. On hosts that have rules with
 * conditions a rule that the request does not fit is passed over.
 */
export function match(index: HostIndex, path: string, request: ConditionFacts): Route | undefined {
  const { conditional } = index
  const route =
    conditional === undefined ? matchPath(index, path) : matchConditionally(conditional, path, request)
  return route ?? index.hostRoutes.fallback
}

function matchPath(index: HostIndex, path: string): Route | undefined {
  const exact = index.exact.get(path)
  if (exact !== undefined) return exact
  const prefix = findPrefix(index, path)
  for (const { route, length, regex } of index.regexes) {
    if (prefix !== undefined && length <= prefix.length) break
    // `test` runs on a DFA; `lookingAt` takes seven times as long, so the pattern itself is anchored.
    if (regex.test(path)) return route
  }
  return prefix?.route
}

/**
 * The capture groups of a regex route for a path it took, from index 1, the whole match at 0; groups that took no part
 * are empty. Empty for other routes.
 */
export function capturesOf(matcher: Matcher, route: Route, path: string): readonly string[] {
  const index = indexOfRuleHost(matcher, route.host)
  const found = index?.regexes.find(entry => entry.route === route)?.regex.matcher(path)
  if (found === undefined || !found.find()) return []
  const captures: string[] = []
  for (let group = 0; group <= found.groupCount(); group++) captures.push(found.group(group) ?? '')
  return captures
}

/** Indexes one host's routes. Of two routes with the same kind and path the first counts. */
export function indexHost(hostRoutes: HostRoutes): HostIndex {
  const exact = new Map<string, Route>()
  const prefixes = new Map<string, PrefixEntry>()
  const regexes: RegexEntry[] = []
  let longestPrefix = -1
  for (const route of hostRoutes.routes) {
    if (route.kind === 'regex') {
      regexes.push(regexEntry(route))
      continue
    }
    const text = rulePathText(route.path)
    if (route.kind === 'exact') {
      if (!exact.has(text)) exact.set(text, route)
      continue
    }
    const key = withoutTrailingSlash(text)
    longestPrefix = Math.max(longestPrefix, key.length)
    // `/foo` and `/foo/` take the same requests; the longer text has priority (Kubernetes API, IngressRule).
    if ((prefixes.get(key)?.length ?? -1) < text.length) prefixes.set(key, { route, length: text.length })
  }
  regexes.sort((a, b) => b.length - a.length)
  const { routes, fallback } = hostRoutes
  const guarded = routes.some(isGuarded) || (fallback !== undefined && isGuarded(fallback))
  const conditional = buildConditionalIndex(hostRoutes)
  return { hostRoutes, exact, prefixes, longestPrefix, regexes, conditional, isGuarded: guarded }
}

function regexEntry(route: Route): RegexEntry {
  const compiled = compilePathRegex(route.path)
  if ('problem' in compiled) throw new Error(`a regex path was not checked before: ${route.path}`)
  return { route, length: Buffer.byteLength(route.path), regex: compiled.regex }
}

function indexOfRuleHost(matcher: Matcher, host: string): HostIndex | undefined {
  if (host === '') return matcher.catchAll
  return host.startsWith('*.') ? matcher.wildcardHosts.get(host.slice(1)) : matcher.exactHosts.get(host)
}

/** A wildcard stands for exactly one label of letters, digits, `_` and `-` (Kubernetes API; label as in ingress-nginx). */
export function findWildcard(matcher: Matcher, host: string): HostIndex | undefined {
  if (matcher.wildcardHosts.size === 0) return undefined
  const dot = host.indexOf('.')
  if (dot < 1) return undefined
  const index = matcher.wildcardHosts.get(host.slice(dot))
  return index !== undefined && isLabel(host, dot) ? index : undefined
}

/** nginx tries regexes after all names, and takes the first that is found anywhere in the host. */
function findByPattern({ patternHosts, catchAll }: Matcher, host: string): HostIndex | undefined {
  // A request without a host is for nobody in particular, whatever `.*` says.
  if (host !== '') for (const { regex, index } of patternHosts) if (regex.test(host)) return index
  return catchAll
}

function isLabel(host: string, end: number): boolean {
  for (let i = 0; i < end; i++) {
    const code = host.charCodeAt(i)
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
    const isDigit = code >= 0x30 && code <= 0x39
    if (!isLetter && !isDigit && code !== 0x2d && code !== 0x5f) return false
  }
  return true
}

/** Asks for each cut of the path at a slash, longest first; cuts longer than every prefix are skipped. */
function findPrefix(index: HostIndex, path: string): PrefixEntry | undefined {
  const { prefixes, longestPrefix } = index
  if (longestPrefix === -1) return undefined
  let end = path.length
  if (end > longestPrefix + 1) end = longestPrefix + 1
  // A cut is a whole number of segments: it ends where the path does, or before a slash.
  else if (path.charCodeAt(end - 1) !== 0x2f) {
    const whole = prefixes.get(path)
    if (whole !== undefined) return whole
  }
  for (let cut = path.lastIndexOf('/', end - 1); cut >= 0; cut = path.lastIndexOf('/', cut - 1)) {
    const entry = prefixes.get(path.slice(0, cut))
    if (entry !== undefined) return entry
    if (cut === 0) return undefined
  }
  return undefined
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
