// Pairs canary rules with the ordinary rules of the same host, path and pathType, and cuts the draw into their shares.
import { isDeepStrictEqual } from 'node:util'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import { type RoutePolicies, upstreamPolicies } from '../policies/all.ts'
import { affinity } from '../policies/balancing/affinity.ts'
import type { AnyPolicy, SettingsOf } from '../policies/define-policy.ts'
import type { CanaryRule, canary } from '../policies/routing/canary.ts'
import { conditionsKey } from '../policies/routing/match-conditions.ts'
import type { Canary, Route, Upstream } from '../routing/table.ts'
import type { HostContribution } from './collect-hosts.ts'
import type { ResolvedBackend } from './describe-backend.ts'
import { sayAbout } from './findings.ts'
import type { HostPlan, IngressPlan, PathPlan } from './plan-ingress.ts'
import { originOf, type PlannedRoute } from './planned-route.ts'
import { hintAmong, sayLonely } from './report-lonely-canaries.ts'
import { sayBackend } from './say-backend.ts'
import { type UpstreamVariant, upstreamVariantOf, varyBackend } from './vary-upstream.ts'

/** One rule of a canary Ingress. */
interface CanaryCandidate {
  readonly hostPlan: HostPlan
  /** `path /cart` or `default backend`, for messages. */
  readonly what: string
  readonly place: Place
  readonly resolved: ResolvedBackend
}

/** The routes of a host with their canaries, oldest canary first. Canary rules without a counterpart are reported. */
export function attachCanaries(
  planned: readonly PlannedRoute[],
  fallback: Route | undefined,
  canaries: readonly HostContribution[],
  diagnostics: Diagnostic[],
): { readonly routes: readonly Route[]; readonly fallback: Route | undefined } {
  if (canaries.length === 0) return { routes: planned.map(({ route }) => route), fallback }
  const candidates = candidatesByRule(canaries)
  const attach = (route: Route, rule: string): Route => {
    const own = candidates.get(rule)
    if (own === undefined) return route
    candidates.delete(rule)
    return { ...route, canaries: compileCanaries(route, own, diagnostics) }
  }
  const routes = planned.map(({ route, path }) => attach(route, ruleKey(path, route.policies)))
  const served = fallback?.backend === undefined ? fallback : attach(fallback, defaultRule)
  for (const { hostPlan, what, place } of [...candidates.values()].flat())
    sayLonely(hostPlan, what, place, hintAmong(planned, what), diagnostics)
  return { routes, fallback: served }
}

const defaultRule = 'default backend'

/** Rules pair by path, pathType and conditions. */
function ruleKey({ path, pathType }: PathPlan, { matchConditions }: RoutePolicies): string {
  return `${conditionsKey(matchConditions)}${pathType} ${path}`
}

function candidatesByRule(canaries: readonly HostContribution[]): Map<string, CanaryCandidate[]> {
  const byRule = new Map<string, CanaryCandidate[]>()
  const add = (rule: string, candidate: CanaryCandidate) =>
    byRule.set(rule, [...(byRule.get(rule) ?? []), candidate])
  for (const { hostPlan, backends, fallback } of canaries) {
    const { policies } = hostPlan.plan.annotations.handling
    for (const [index, path] of hostPlan.paths.entries()) {
      add(ruleKey(path, policies), {
        hostPlan,
        what: `path ${path.path}`,
        place: path.backend.place,
        resolved: backends[index]!,
      })
    }
    if (hostPlan.fallback === undefined || fallback === undefined) continue
    add(defaultRule, { hostPlan, what: defaultRule, place: hostPlan.fallback.place, resolved: fallback })
  }
  return byRule
}

