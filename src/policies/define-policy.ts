// The form of a policy: its annotations, their types, defaults and docs stand together with what they do. Lists, types,
// documentation and warnings are derived from the definitions; nothing about an annotation is written down twice.
import type { Located } from '../diagnostics/place.ts'
import type { AdmissionFacts, Verdict } from './admission.ts'
import type { RequestEdit, ResponseEdit } from './field-edits.ts'
import type { LiveServices } from './live-services.ts'
import type { References } from './references.ts'
import type { Answer, RequestFacts } from './request-facts.ts'
import type { RequestTap } from './request-tap.ts'

/** ingress-nginx's annotation prefix. */
export const nginxPrefix = 'nginx.ingress.kubernetes.io/'
/** Prefix of what Portico adds. */
export const porticoPrefix = 'portico/'

/** One annotation, or one key of the ConfigMap, or both: how its text becomes a value. */
export interface Setting<T> {
  /** Full annotation key, prefix included; `undefined` for what only the ConfigMap can say. */
  readonly annotation: string | undefined
  /** Key of ingress-nginx's ConfigMap that gives the default for all Ingresses; `undefined` for none. */
  readonly configKey: string | undefined
  /** The type in a reader's words: `boolean`, `seconds`, `size`. */
  readonly type: string
  readonly default: T
  /** One sentence or two for the annotation's documentation. */
  readonly doc: string
  /** How it differs from ingress-nginx, in a sentence; `undefined` when it does not. */
  readonly differs: string | undefined
  /** Every text that `parse` takes, where those are a few words, the usual ones first; for completion and editors. */
  readonly choices?: readonly string[] | undefined
  /** A regular expression (ECMA 262, as in JSON Schema) that every text matches which `parse` takes; for editors. */
  readonly pattern?: string | undefined
  /** The value, or what is wrong with the text: a clause that completes "…: ". Never throws. */
  parse(text: string): { readonly value: T } | { readonly problem: string }
  /** What follows from a text that can not be obeyed: `default` falls back and says so; `deny` answers 503 (security). */
  readonly onProblem: 'default' | 'deny'
  /** Where the annotation may stand; what an Ingress says wins over its Services. */
  readonly on: 'Ingress' | 'both'
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

/**
 * Reports a problem of one setting that was read well by itself: a clause that goes on after the annotation's name. On a
 * setting that denies it closes the routes, unless it is a `warning` or a `note`: what is written is in force nevertheless,
 * or has nothing to act on.
 */
export type ReportSetting<S> = (
  setting: keyof S,
  problem: string,
  severity?: 'error' | 'warning' | 'note',
) => void

/**
 * One route behaviour. Its hooks run only where something was written that sets it apart from its defaults, and
 * `isActive` agrees; `actsByDefault` lets them run without that.
 */
export interface Policy<Name extends string, S extends Record<string, AnySetting>, Live = unknown> {
  readonly name: Name
  readonly doc: string
  readonly settings: S
  /** What all settings are when nothing is written. */
  readonly defaults: SettingsOf<S>
  /** Whether the hooks have anything to do although nothing is written (ssl-redirect). */
  readonly actsByDefault?: boolean
  /** Whether the hooks have anything to do with these settings. */
  isActive?(settings: SettingsOf<S>): boolean
  /** `upstream`: it speaks about the backend and not about requests; its settings are part of the `Upstream`. */
  readonly appliesTo?: 'upstream'
  /** Counts for whole hosts: the oldest Ingress of a host that writes one of the settings decides for all its routes. */
  readonly hostWide?: boolean
  /** With `hostWide`: what holds on the routes of an Ingress that says `own`. Without this, what the deciding one says. */
  joinHost?(decided: SettingsOf<S>, own: SettingsOf<S>): JoinedSettings<SettingsOf<S>>
  /** Settings that have no effect unless one of the others beside them is set; an annotation that stands alone is reported. */
  readonly needs?: { readonly [K in keyof S]?: readonly (keyof S & string)[] }
  /** Read on canary Ingresses too: what ingress-nginx hangs on the backend. */
  readonly onCanaries?: boolean
  /** A check across settings, after each was read alone; returns what is in force. */
  check?(
    settings: SettingsOf<S>,
    written: ReadonlyMap<keyof S, Located<string>>,
    report: ReportSetting<S>,
  ): SettingsOf<S>
  /** Puts what Secrets and ConfigMaps hold in the place of their names. */
  resolve?(settings: SettingsOf<S>, references: References, report: ReportSetting<S>): SettingsOf<S>
  /** Makes what the policy keeps from request to request; hooks that may use it are given it. */
  createLive?(services: LiveServices): Live
  /**
   * Hot path: answers a request in the backend's place, or `undefined` to let it pass. Asked before a backend is chosen,
   * in the order of `allPolicies`.
   */
  answer?(settings: SettingsOf<S>, request: RequestFacts, live: Live): Answer | undefined
  /** `answer` is asked even where a guard that can not be obeyed has closed the route. */
  readonly answersWhenDenied?: boolean
  /** Hot path: lets a request in, or answers it. Asked when its backend is known to have endpoints. */
  admit?(settings: SettingsOf<S>, request: AdmissionFacts, live: Live): Verdict | Promise<Verdict>
  /** `admit` guards access: `satisfy` counts it, and no spelling of a path may lead around it. */
  readonly isGuard?: boolean
  /** `admit` draws lots, so that asked twice it may say two things; `cause` of the answers it gives. */
  readonly answersByLot?: string
  /** Asks who the client is: has no effect on the paths of `no-auth-locations`. */
  readonly authenticates?: boolean
  /** Hot path: reads along with a request that goes to a backend; `undefined` for nobody. */
  openTap?(settings: SettingsOf<S>, request: AdmissionFacts, live: Live): RequestTap | undefined
  /** Hot path: changes the head a backend gets. */
  requestFields?(settings: SettingsOf<S>, request: RequestFacts, edit: RequestEdit): void
  /** Hot path: changes the head a client gets, a backend's or one of ours. */
  responseFields?(settings: SettingsOf<S>, request: RequestFacts, edit: ResponseEdit): void
  /**
   * What these settings do to requests, for people: a clause without a subject, as in "lets in 10.0.0.0/8 only". Where it is
   * absent, or `undefined`, their names and values say it. Never holds what Secrets hold.
   */
  inWords?(settings: SettingsOf<S>): string | undefined
  /** The fields it sets come from ConfigMaps: people are shown their names, and not their values. */
  readonly fieldsFromObjects?: boolean
  /** The body of a backend's response goes through a filter of the proxy (compression, bandwidth). */
  readonly filtersResponses?: boolean
}

/** Settings of an Ingress together with those of another that decides for their host. */
export interface JoinedSettings<T> {
  readonly settings: T
  /** What its owner should know, as a clause; `undefined` when it gets what it says. */
  readonly finding: string | undefined
}

/** A policy in a list of many. */
// biome-ignore lint/suspicious/noExplicitAny: the list of all policies holds many types
export type AnyPolicy = Policy<string, any, any>

/** Defines a policy. The defaults are those of its settings. */
export function definePolicy<const Name extends string, S extends Record<string, AnySetting>, Live>(
  name: Name,
  definition: Omit<Policy<Name, S, Live>, 'name' | 'defaults'>,
): Policy<Name, S, Live> {
  const defaults: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(definition.settings)) defaults[key] = setting.default
  return { ...definition, name, defaults: Object.freeze(defaults) as SettingsOf<S> }
}
