// An Ingress's annotations as policies. Every annotation is obeyed or reported; one that guards access and can not be
// obeyed closes the Ingress's routes. Never looks at anything but annotations.

import type { Located, Place } from '../diagnostics/place.ts'
import { allPolicies, findSetting, type RoutePolicies } from '../policies/all.ts'
import { type AnyPolicy, nginxPrefix, porticoPrefix, type SettingsOf } from '../policies/define-policy.ts'
import { type Handling, handlingOf, withoutAuthentication } from '../policies/handling.ts'
import { type AnnotationRules, annotationProblem } from '../policies/ledger/annotation-rules.ts'
import { annotationsWithoutEffect } from '../policies/ledger/annotations-without-effect.ts'
import { foreignReaderOf } from '../policies/ledger/foreign-annotations.ts'
import { judgeWithoutEffect, type WithoutEffect } from '../policies/ledger/without-effect.ts'
import type { References } from '../policies/references.ts'
import { canary } from '../policies/routing/canary.ts'
import { type ObjectMeta, objectKey } from '../resources/object-meta.ts'
import { endpointsAnnotation } from './endpoints-annotation.ts'
import type { Say } from './findings.ts'
import type { Globals } from './globals.ts'
import { meantAnnotation, suggestAnnotation } from './suggest-name.ts'
import { type UpstreamVariant, upstreamVariantOf } from './vary-upstream.ts'
import { WrittenSettings } from './written-settings.ts'

/** What the annotations of one Ingress come to. */
export interface IngressAnnotations {
  readonly handling: Handling
  /** The same for paths on which nobody is asked who they are (`no-auth-locations`). */
  readonly openHandling: Handling
  readonly canary: SettingsOf<typeof canary.settings>
  /** Names of the policies that it speaks of for whole hosts. */
  readonly hostWide: readonly string[]
  /** What is said of the backends; `undefined` for nothing. */
  readonly upstreamVariant: UpstreamVariant | undefined
  /** Those of the ConfigMap, for whoever checks the rest of the Ingress. */
  readonly rules: AnnotationRules
}

/** Reads all annotations of an Ingress and reports what has no effect. */
export function readAnnotations(
  meta: ObjectMeta,
  globals: Globals,
  references: References,
  say: Say,
): IngressAnnotations {
  const isBare = meta.annotations.size === 0 && meta.annotationsWithoutText.size === 0
  const known = isBare ? withoutAnnotations.get(globals) : undefined
  if (known !== undefined) return known
  const reader = new AnnotationReader(meta, globals, references, say)
  for (const [key, text] of meta.annotations) {
    // ingress-nginx takes an empty value for an absent annotation.
    if (text.value.trim() !== '') reader.read(key, text)
  }
  for (const [key, place] of meta.annotationsWithoutText) reader.readWithoutText(key, place)
  const annotations = reader.finish()
  if (isBare) withoutAnnotations.set(globals, annotations)
  return annotations
}

/** What Ingresses without annotations come to: the same for all of them, and most have none. */
const withoutAnnotations = new WeakMap<Globals, IngressAnnotations>()

/** An annotation for another controller: its key and value. */
type ForeignAnnotation = readonly [key: string, text: Located<string>]

/** An annotation that no policy reads. */
interface Unread {
  readonly key: string
  readonly text: Located<string>
  readonly known: WithoutEffect
}

class AnnotationReader {
  readonly #owner: string
  readonly #globals: Globals
  readonly #references: References
  readonly #say: Say
  readonly #written: WrittenSettings
  readonly #withoutEffect: Unread[] = []
  /** By who reads them. */
  readonly #foreign = new Map<string, ForeignAnnotation[]>()
  /** A reason that no setting is to blame for. */
  #denied: string | undefined

  constructor(meta: ObjectMeta, globals: Globals, references: References, say: Say) {
    this.#owner = objectKey(meta.namespace, meta.name)
    this.#globals = globals
    this.#references = references
    this.#say = say
    this.#written = new WrittenSettings({ noun: 'annotation', code: 'annotation-value' }, say)
  }

