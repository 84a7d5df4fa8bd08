// The rules of the host that speaks for a request: which one takes it, and why each of the others does not. Whether a rule
// could take the request is asked of the matcher, given that rule alone.

import type { HostInput } from '../compile/collect-hosts.ts'
import { placeText } from '../diagnostics/place-text.ts'
import {
  type ConditionFacts,
  compareSpecificity,
  describeConditions,
  matchConditions,
  unmetCondition,
} from '../policies/routing/match-conditions.ts'
import { type HostIndex, indexHost, match } from '../routing/matcher.ts'
import { sharedLength } from '../routing/nearest-routes.ts'
import { rulePathText } from '../routing/rule-path.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Route } from '../routing/table.ts'

/** A rule that a request's path was held against. Plain data. */
export interface PathCandidate {
  /** As written; `undefined` for what answers paths that no rule takes. */
  readonly path?: string
  readonly type: 'Exact' | 'Prefix' | 'Regex' | 'default backend'
  /** What else it asks of requests (`portico/match-…`), in words. */
  readonly conditions?: string
  /** `namespace/name`. */
  readonly ingress: string
  /** `namespace/name:port` of its backend; `undefined` for the built-in 404. */
  readonly service?: string
  readonly taken: boolean
  /** Whether it would take the request if it were the only rule. */
  readonly fits: boolean
  /** Why it was taken or not, as a clause. */
  readonly reason: string
  readonly at?: string
}

/**
 * All rules of a host, in the order they come into question: the one taken, others that fit, those that do not. `path` is
 * normalised, `route` what the matcher gave, `input` what the host was compiled from, where that is known.
 */
export function pathCandidates(
  { hostRoutes }: HostIndex,
  path: string,
  request: ConditionFacts,
  route: Route | undefined,
  input: HostInput | undefined,
): PathCandidate[] {
  const { routes, fallback } = hostRoutes
  const judged = routes.map(
    (rule): Judged => ({ rule, fits: takesAlone(rule, path, request), taken: rule === route }),
  )
  // Of those that do not fit, the ones that nearly do are what is asked about.
  const likeness = ({ rule }: Judged) => sharedLength(textOf(rule), path)
  const rank = ({ taken, fits }: Judged) => (taken ? 0 : fits ? 1 : 2)
  const sorted = judged
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) || (a.fits ? lengthOf(b.rule) - lengthOf(a.rule) : likeness(b) - likeness(a)),
    )
    .map(({ rule, fits, taken }): PathCandidate => {
      const lost = () => (fits ? whyPassedOver(rule, route!) : whyUnfit(rule, path, request))
      return { ...describe(rule), taken, fits, reason: taken ? whyTaken(rule, routes) : lost() }
    })
  const all = [...sorted, ...displacedCandidates(input, routes)]
  return fallback === undefined ? all : [...all, fallbackCandidate(fallback, route)]
}

interface Judged {
  readonly rule: Route
  readonly fits: boolean
  readonly taken: boolean
}

/** Rules that an older Ingress has for the same path: they never came into the table. */
function displacedCandidates(input: HostInput | undefined, routes: readonly Route[]): PathCandidate[] {
  const served = new Set(routes.map(({ origin }) => origin.place))
  return (input?.mains ?? []).flatMap(({ hostPlan: { plan, paths } }) =>
    paths
      .filter(({ place }) => !served.has(place))
      .map(({ path, kind, place, backend }) => {
        const at = placeText(place)
        return {
          path,
          type: typeNames[kind],
          ingress: `${plan.ingress.meta.namespace}/${plan.ingress.meta.name}`,
          service: `${backend.namespace}/${backend.service}`,
          taken: false,
          fits: false,
          reason: 'is not served: an older Ingress has the same path (path-conflict)',
          ...(at !== undefined && { at }),
        }
      }),
  )
}

/** Whether a rule would take a request if its host had no other. */
function takesAlone(route: Route, path: string, request: ConditionFacts): boolean {
  const alone = indexHost({ host: route.host, hasTls: false, routes: [route], fallback: undefined })
  return match(alone, path, request) !== undefined
}

