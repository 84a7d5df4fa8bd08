// Hot path on hosts some of whose rules have conditions.
// Finds the route where the request decides between rules for one path. Hosts without conditions never come here.

import {
  type ConditionFacts,
  compareSpecificity,
  fitsConditions,
  isConditional,
} from '../policies/routing/match-conditions.ts'
import type { LinearRegex } from '../policies/values/linear-regex.ts'
import { compilePathRegex, rulePathText } from './rule-path.ts'
import type { HostRoutes, Route } from './table.ts'

/** Rules for one path, the most specific first. */
interface Alternatives {
  readonly routes: Route[]
  /** Length of the path as written. */
  readonly length: number
}

interface RegexAlternatives extends Alternatives {
  readonly regex: LinearRegex
}

/** The index of one host's paths where conditions count. */
export interface ConditionalIndex {
  readonly exact: ReadonlyMap<string, Alternatives>
  /** By path without its trailing slash; `/foo/` before `/foo`, which is the same prefix with a shorter text. */
  readonly prefixes: ReadonlyMap<string, readonly Alternatives[]>
  /** Length of the longest key of `prefixes`; −1 without any. */
  readonly longestPrefix: number
  /** Longest pattern first. */
  readonly regexes: readonly RegexAlternatives[]
}

/** Indexes a host's routes; `undefined` when none has conditions. */
export function buildConditionalIndex({ routes }: HostRoutes): ConditionalIndex | undefined {
  if (!routes.some(({ policies }) => isConditional(policies.matchConditions))) return undefined
  const exact = new Map<string, Alternatives>()
  const prefixes = new Map<string, Alternatives[]>()
  const regexes: RegexAlternatives[] = []
  // A stable sort: of two rules with equal conditions the one listed first, the older, stays first.
  for (const route of routes.toSorted(bySpecificity)) {
    const { kind } = route
    const text = kind === 'regex' ? route.path : rulePathText(route.path)
    // Rule texts hold a byte in each character, patterns do not.
    const length = kind === 'regex' ? Buffer.byteLength(text) : text.length
    if (kind === 'exact') addExact(exact, text, length, route)
    else if (kind === 'prefix') addPrefix(prefixes, text, length, route)
    else addRegex(regexes, length, route)
  }
  for (const list of prefixes.values()) list.sort(byLength)
  regexes.sort(byLength)
  let longestPrefix = -1
  for (const key of prefixes.keys()) longestPrefix = Math.max(longestPrefix, key.length)
  return { exact, prefixes, longestPrefix, regexes }
}

/** Rules for one path as a request meets them: by method, headers and query as the Gateway API orders them. */
function bySpecificity(a: Route, b: Route): number {
  return compareSpecificity(a.policies.matchConditions, b.policies.matchConditions)
}

function byLength(a: Alternatives, b: Alternatives): number {
  return b.length - a.length
}

function addExact(exact: Map<string, Alternatives>, text: string, length: number, route: Route): void {
  const same = exact.get(text)
  if (same !== undefined) same.routes.push(route)
  else exact.set(text, { routes: [route], length })
}

function addPrefix(prefixes: Map<string, Alternatives[]>, text: string, length: number, route: Route): void {
  const key = text.endsWith('/') ? text.slice(0, -1) : text
  const list = prefixes.get(key) ?? []
  prefixes.set(key, list)
  const same = list.find(alternatives => alternatives.length === length)
  if (same !== undefined) same.routes.push(route)
  else list.push({ routes: [route], length })
}

function addRegex(regexes: RegexAlternatives[], length: number, route: Route): void {
  const same = regexes.find(({ routes }) => routes[0]!.path === route.path)
  if (same !== undefined) {
    same.routes.push(route)
    return
  }
  const compiled = compilePathRegex(route.path)
  if ('problem' in compiled) throw new Error(`a regex path was not checked before: ${route.path}`)
  regexes.push({ routes: [route], length, regex: compiled.regex })
}

/**
 * The route that takes a request: exact path first, then the longest path text, Prefix before regex on a tie; where no rule
 * for a path fits, the next less specific path is asked. `undefined`: none.
 */
export function matchConditionally(
  index: ConditionalIndex,
  path: string,
  request: ConditionFacts,
): Route | undefined {
  const exact = firstFitting(index.exact.get(path), request)
  if (exact !== undefined) return exact
  const regexes = new RegexWalk(index.regexes, path, request)
  // Cuts at slashes that are longer than every prefix are skipped.
  let end = path.length > index.longestPrefix ? path.lastIndexOf('/', index.longestPrefix) : path.length
  while (end >= 0) {
    for (const prefix of index.prefixes.get(path.slice(0, end)) ?? []) {
      const route = regexes.longerThan(prefix.length) ?? firstFitting(prefix, request)
      if (route !== undefined) return route
    }
    end = end === 0 ? -1 : path.lastIndexOf('/', end - 1)
  }
  return regexes.longerThan(-1)
}

/** Regexes in their order, each looked at once, as far as their turn among the prefixes has come. */
class RegexWalk {
  readonly #regexes: readonly RegexAlternatives[]
  readonly #path: string
  readonly #request: ConditionFacts
  #next = 0

  constructor(regexes: readonly RegexAlternatives[], path: string, request: ConditionFacts) {
    this.#regexes = regexes
    this.#path = path
    this.#request = request
  }

  /** The first route that takes the request among those not looked at yet whose pattern is longer. */
  longerThan(length: number): Route | undefined {
    for (; this.#next < this.#regexes.length; this.#next++) {
      const candidate = this.#regexes[this.#next]!
      if (candidate.length <= length) return undefined
      const route = candidate.regex.test(this.#path) ? firstFitting(candidate, this.#request) : undefined
      if (route !== undefined) return route
    }
    return undefined
  }
}

function firstFitting(alternatives: Alternatives | undefined, request: ConditionFacts): Route | undefined {
  return alternatives?.routes.find(({ policies }) => fitsConditions(policies.matchConditions, request))
}
