// Canary rules without a counterpart in an ordinary Ingress, and what comes nearest to one: most are slips of the pen.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Place } from '../diagnostics/place.ts'
import { describeConditions } from '../policies/routing/match-conditions.ts'
import { sayAbout } from './findings.ts'
import type { HostPlan, IngressPlan } from './plan-ingress.ts'
import { hostText, type PlannedRoute } from './planned-route.ts'

/** Hints name so many paths of a host, and look for the nearest among so many hosts. */
const maxNamed = { paths: 3, hosts: 100 }

/** Reports every rule of canaries whose host no ordinary Ingress serves, with the host that their main rule may have. */
export function reportLonelyCanaries(
  canaries: readonly HostPlan[],
  plans: readonly IngressPlan[],
  diagnostics: Diagnostic[],
): void {
  if (canaries.length === 0) return
  const mains = indexMainRules(plans)
  for (const hostPlan of canaries) {
    for (const { path, pathType, backend } of hostPlan.paths) {
      const hint = hintOf(hostPlan, mains.get(ruleKey(hostPlan.plan, pathType, path)))
      sayLonely(hostPlan, `path ${path}`, backend.place, hint, diagnostics)
    }
    if (hostPlan.fallback !== undefined)
      sayLonely(hostPlan, 'default backend', hostPlan.fallback.place, '', diagnostics)
  }
}

/** Reports one rule of a canary. `hint` is empty or begins with a space. */
export function sayLonely(
  { plan, host }: HostPlan,
  what: string,
  place: Place,
  hint: string,
  diagnostics: Diagnostic[],
): void {
  sayAbout(plan.object, diagnostics)(
    'error',
    'canary-without-main',
    place,
    `${what}: no ordinary Ingress has this rule for host ${hostText(host)}${hint}; the canary gets no requests`,
  )
}

/** What the ordinary rules of the same host have: the path in another way, or other paths. `what` is `path /cart`. */
export function hintAmong(planned: readonly PlannedRoute[], what: string): string {
  const near = planned.find(({ path }) => `path ${path.path}` === what)
  if (near !== undefined) return ` (one has the path with ${ruleText(near)})`
  const paths = planned.slice(0, maxNamed.paths).map(({ path }) => path.path)
  const more = planned.length > paths.length ? ` and ${planned.length - paths.length} more` : ''
  return paths.length === 0 ? '' : ` (which has ${paths.join(', ')}${more})`
}

/** What sets a rule apart from others with its path. */
function ruleText({ path, route }: PlannedRoute): string {
  const conditions = describeConditions(route.policies.matchConditions)
  return `pathType ${path.pathType} and ${conditions === '' ? 'no conditions' : `the conditions ${conditions}`}`
}

/** Shares of ordinary Ingresses by namespace, path and pathType. */
function indexMainRules(plans: readonly IngressPlan[]): Map<string, HostPlan[]> {
  const index = new Map<string, HostPlan[]>()
  for (const plan of plans) {
    if (plan.annotations.canary.enabled) continue
    for (const hostPlan of plan.hosts) {
      for (const { path, pathType } of hostPlan.paths) {
        const key = ruleKey(plan, pathType, path)
        const known = index.get(key)
        if (known === undefined) index.set(key, [hostPlan])
        else if (known.length < maxNamed.hosts) known.push(hostPlan)
      }
    }
  }
  return index
}

function ruleKey({ ingress }: IngressPlan, pathType: string, path: string): string {
  return `${ingress.meta.namespace} ${pathType} ${path}`
}

/** The rule with the host that looks most like the canary's; when none does, the only one. */
function hintOf({ host }: HostPlan, mains: readonly HostPlan[] = []): string {
  const nearest = nearestName(
    host,
    mains.map(main => main.host),
  )
  const main = mains.find(main => main.host === nearest) ?? (mains.length === 1 ? mains[0] : undefined)
  return main === undefined ? '' : ` (${main.plan.object} has it for host ${hostText(main.host)})`
}