  read(key: string, text: Located<string>): void {
    this.#checkRules(key, text)
    const setting = findSetting(key)
    if (setting !== undefined) {
      this.#written.add(setting, key, text)
      return
    }
    const known = annotationsWithoutEffect.get(key)
    if (known !== undefined) this.#withoutEffect.push({ key, text, known })
    else this.#reportUnknown(key, text)
  }

  /** A value that is no text was reported where it was read; here it counts as one that can not be obeyed. */
  readWithoutText(key: string, place: Place): void {
    const setting = findSetting(key)
    if (setting !== undefined) this.#written.addWithoutText(setting, key, place)
  }

  finish(): IngressAnnotations {
    for (const [reader, [first, ...others]] of this.#foreign) this.#reportForeign(reader, first!, others)
    const own = this.#written.settingsOf(canary, canary.defaults, this.#references)
    if (own.enabled) this.#reportOnCanary()
    else {
      this.#reportCanaryNotEnabled()
      for (const known of this.#withoutEffect) this.#reportWithoutEffect(known)
    }
    const policies = this.#policies(policy => !own.enabled || policy.onCanaries === true)
    const { unclaimed, policies: base } = this.#globals
    const denied = this.#whyDenied(policies)
    const isBase = policies === base && denied === unclaimed.denied
    const handling = isBase ? unclaimed : handlingOf(policies, denied, base, this.#owner)
    return {
      handling,
      openHandling: withoutAuthentication(handling, base, this.#owner),
      canary: own,
      hostWide: [...this.#written.policies]
        .filter(policy => policy.hostWide === true && isActiveIn(policies, policy))
        .map(({ name }) => name),
      upstreamVariant: upstreamVariantOf(policies),
      rules: this.#globals.rules,
    }
  }

  /** What is written over the base; the base itself when nothing is. */
  #policies(isRead: (policy: AnyPolicy) => boolean): RoutePolicies {
    const base = this.#globals.policies
    const written = (allPolicies as readonly AnyPolicy[]).filter(
      policy => this.#written.has(policy) && isRead(policy),
    )
    if (written.length === 0) return base
    const policies: Record<string, object> = { ...base }
    for (const policy of written) {
      policies[policy.name] = this.#written.settingsOf(policy, policies[policy.name]!, this.#references)
    }
    return policies as unknown as RoutePolicies
  }

  /** A guard of the Ingress's own; else one for all, unless the Ingress sets the same itself. */
  #whyDenied(policies: RoutePolicies): string | undefined {
    const own = this.#denied ?? this.#written.denials[0]?.reason
    if (own !== undefined) return own
    const { denials, policies: base } = this.#globals
    return denials.find(({ setting }) => {
      if (setting === undefined) return true
      const { policy, name } = setting
      // An older name of an annotation sets the same as the newer one.
      const isReplaced = settingIn(policies, policy, name) !== settingIn(base, policy, name)
      return !isReplaced && !this.#written.obeys(setting)
    })?.reason
  }

  /** What the ConfigMap forbids closes the routes; ingress-nginx does not serve such an Ingress at all. */
  #checkRules(key: string, text: Located<string>): void {
    const problem = annotationProblem(this.#globals.rules, key, text.value)
    if (problem === undefined) return
    this.#denied ??= `annotation ${key} is not allowed here: it ${problem}`
    this.#say('error', 'annotation-forbidden', text.place, `${key} ${problem}; requests get 503`)
  }

  /** A canary takes over everything but the backend from its main rule (ingress-nginx). */
  #reportOnCanary(): void {
    const say = (key: string, text: Located<string>, advice = '; write it on the main Ingress') =>
      this.#say('note', 'canary-annotation-ignored', text.place, `${key} has no effect on a canary${advice}`)
    for (const policy of this.#written.policies) {
      if (policy === canary || policy.onCanaries === true) continue
      for (const { key, text } of this.#written.of(policy)) say(key, text)
    }
    // Nor would they have one there.
    for (const { key, text } of this.#withoutEffect) say(key, text, '')
  }

  #reportWithoutEffect({ key, text, known }: Unread): void {
    const verdict = judgeWithoutEffect(known, text.value.trim())
    if (verdict === undefined) return
    const { guard, instead } = verdict
    if (guard !== undefined)
      this.#denied ??= `annotation ${key} guards this route ("${guard}") and can not be obeyed: ${known.reason}`
    const consequence =
      guard === undefined
        ? 'it has no effect'
        : `requests get 503 until it is removed, because "${guard}" guards access`
    const advice = instead === undefined ? '' : `; ${instead}`
    const [severity, code] = withoutEffectFinding[known.status]
    this.#say(severity, code, text.place, `${key}: ${known.reason}; ${consequence}${advice}`)
  }

  #reportUnknown(key: string, text: Located<string>): void {
    if (key === endpointsAnnotation) {
      const advice = 'it has no effect on an Ingress; write it on the Service'
      this.#say(
        'error',
        'annotation-misplaced',
        text.place,
        `${key} is an annotation of a Service: ${advice}`,
      )
      return
    }
    // Without the slash too: nginx.ingress.kubernetes.io.auth-url.
    if (key.startsWith(nginxPrefix.slice(0, -1)) || key.startsWith(porticoPrefix)) {
      this.#say(
        'error',
        'annotation-unknown',
        text.place,
        `${key} is no annotation of an Ingress; it has no effect${suggestAnnotation(key)}`,
      )
      return
    }
    const reader = foreignReaderOf(key)
    if (reader === undefined) this.#reportWrongPrefix(key, text)
    else if (hasNamesake(key)) this.#reportForeign(reader, [key, text])
    else this.#foreign.set(reader, [...(this.#foreign.get(reader) ?? []), [key, text]])
  }