function describe(route: Route): Omit<PathCandidate, 'taken' | 'fits' | 'reason'> {
  const { path, kind, backend, origin, policies } = route
  const conditions = describeConditions(policies.matchConditions)
  const at = placeText(origin.place)
  return {
    path,
    type: typeNames[kind],
    ...(conditions !== '' && { conditions }),
    ingress: `${origin.namespace}/${origin.ingress}`,
    ...(backend !== undefined && { service: serviceName(backend) }),
    ...(at !== undefined && { at }),
  }
}

const typeNames = { exact: 'Exact', prefix: 'Prefix', regex: 'Regex' } as const

function fallbackCandidate(fallback: Route, route: Route | undefined): PathCandidate {
  const { path: _, ...described } = describe(fallback)
  const taken = fallback === route
  const reason = taken ? 'no rule of the host takes the path' : `${titleOf(route!)} takes the path`
  return { ...described, type: 'default backend', taken, fits: true, reason }
}

function titleOf({ path, kind }: Route): string {
  return `${typeNames[kind]} ${path}`
}

function whyTaken(rule: Route, routes: readonly Route[]): string {
  if (rule.kind === 'exact') return 'is the very path; Exact rules are asked first'
  if (routes.length === 1) return 'is the only rule of the host, and takes the path'
  return `takes the path, and ${rule.kind === 'regex' ? 'no longer text' : 'none with a longer text'} does`
}

/** Both would take the request: Exact first, then the longer text, then Prefix, then conditions, then age. */
function whyPassedOver(rule: Route, winner: Route): string {
  const name = titleOf(winner)
  if (isSameRule(rule, winner)) return whySameRuleLost(rule, winner)
  if (winner.kind === 'exact' && rule.kind !== 'exact')
    return `${name} is asked first: Exact before all others`
  const [own, others] = [lengthOf(rule), lengthOf(winner)]
  if (own < others) return `shorter than ${winner.path}: the longest text wins`
  if (rule.kind === 'regex' && winner.kind === 'prefix')
    return `as long as ${winner.path}, and Prefix comes before a regex`
  return `as long as ${winner.path}, which comes before it`
}

function isSameRule(a: Route, b: Route): boolean {
  return a.kind === b.kind && textOf(a) === textOf(b)
}

function whySameRuleLost(rule: Route, winner: Route): string {
  const order = compareSpecificity(winner.policies.matchConditions, rule.policies.matchConditions)
  const ingress = `Ingress ${winner.origin.namespace}/${winner.origin.ingress}`
  return order < 0
    ? `${ingress} has the same path under more specific conditions`
    : `${ingress} has the same path, and is older`
}

/** As the matcher counts it. */
function lengthOf(route: Route): number {
  return route.kind === 'regex' ? Buffer.byteLength(route.path) : textOf(route).length
}

function textOf({ kind, path }: Route): string {
  return kind === 'regex' ? path : rulePathText(path)
}

function whyUnfit(rule: Route, path: string, request: ConditionFacts): string {
  const unmet = unmetCondition(rule.policies.matchConditions, request)
  const anyRequest = { ...rule.policies, matchConditions: matchConditions.defaults }
  if (unmet !== undefined && takesAlone({ ...rule, policies: anyRequest }, path, request))
    return `asks for ${unmet}`
  if (rule.kind === 'regex') return 'the regex does not match at the start of the path'
  const text = textOf(rule)
  if (text.toLowerCase() === path.toLowerCase()) return 'letters differ in case, which counts'
  if (rule.kind === 'exact') return whyNotExact(text, path)
  if (path.startsWith(text)) return `compares whole elements, and ${path} is no element below ${text}`
  return 'the path does not begin with it'
}

function whyNotExact(text: string, path: string): string {
  if (`${text}/` === path) return 'Exact counts the slash at the end of the path'
  if (text === `${path}/`) return 'Exact counts the slash at its end, which the path has not'
  return 'Exact wants the very path'
}
