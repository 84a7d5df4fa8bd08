// An Ingress's annotations as policies. Every annotation is obeyed or reported; one that guards access and can not be
// obeyed closes the Ingress's routes. Never looks at anything but annotations.

import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Located } from '../diagnostics/place.ts'
import {
  allPolicies,
  defaultRoutePolicies,
  findSetting,
  knownAnnotations,
  type RoutePolicies,
} from '../policies/all.ts'
import { canary } from '../policies/canary.ts'
import { type AnyPolicy, nginxPrefix, porticoPrefix, type SettingsOf } from '../policies/define-policy.ts'
import {
  foreignPrefixes,
  type PlannedAnnotation,
  plannedAnnotations,
} from '../policies/planned-annotations.ts'
import type { ObjectMeta } from '../resources/object-meta.ts'
import type { Say } from './findings.ts'

/** What the annotations of one Ingress come to. */
export interface IngressAnnotations {
  readonly policies: RoutePolicies
  /** Indices into `allPolicies` of those that have to be asked, ascending. */
  readonly answering: readonly number[]
  readonly canary: SettingsOf<typeof canary.settings>
  /** Why requests get 503: a guard that can not be obeyed. */
  readonly denied: string | undefined
}

interface WrittenSetting {
  readonly name: string
  readonly text: Located<string>
  /** Absent when the text could not be read. */
  readonly read: { readonly value: unknown } | undefined
}

/** Reads all annotations of an Ingress and reports what has no effect. */
export function readAnnotations(meta: ObjectMeta, say: Say): IngressAnnotations {
  if (meta.annotations.size === 0) return withoutAnnotations
  const reader = new AnnotationReader(say)
  for (const [key, text] of meta.annotations) {
    // ingress-nginx takes an empty value for an absent annotation.
    if (text.value.trim() !== '') reader.read(key, text)
  }
  return reader.finish()
}

class AnnotationReader {
  readonly #say: Say
  readonly #written = new Map<AnyPolicy, WrittenSetting[]>()
  readonly #planned: { key: string; text: Located<string>; annotation: PlannedAnnotation }[] = []
  #denied: string | undefined

  constructor(say: Say) {
    this.#say = say
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
    const canarySettings = this.#settingsOf(canary) as SettingsOf<typeof canary.settings>
    if (canarySettings.enabled) return this.#finishCanary(canarySettings)
    this.#reportCanaryNotEnabled()
    for (const { key, text, annotation } of this.#planned) this.#reportPlanned(key, text, annotation)
    if (allPolicies.every(policy => !this.#written.has(policy))) {
      return { ...withoutAnnotations, canary: canarySettings, denied: this.#denied }
    }
    const policies: Record<string, unknown> = {}
    for (const policy of allPolicies) policies[policy.name] = this.#settingsOf(policy)
    const answering = answeringPolicies(policy => this.#written.has(policy))
    return { policies: policies as RoutePolicies, answering, canary: canarySettings, denied: this.#denied }
  }

  /** A canary takes over everything but the backend from its main rule (ingress-nginx). */
  #finishCanary(canarySettings: SettingsOf<typeof canary.settings>): IngressAnnotations {
    const say = (key: string, text: Located<string>) =>
      this.#say(
        'note',
        'canary-annotation-ignored',
        text.place,
        `${key} has no effect on a canary; write it on the main Ingress`,
      )
    for (const [policy, settings] of this.#written) {
      if (policy === canary) continue
      for (const { name, text } of settings) say(policy.settings[name].annotation, text)
    }
    for (const { key, text, annotation } of this.#planned) {
      if (balancesCanaries(key)) this.#reportPlanned(key, text, annotation)
      else say(key, text)
    }
    return { ...withoutAnnotations, canary: canarySettings }
  }

  /** Settings of a policy: what was written over the defaults, after the policy's own check. */
  #settingsOf(policy: AnyPolicy): Record<string, unknown> {
    const written = this.#written.get(policy)
    if (written === undefined) return policy.defaults
    const settings: Record<string, unknown> = { ...policy.defaults }
    for (const { name, read } of written) if (read !== undefined) settings[name] = read.value
    if (policy.check === undefined) return settings
    const texts = new Map(written.map(({ name, text }) => [name, text]))
    return policy.check(settings, texts, (name, problem) => {
      const key = policy.settings[name as string].annotation
      this.#say('error', 'annotation-value', texts.get(name as string)?.place, `${key} ${problem}`)
    })
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

/** What ingress-nginx reads on a canary besides `canary-*`: balancing and affinity hang on the backend. */
function balancesCanaries(key: string): boolean {
  return /^(load-balance|upstream-hash-by|affinity|session-cookie-)/.test(key.slice(nginxPrefix.length))
}

function answeringPolicies(isWritten: (policy: AnyPolicy) => boolean): readonly number[] {
  const answers = allPolicies.map((policy: AnyPolicy, index) =>
    policy.answer !== undefined && (policy.answersByDefault === true || isWritten(policy)) ? index : -1,
  )
  return answers.filter(index => index !== -1)
}

const withoutAnnotations: IngressAnnotations = Object.freeze({
  policies: defaultRoutePolicies,
  answering: answeringPolicies(() => false),
  canary: canary.defaults,
  denied: undefined,
})

function suggest(key: string): string {
  const nearest = nearestName(key, [...knownAnnotations, ...plannedAnnotations.keys()])
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