  /** One note for all that speaks to one controller: a template for several clouds leaves many. */
  #reportForeign(reader: string, first: ForeignAnnotation, others: readonly ForeignAnnotation[] = []): void {
    const [key, { place }] = first
    const names = others.map(([other]) => other.slice(other.indexOf('/') + 1))
    const what = names.length === 0 ? `${key} speaks` : `${key} and ${names.join(', ')} speak`
    const has = names.length === 0 ? 'it has' : 'they have'
    const namesake = hasNamesake(key) ? `; ${namesakeOf(key)} has` : ''
    this.#say(
      'note',
      'annotation-ignored',
      place,
      `${what} to another controller (${reader}); ${has} no effect here${namesake}`,
    )
  }

  /** A guard that nobody reads because of its prefix looks as if it were there. */
  #reportWrongPrefix(key: string, { place }: Located<string>): void {
    const meant = meantAnnotation(key)
    if (meant === undefined) return
    const problem = key.includes('/') ? 'has a prefix that nobody here reads' : 'has no prefix'
    const severity = key.includes('/') ? 'error' : 'warning'
    this.#say(
      severity,
      'annotation-unknown',
      place,
      `${key} ${problem}; it has no effect; did you mean ${meant}?`,
    )
  }

  #reportCanaryNotEnabled(): void {
    const written = this.#written.of(canary).find(({ name }) => name !== 'enabled')
    if (written === undefined) return
    this.#say(
      'warning',
      'canary-not-enabled',
      written.text.place,
      'canary annotations without canary: "true" have no effect; this is an ordinary Ingress',
    )
  }
}

const withoutEffectFinding = {
  planned: ['error', 'annotation-not-implemented'],
  refused: ['error', 'annotation-refused'],
  elsewhere: ['warning', 'annotation-ignored'],
  legacy: ['warning', 'annotation-legacy'],
  ignored: ['note', 'annotation-ignored'],
} as const

function settingIn(policies: RoutePolicies, policy: AnyPolicy, name: string): unknown {
  const settings = policies[policy.name as keyof RoutePolicies] as
    | Readonly<Record<string, unknown>>
    | undefined
  return settings?.[name]
}

/** `nginx.org/proxy-read-timeout` has a namesake here, and so have most of what ingress-nginx once read without `nginx.`. */
function hasNamesake(key: string): boolean {
  return findSetting(namesakeOf(key)) !== undefined
}

function namesakeOf(key: string): string {
  return nginxPrefix + key.slice(key.indexOf('/') + 1)
}

function isActiveIn(policies: RoutePolicies, { name, isActive }: AnyPolicy): boolean {
  return isActive?.(policies[name as keyof RoutePolicies] as never) ?? true
}
