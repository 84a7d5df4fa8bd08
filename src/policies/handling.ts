// How the requests of a route are treated: the settings of its policies, and which of them have something to do at which
// moment of a request. Plain data; routes hold it ready so that a moment without work costs one look at a list's length.
import { allPolicies, defaultRoutePolicies, type RoutePolicies } from './all.ts'
import type { AnyPolicy } from './define-policy.ts'

/** Indices into `allPolicies` of those that act at each moment, ascending. */
export interface Moments {
  /** Asked for an answer even where the route is closed. */
  readonly answeringDenied: readonly number[]
  /** Asked for an answer afterwards. */
  readonly answering: readonly number[]
  /** Asked to admit, guards left out. */
  readonly admitting: readonly number[]
  /** Guards asked to admit. */
  readonly guarding: readonly number[]
  /** They read along with requests that are forwarded. */
  readonly tapping: readonly number[]
  readonly editingRequests: readonly number[]
  readonly editingResponses: readonly number[]
  /** Their filters stand in the way of response bodies. */
  readonly filtering: readonly number[]
}

/** What a route, and what requests without one, are treated by. */
export interface Handling {
  readonly policies: RoutePolicies
  readonly moments: Moments
  /** Set when a security setting can not be obeyed: every request gets 503 with this reason. */
  readonly denied: string | undefined
  /** Empty for a route that anybody may use; equal for routes under the very same guards. */
  readonly guardKey: string
}

/**
 * Handling under `policies`. `base`: the policies of everybody (the ConfigMap's); guards that stand there are the same for
 * all. `owner` names the Ingress whose own guards the others are.
 */
export function handlingOf(
  policies: RoutePolicies,
  denied: string | undefined,
  base: RoutePolicies,
  owner: string,
): Handling {
  const moments = momentsOf(policies)
  const keys = moments.guarding.map(index => {
    const { name } = allPolicies[index] as AnyPolicy
    const isEverybodys = settingsOf(policies, name) === settingsOf(base, name)
    return isEverybodys ? name : `${name} of ${owner}`
  })
  if (denied !== undefined) keys.push(`closed ${owner}`)
  return { policies, moments, denied, guardKey: keys.join(', ') }
}

/** The same but for policies that ask who a client is; `handling` itself where there are none. Arguments as for `handlingOf`. */
export function withoutAuthentication(handling: Handling, base: RoutePolicies, owner: string): Handling {
  const asking = authenticating.filter(
    ({ name, defaults }) => settingsOf(handling.policies, name) !== defaults,
  )
  if (asking.length === 0) return handling
  const policies: Record<string, unknown> = { ...handling.policies }
  for (const { name, defaults } of asking) policies[name] = defaults
  return handlingOf(policies as RoutePolicies, handling.denied, base, owner)
}

/**
 * The same but for the settings of policies that are no guards, by their names. `stricter`: what these ask for more than the
 * rest of the host does, and whose Ingress it is; empty for nothing.
 */
export function withSettings(
  handling: Handling,
  settings: ReadonlyMap<string, unknown>,
  stricter: string,
): Handling {
  const policies = { ...handling.policies, ...Object.fromEntries(settings) } as RoutePolicies
  const guardKey = [handling.guardKey, stricter].filter(key => key !== '').join(', ')
  return { ...handling, policies, moments: momentsOf(policies), guardKey }
}

const authenticating = (allPolicies as readonly AnyPolicy[]).filter(
  ({ authenticates }) => authenticates === true,
)

type Moment = keyof Moments

/** When a policy is met, whatever its settings are. */
function momentsOfPolicy(policy: AnyPolicy): readonly Moment[] {
  const { answer, answersWhenDenied = false, admit, isGuard = false } = policy
  const { openTap, requestFields, responseFields, filtersResponses = false } = policy
  const hooks: Readonly<Record<Moment, boolean>> = {
    answeringDenied: answer !== undefined && answersWhenDenied,
    answering: answer !== undefined && !answersWhenDenied,
    admitting: admit !== undefined && !isGuard,
    guarding: admit !== undefined && isGuard,
    tapping: openTap !== undefined,
    editingRequests: requestFields !== undefined,
    editingResponses: responseFields !== undefined,
    filtering: filtersResponses,
  }
  return (Object.keys(hooks) as Moment[]).filter(moment => hooks[moment])
}

/** Each policy that requests meet, and when. Worked out once: a table may have a handling for each of its Ingresses. */
const metPolicies = (allPolicies as readonly AnyPolicy[])
  .map((policy, index) => ({ policy, index, moments: momentsOfPolicy(policy) }))
  .filter(({ moments }) => moments.length > 0)

const idle: Moments = Object.freeze({
  answeringDenied: [],
  answering: [],
  admitting: [],
  guarding: [],
  tapping: [],
  editingRequests: [],
  editingResponses: [],
  filtering: [],
})

/** Handling where nobody has written anything. */
export const defaultHandling: Handling = handlingOf(defaultRoutePolicies, undefined, defaultRoutePolicies, '')

function momentsOf(policies: RoutePolicies): Moments {
  const acting: Record<Moment, readonly number[]> = { ...idle }
  for (const { policy, index, moments } of metPolicies) {
    if (!acts(policy, settingsOf(policies, policy.name))) continue
    for (const moment of moments) acting[moment] = [...acting[moment], index]
  }
  return acting
}

function acts(policy: AnyPolicy, settings: unknown): boolean {
  if (policy.actsByDefault !== true && settings === policy.defaults) return false
  return policy.isActive === undefined || policy.isActive(settings as never)
}

function settingsOf(policies: RoutePolicies, name: string): unknown {
  return policies[name as keyof RoutePolicies]
}
