// The form of a policy: its annotations, their types, defaults and docs stand together with what they do. Lists, types,
// documentation and warnings are derived from the definitions; nothing about an annotation is written down twice.
import type { Located } from '../diagnostics/place.ts'
import type { Answer, RequestFacts } from './request-facts.ts'

/** ingress-nginx's annotation prefix. */
export const nginxPrefix = 'nginx.ingress.kubernetes.io/'
/** Prefix of what Portico adds. */
export const porticoPrefix = 'portico/'

/** One annotation: how its text becomes a value. */
export interface Setting<T> {
  /** Full annotation key, prefix included. */
  readonly annotation: string
  /** The type in a reader's words: `boolean`, `seconds`, `size`. */
  readonly type: string
  readonly default: T
  /** One sentence or two for the annotation's documentation. */
  readonly doc: string
  /** The value, or what is wrong with the text: a clause that completes "…: ". Never throws. */
  parse(text: string): { readonly value: T } | { readonly problem: string }
  /** What follows from a text that can not be obeyed: `default` falls back and says so; `deny` answers 503 (security). */
  readonly onProblem: 'default' | 'deny'
  /** The words for what follows, where "its default is used" would not be the whole truth. */
  readonly consequence?: string | undefined
}

/** A setting in a list of many types. */
// biome-ignore lint/suspicious/noExplicitAny: a setting's value type only matters where its policy is known
export type AnySetting = Setting<any>

/** The values of a set of settings, by name: what a route carries of a policy. */
export type SettingsOf<S extends Record<string, AnySetting>> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}

/** Reports a problem of one annotation of a policy, by the name of the setting. */
export type ReportSetting<S> = (setting: keyof S, problem: string) => void

/** One route behaviour. */
export interface Policy<Name extends string, S extends Record<string, AnySetting>> {
  readonly name: Name
  readonly doc: string
  readonly settings: S
  /** What all settings are when no annotation is set. */
  readonly defaults: SettingsOf<S>
  /** A check across settings, after each was read alone; returns what is in force. */
  check?(
    settings: SettingsOf<S>,
    written: ReadonlyMap<keyof S, Located<string>>,
    report: ReportSetting<S>,
  ): SettingsOf<S>
  /**
   * Hot path: answers a request in the backend's place, or `undefined` to let it pass. Called only on routes whose
   * Ingress sets an annotation of this policy, in the order of `allPolicies`, unless `answersByDefault`.
   */
  answer?(settings: SettingsOf<S>, request: RequestFacts): Answer | undefined
  /** Set when `answer` may act although no annotation is set (ssl-redirect). */
  readonly answersByDefault?: boolean
}

/** A policy in a list of many. */
// biome-ignore lint/suspicious/noExplicitAny: the list of all policies holds many types
export type AnyPolicy = Policy<string, any>

/** Defines a policy. The defaults are those of its settings. */
export function definePolicy<const Name extends string, S extends Record<string, AnySetting>>(
  name: Name,
  definition: Omit<Policy<Name, S>, 'name' | 'defaults'>,
): Policy<Name, S> {
  const defaults: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(definition.settings)) defaults[key] = setting.default
  return { ...definition, name, defaults: Object.freeze(defaults) as SettingsOf<S> }
}
