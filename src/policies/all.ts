// The list of all policies and what is derived from it. A new policy is one file and one line here.
import { bodySize } from './body-size.ts'
import { canary } from './canary.ts'
import type { AnyPolicy, AnySetting, SettingsOf } from './define-policy.ts'
import { nextUpstream } from './next-upstream.ts'
import type { Answer, RequestFacts } from './request-facts.ts'
import { rewrite } from './rewrite.ts'
import { sslRedirect } from './ssl-redirect.ts'
import { timeouts } from './timeouts.ts'

/** Policies of a route, in the order a request meets them. */
export const allPolicies = [sslRedirect, bodySize, rewrite, timeouts, nextUpstream] as const

type RoutePolicy = (typeof allPolicies)[number]

/** What is in force on a route: the settings of every policy, by its name. Plain data. */
export type RoutePolicies = { readonly [P in RoutePolicy as P['name']]: SettingsOf<P['settings']> }

/** The policies of an Ingress without annotations. */
export const defaultRoutePolicies: RoutePolicies = Object.freeze(
  Object.fromEntries(allPolicies.map(policy => [policy.name, policy.defaults])),
) as RoutePolicies

/** Every policy there is: those of routes, and those that decide between backends. Documentation is derived from it. */
export const everyPolicy: readonly AnyPolicy[] = [...allPolicies, canary]

/** A setting and where it belongs. */
export interface KnownSetting {
  readonly policy: AnyPolicy
  /** Its name among the policy's settings. */
  readonly name: string
  readonly setting: AnySetting
}

const settingsByAnnotation: ReadonlyMap<string, KnownSetting> = new Map(
  everyPolicy.flatMap(policy =>
    Object.entries(policy.settings as Record<string, AnySetting>).map(
      ([name, setting]) => [setting.annotation, { policy, name, setting }] as const,
    ),
  ),
)

/** The setting that an annotation (full key) gives a value to; `undefined` when no policy knows it. */
export function findSetting(annotation: string): KnownSetting | undefined {
  return settingsByAnnotation.get(annotation)
}

/** Full keys of all annotations that have an effect. */
export const knownAnnotations: readonly string[] = [...settingsByAnnotation.keys()]

/** Hot path: the first answer that the listed policies (indices into `allPolicies`) give in the backend's place. */
export function askPolicies(
  answering: readonly number[],
  policies: RoutePolicies,
  request: RequestFacts,
): Answer | undefined {
  for (const index of answering) {
    const policy = allPolicies[index] as AnyPolicy
    const answer = policy.answer?.(policies[policy.name as keyof RoutePolicies], request)
    if (answer !== undefined) return answer
  }
  return undefined
}
