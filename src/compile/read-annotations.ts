// An Ingress's annotations as policies. Every annotation is obeyed or reported; one that guards access and can not be
// obeyed closes the Ingress's routes. Never looks at anything but annotations.

import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Located } from '../diagnostics/place.ts'
import { allPolicies, findSetting, knownAnnotations, type RoutePolicies } from '../policies/all.ts'
import { canary } from '../policies/canary.ts'
import {
  type AnyPolicy,
  type AnySetting,
  nginxPrefix,
  porticoPrefix,
  type ReportSetting,
  type SettingsOf,
} from '../policies/define-policy.ts'
import { type Handling, handlingOf, withoutAuthentication } from '../policies/handling.ts'
import {
  foreignPrefixes,
  type PlannedAnnotation,
  plannedAnnotations,
} from '../policies/planned-annotations.ts'
import type { References } from '../policies/references.ts'
import { type ObjectMeta, objectKey } from '../resources/object-meta.ts'
import type { Say } from './findings.ts'
import type { Globals } from './globals.ts'
import { type UpstreamVariant, upstreamVariantOf } from './vary-upstream.ts'

/** What the annotations of one Ingress come to. */
export interface IngressAnnotations {
  readonly handling: Handling
  /** The same for paths on which nobody is asked who they are (`no-auth-locations`). */
  readonly openHandling: Handling
  readonly canary: SettingsOf<typeof canary.settings>
  /** What is said of the backends; `undefined` for nothing. */
  readonly upstreamVariant: UpstreamVariant | undefined
}

interface WrittenSetting {
  readonly name: string
  readonly text: Located<string>
  /** Absent when the text could not be read. */
  readonly read: { readonly value: unknown } | undefined
}

/** Reads all annotations of an Ingress and reports what has no effect. */
export function readAnnotations(
  meta: ObjectMeta,
  globals: Globals,
  references: References,
  say: Say,
): IngressAnnotations {
  const reader = new AnnotationReader(meta, globals, references, say)
  for (const [key, text] of meta.annotations) {
    // ingress-nginx takes an empty value for an absent annotation.
    if (text.value.trim() !== '') reader.read(key, text)
  }
  return reader.finish()
}

class AnnotationReader {
  readonly #owner: string
  readonly #globals: Globals
  readonly #references: References
  readonly #say: Say
  readonly #written = new Map<AnyPolicy, WrittenSetting[]>()
  readonly #planned: { key: string; text: Located<string>; annotation: PlannedAnnotation }[] = []
  #denied: string | undefined

  constructor(meta: ObjectMeta, globals: Globals, references: References, say: Say) {
    this.#owner = objectKey(meta.namespace, meta.name)
    this.#globals = globals
    this.#references = references
    this.#say = say
    this.#denied = globals.denied
  }

  read(key: string, text: Located<string>): void {
    const known = findSetting(key)
    if (known !== undefined) {
      const read = this.#readSetting(key, text)
      const settings = this.#written.get(known.policy) ?? []
      this.#written.set(known.policy, [...settings, { name: known.name, text, read }])
      return
    }
    const annotation = plannedAnnotations.get(key)
    if (annotation !== undefined) this.#planned.push({ key, text, annotation })
    else this.#reportUnknown(key, text)
  }

  finish(): IngressAnnotations {
    const canarySettings = this.#settingsOf(canary, canary.defaults) as SettingsOf<typeof canary.settings>
    if (canarySettings.enabled) this.#reportOnCanary()
    else {
      this.#reportCanaryNotEnabled()
      for (const { key, text, annotation } of this.#planned) this.#reportPlanned(key, text, annotation)
    }
    const policies = this.#policies(policy => !canarySettings.enabled || policy.onCanaries === true)
    const { unclaimed, policies: base } = this.#globals
    const isBase = policies === base && this.#denied === unclaimed.denied
    const handling = isBase ? unclaimed : handlingOf(policies, this.#denied, base, this.#owner)
    return {
      handling,
      openHandling: withoutAuthentication(handling, base, this.#owner),
      canary: canarySettings,
      upstreamVariant: upstreamVariantOf(policies),
    }
  }

  /** What is written over the base; the base itself when nothing is. */
  #policies(isRead: (policy: AnyPolicy) => boolean): RoutePolicies {
    const base = this.#globals.policies
    const written = (allPolicies as readonly AnyPolicy[]).filter(
      policy => this.#written.has(policy) && isRead(policy),
    )
    if (written.length === 0) return base
    const policies: Record<string, unknown> = { ...base }
    for (const policy of written) policies[policy.name] = this.#settingsOf(policy, policies[policy.name])
    return policies as RoutePolicies
  }

  /** A canary takes over everything but the backend from its main rule (ingress-nginx). */
  #reportOnCanary(): void {
    const say = (key: string, text: Located<string>) =>
      this.#say(
        'note',
        'canary-annotation-ignored',
        text.place,
        `${key} has no effect on a canary; write it on the main Ingress`,
      )
    for (const [policy, settings] of this.#written) {
      if (policy === canary || policy.onCanaries === true) continue
      for (const { name, text } of settings) say(policy.settings[name].annotation, text)
    }
    for (const { key, text, annotation } of this.#planned) {
      if (balancesCanaries(key)) this.#reportPlanned(key, text, annotation)
      else say(key, text)
    }
  }

