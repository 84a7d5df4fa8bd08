// Everything in which two tables differ as far as requests and handshakes can tell: rule by rule, host by host, and the rest.
// Tables that are found equal here decide every request alike; who wrote a rule and where does not count.
import { placeText } from '../diagnostics/place-text.ts'
import { conditionsKey, describeConditions, isConditional } from '../policies/routing/match-conditions.ts'
import type { HostRoutes, Route } from '../routing/table.ts'
import type { Change, Detail } from './change.ts'
import { compareHosts } from './compare-hosts.ts'
import { compareRest } from './compare-rest.ts'
import { backendText, compareRules } from './compare-rules.ts'
import type { Side } from './side.ts'

/** A change before a request was looked for that shows it. */
export type FoundChange = Omit<Change, 'example'> & {
  /** The rules it is about: of one that was changed both, of a host all it has. */
  readonly routes: { readonly before: readonly Route[]; readonly after: readonly Route[] }
}

/** All differences, by host in the order of the tables, the rest first. */
export function compareTables(before: Side, after: Side): FoundChange[] {
  const old = new Map(before.table.hosts.map(host => [host.host, host]))
  const now = new Map(after.table.hosts.map(host => [host.host, host]))
  const names = new Set([...old.keys(), ...now.keys()])
  const hosts = [...names].flatMap(name => compareHost(name, old.get(name), now.get(name), { before, after }))
  const rest = compareRest(before.table, after.table).map(detail => restChange(detail))
  return [...rest, ...hosts]
}

function restChange(detail: Detail): FoundChange {
  return {
    kind: 'changed',
    what: 'rest',
    host: '',
    rule: '',
    details: [detail],
    before: undefined,
    after: undefined,
    routes: { before: [], after: [] },
  }
}

type Sides = { readonly before: Side; readonly after: Side }

function compareHost(
  name: string,
  old: HostRoutes | undefined,
  now: HostRoutes | undefined,
  sides: Sides,
): FoundChange[] {
  if (old === undefined || now === undefined) return [hostChange(name, old, now)]
  const details = compareHosts(name, old, now, sides.before.table, sides.after.table)
  const routes = { before: rulesOf(old), after: rulesOf(now) }
  const own: FoundChange[] =
    details.length === 0
      ? []
      : [
          {
            kind: 'changed',
            what: 'host',
            host: name || '*',
            rule: '',
            details,
            before: undefined,
            after: undefined,
            routes,
          },
        ]
  return old === now ? own : [...own, ...compareRoutes(name, old, now, sides)]
}

/** A host that only one of the two has: its rules are its details. */
function hostChange(name: string, old: HostRoutes | undefined, now: HostRoutes | undefined): FoundChange {
  const isNew = old === undefined
  const rules = rulesOf((old ?? now)!)
  return {
    kind: isNew ? 'added' : 'removed',
    what: 'host',
    host: name || '*',
    rule: '',
    details: rules.map(route => presence(ruleText(route, (old ?? now)!), route, isNew)),
    before: isNew ? undefined : placeOf(rules[0]),
    after: isNew ? placeOf(rules[0]) : undefined,
    routes: { before: isNew ? [] : rules, after: isNew ? rules : [] },
  }
}

function presence(subject: string, route: Route, isNew: boolean): Detail {
  const text = backendText(route.backend) || 'no backend'
  return isNew ? { subject, before: '-', after: text } : { subject, before: text, after: '-' }
}

/** Routes and, where it is more than the plain 404 that every host has, the fallback. */
function rulesOf({ routes, fallback }: HostRoutes): Route[] {
  return fallback?.backend === undefined ? [...routes] : [...routes, fallback]
}

function compareRoutes(name: string, old: HostRoutes, now: HostRoutes, sides: Sides): FoundChange[] {
  const [before, after] = [byKey(old), byKey(now)]
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap(key => {
    const [one, other] = [before.get(key), after.get(key)]
    if (one === other || isOnlyUncovered(one, other, old, now)) return []
    const details =
      one === undefined || other === undefined
        ? [presence('service', (one ?? other)!, one === undefined)]
        : compareRules(one, other, sides)
    if (details.length === 0) return []
    return {
      kind: one === undefined ? 'added' : other === undefined ? 'removed' : 'changed',
      what: 'rule',
      host: name || '*',
      rule: ruleText((other ?? one)!, other === undefined ? old : now),
      details,
      before: placeOf(one),
      after: placeOf(other),
      routes: { before: one ? [one] : [], after: other ? [other] : [] },
    } satisfies FoundChange
  })
}

/** A 404 that both have, where a rule that took everything came or went, which is said. */
function isOnlyUncovered(
  one: Route | undefined,
  other: Route | undefined,
  old: HostRoutes,
  now: HostRoutes,
): boolean {
  if (one !== undefined && other !== undefined) return false
  const route = one ?? other
  const isFallback = route === old.fallback || route === now.fallback
  return (
    isFallback && route?.backend === undefined && old.fallback !== undefined && now.fallback !== undefined
  )
}

/** By what makes two rules the same one. The fallback, which has no path, is one of them. */
function byKey({ routes, fallback }: HostRoutes): Map<string, Route> {
  const keyed = new Map<string, Route>()
  for (const route of routes)
    keyed.set(`${route.kind} ${route.path} ${conditionsKey(route.policies.matchConditions)}`, route)
  if (fallback !== undefined && !routes.some(takesAll)) keyed.set('fallback', fallback)
  return keyed
}

/** Beside such a rule nothing is left for the fallback. */
function takesAll({ kind, path, policies }: Route): boolean {
  return kind === 'prefix' && path === '/' && !isConditional(policies.matchConditions)
}

const kinds = { exact: 'Exact', prefix: 'Prefix', regex: 'regex' } as const

function ruleText(route: Route, { fallback }: HostRoutes): string {
  if (route === fallback) return '(default)'
  const conditions = describeConditions(route.policies.matchConditions)
  return `${route.path} ${kinds[route.kind]}${conditions === '' ? '' : ` [${conditions}]`}`
}

function placeOf(route: Route | undefined): string | undefined {
  return route && placeText(route.origin.place)
}