function compileCanaries(
  route: Route,
  candidates: readonly CanaryCandidate[],
  diagnostics: Diagnostic[],
): Canary[] {
  const canaries: Canary[] = []
  let taken = 0
  for (const { hostPlan, what, place, resolved } of candidates) {
    const say = sayAbout(hostPlan.plan.object, diagnostics)
    const backend = varyBackend(resolved.backend, canaryVariant(hostPlan, route))
    if (isSameUpstream(backend.upstream, route.backend?.upstream)) {
      say(
        'note',
        'canary-same-backend',
        place,
        `${what}: the canary's backend is the main one; it is left out`,
      )
      continue
    }
    sayBackend(resolved, what, place, say, 'requests stay on the main backend')
    reportOwnAffinity(hostPlan.plan, route, message =>
      say('note', 'canary-annotation-ignored', place, message),
    )
    const settings = hostPlan.plan.annotations.canary
    const share = shareOf(settings, taken, message =>
      say('error', 'canary-weight-surplus', place, `${what}: ${message}`),
    )
    taken = share.to
    const rule = { ...ruleOf(settings, share), ...variantsOf(hostPlan, route) }
    canaries.push({ backend, rule, isSticky: isSticky(hostPlan.plan), origin: originOf(hostPlan, place) })
  }
  return canaries
}

function variantsOf({ plan }: HostPlan, main: Route): Pick<CanaryRule, 'variant' | 'mainVariant'> {
  return {
    variant: plan.annotations.handling.policies.variant.name,
    mainVariant: main.policies.variant.name,
  }
}

/** Whether clients stay with the canary, as they do with its main rule, if they do there. */
function isSticky({ annotations }: IngressPlan): boolean {
  return annotations.handling.policies.affinity.canaryBehavior === 'sticky'
}

/** A canary's cookie is its main rule's, if that has one; its own is often a copy of that, and no harm. */
function reportOwnAffinity({ annotations }: IngressPlan, main: Route, note: (message: string) => void): void {
  const own = annotations.handling.policies.affinity
  const { canaryBehavior } = own
  if (own.kind === undefined || isDeepStrictEqual(own, { ...main.policies.affinity, canaryBehavior })) return
  note('affinity and session-cookie-* have no effect on a canary; clients stay as the main Ingress says')
}

/** How a canary's backend is spoken to is its main rule's business, how its endpoints are chosen its own (ingress-nginx). */
function canaryVariant({ plan }: HostPlan, main: Route): UpstreamVariant | undefined {
  const own = plan.annotations.handling.policies
  const policies: Record<string, unknown> = { ...main.policies }
  for (const { name, onCanaries } of upstreamPolicies as readonly AnyPolicy[]) {
    if (onCanaries === true) policies[name] = own[name as keyof RoutePolicies]
  }
  policies.affinity = isSticky(plan) ? main.policies.affinity : affinity.defaults
  return upstreamVariantOf(policies as RoutePolicies)
}

function isSameUpstream(a: Upstream | undefined, b: Upstream | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.namespace === b.namespace && a.service === b.service && a.port === b.port
}

type CanarySettings = SettingsOf<typeof canary.settings>

/** Weights adjoin: each canary's slice begins where that of the one before ends. */
function shareOf(
  { weight, weightTotal }: CanarySettings,
  from: number,
  reportSurplus: (message: string) => void,
): CanaryRule['share'] {
  const end = from + weight / weightTotal
  // Adding fractions may miss 1 by a hair (0.1 + 0.7 + 0.2).
  if (Math.abs(end - 1) < 1e-9) return { from, to: 1 }
  if (end < 1) return { from, to: end }
  const left = Math.round((1 - from) * weightTotal)
  reportSurplus(
    `canary-weight ${weight} of ${weightTotal} is more than the ${left} left; it gets those, and the main backend nothing by weight`,
  )
  return { from, to: 1 }
}

function ruleOf(
  settings: CanarySettings,
  share: CanaryRule['share'],
): Omit<CanaryRule, 'variant' | 'mainVariant'> {
  const { header, headerValue, headerPattern, cookie } = settings
  return { header, headerValue, headerPattern, cookie, share }
}