  /** Settings of a policy: what was written over `base`, after the policy's own check and with what it refers to. */
  #settingsOf(policy: AnyPolicy, base: unknown): Record<string, unknown> {
    const written = this.#written.get(policy)
    if (written === undefined) return base as Record<string, unknown>
    let settings: Record<string, unknown> = { ...(base as object) }
    for (const { name, read } of written) if (read !== undefined) settings[name] = read.value
    const texts = new Map(written.map(({ name, text }) => [name, text]))
    const report: ReportSetting<Record<string, AnySetting>> = (name, problem, severity = 'error') => {
      const setting = policy.settings[name]
      if (severity === 'error') this.#reportValue(setting, texts.get(name), problem)
      else this.#say('warning', 'annotation-value', texts.get(name)?.place, `${keyOf(setting)} ${problem}`)
    }
    if (policy.check !== undefined) settings = policy.check(settings, texts, report)
    return policy.resolve === undefined ? settings : policy.resolve(settings, this.#references, report)
  }

  /** A value that can not be obeyed: its default is used, or the routes are closed. */
  #reportValue(setting: AnySetting, text: Located<string> | undefined, problem: string): void {
    const key = keyOf(setting)
    const denies = setting.onProblem === 'deny'
    if (denies) this.#denied ??= `annotation ${key} can not be obeyed: it ${problem}`
    const consequence = denies ? '; requests get 503' : ''
    this.#say('error', 'annotation-value', text?.place, `${key} ${problem}${consequence}`)
  }

  #readSetting(key: string, text: Located<string>): { readonly value: unknown } | undefined {
    const { setting } = findSetting(key)!
    const written = text.value.trim()
    // A line break never belongs in a value; it is how text was smuggled into configurations (CVE-2024-7646).
    const parsed = /[\r\n]/.test(written) ? { problem: 'it has a line break' } : setting.parse(written)
    if (!('problem' in parsed)) return parsed
    const denies = setting.onProblem === 'deny'
    if (denies) this.#denied ??= `annotation ${key} can not be obeyed`
    const consequence = denies ? 'requests get 503' : (setting.consequence ?? 'its default is used')
    this.#say('error', 'annotation-value', text.place, `${key}: ${parsed.problem}; ${consequence}`)
    return undefined
  }

  #reportPlanned(key: string, text: Located<string>, { status, reason, security }: PlannedAnnotation): void {
    const closes = security && (status === 'planned' || status === 'refused')
    if (closes) this.#denied ??= `annotation ${key} guards this route and can not be obeyed: ${reason}`
    const consequence = closes ? 'requests get 503, because it guards access' : 'it has no effect'
    const [severity, code] = plannedFinding[status]
    this.#say(severity, code, text.place, `${key}: ${reason}; ${consequence}`)
  }

  #reportUnknown(key: string, text: Located<string>): void {
    const prefix = [nginxPrefix, porticoPrefix].find(prefix => key.startsWith(prefix))
    if (prefix !== undefined) {
      this.#say(
        'error',
        'annotation-unknown',
        text.place,
        `${key} is no annotation of an Ingress; it has no effect${suggest(key)}`,
      )
    } else if (foreignPrefixes.some(prefix => key.startsWith(prefix))) {
      this.#say(
        'note',
        'annotation-ignored',
        text.place,
        `${key} speaks to another controller; it has no effect here`,
      )
    }
  }

  #reportCanaryNotEnabled(): void {
    const written = this.#written.get(canary)?.find(({ name }) => name !== 'enabled')
    if (written === undefined) return
    this.#say(
      'warning',
      'canary-not-enabled',
      written.text.place,
      'canary annotations without canary: "true" have no effect; this is an ordinary Ingress',
    )
  }
}

const plannedFinding = {
  planned: ['error', 'annotation-not-implemented'],
  refused: ['error', 'annotation-refused'],
  legacy: ['warning', 'annotation-legacy'],
  ignored: ['note', 'annotation-ignored'],
} as const

/** What its writer calls a setting. */
function keyOf({ annotation, configKey }: AnySetting): string {
  return annotation ?? configKey!
}

/** What ingress-nginx reads on a canary besides `canary-*`: balancing and affinity hang on the backend. */
function balancesCanaries(key: string): boolean {
  return /^(load-balance|upstream-hash-by|affinity|session-cookie-)/.test(key.slice(nginxPrefix.length))
}

function suggest(key: string): string {
  const nearest = nearestName(key, [...knownAnnotations, ...plannedAnnotations.keys()])
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
