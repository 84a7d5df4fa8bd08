// What was written for settings, as annotations of an Ingress or a Service, or as keys of the ConfigMap: read, checked and
// resolved alike, over whatever holds without it. Problems are said where they stand.
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Severity } from '../diagnostics/diagnostic.ts'
import type { Located, Place } from '../diagnostics/place.ts'
import type { KnownSetting } from '../policies/all.ts'
import {
  type AnyPolicy,
  type AnySetting,
  nginxPrefix,
  type ReportSetting,
} from '../policies/define-policy.ts'
import type { References } from '../policies/references.ts'
import type { Say } from './findings.ts'
import { saysMissingSecret } from './references.ts'

/** A setting that guards access and can not be obeyed. */
export interface Denial {
  /** `undefined` where no setting is to blame. */
  readonly setting: { readonly policy: AnyPolicy; readonly name: string } | undefined
  /** Why requests get 503: a sentence without a full stop. */
  readonly reason: string
}

/** One setting as it was written. */
export interface WrittenSetting {
  /** Its name among the policy's settings. */
  readonly name: string
  readonly key: string
  readonly text: Located<string>
  /** Absent when the text could not be read. */
  readonly read: { readonly value: unknown } | undefined
}

/** What a text came to. */
type Parsed = { readonly value: unknown } | { readonly problem: string }

/** Where settings are written, in words. */
export interface WritingPlace {
  readonly noun: 'annotation' | 'ConfigMap key'
  readonly code: DiagnosticCode
}

/** The settings written in one place. */
export class WrittenSettings {
  readonly denials: Denial[] = []
  readonly #byPolicy = new Map<AnyPolicy, WrittenSetting[]>()
  readonly #place: WritingPlace
  readonly #say: Say

  constructor(place: WritingPlace, say: Say) {
    this.#place = place
    this.#say = say
  }

  /** Takes the text of a key, which names `known`. */
  add(known: KnownSetting, key: string, text: Located<string>): void {
    const written = text.value.trim()
    // A line break never belongs in a value; it is how text was smuggled into configurations (CVE-2024-7646).
    const parsed = /[\r\n]/.test(written) ? { problem: 'it has a line break' } : known.setting.parse(written)
    this.#add(known, key, text, parsed)
  }

  /** Takes note that a key, which names `known`, has a value that is no text. */
  addWithoutText(known: KnownSetting, key: string, place: Place): void {
    this.#add(known, key, { value: '', place }, { problem: 'it is no text' })
  }

  has(policy: AnyPolicy): boolean {
    return this.#byPolicy.has(policy)
  }

  /** What was written for a policy, in its order. */
  of(policy: AnyPolicy): readonly WrittenSetting[] {
    return this.#byPolicy.get(policy) ?? []
  }

  /** Every policy that something was written for. */
  get policies(): Iterable<AnyPolicy> {
    return this.#byPolicy.keys()
  }

  /** Whether a setting was written and could be read. */
  obeys({ policy, name }: { readonly policy: AnyPolicy; readonly name: string }): boolean {
    return this.of(policy).some(written => written.name === name && written.read !== undefined)
  }

  /**
   * Settings of a policy: what was written over `base`, after the policy's own check and with what it refers to. Without
   * `references` names stay names.
   */
  settingsOf<T extends object>(policy: AnyPolicy, base: T, references?: References): T {
    const written = this.#byPolicy.get(policy)
    if (written === undefined) return base
    let settings: Record<string, unknown> = { ...base } as Record<string, unknown>
    for (const { name, read } of written) if (read !== undefined) settings[name] = read.value
    const texts = new Map(written.map(({ name, text }) => [name, text]))
    const report: ReportSetting<Record<string, AnySetting>> = (name, problem, severity = 'error') =>
      this.#report(policy, name, problem, severity)
    if (policy.check !== undefined) settings = policy.check(settings, texts, report)
    if (policy.resolve !== undefined && references !== undefined)
      settings = policy.resolve(settings, references, report)
    this.#reportIdle(policy, settings, texts, report)
    return settings as T
  }

  /**
   * What was written well and has nothing to act on. A key of the ConfigMap may be meant for what an Ingress sets, where one
   * can set it.
   */
  #reportIdle(
    policy: AnyPolicy,
    settings: Readonly<Record<string, unknown>>,
    texts: ReadonlyMap<string, unknown>,
    report: ReportSetting<Record<string, AnySetting>>,
  ): void {
    for (const { name, read } of this.of(policy)) {
      const needed = policy.needs?.[name] as readonly string[] | undefined
      if (needed === undefined || read === undefined) continue
      if (needed.some(other => texts.has(other) || settings[other] !== policy.defaults[other])) continue
      const keys = needed.map(other => policy.settings[other] as AnySetting)
      const isForIngresses = keys.some(({ annotation }) => annotation !== undefined)
      if (this.#place.noun === 'ConfigMap key' && isForIngresses) continue
      const labels = keys.map(
        ({ annotation, configKey }) => annotation?.replace(nginxPrefix, '') ?? configKey,
      )
      report(name, `has no effect without ${labels.join(' or ')}`, 'warning')
    }
  }

  #add({ policy, name, setting }: KnownSetting, key: string, text: Located<string>, parsed: Parsed): void {
    const settings = this.#byPolicy.get(policy) ?? []
    const read = 'problem' in parsed ? undefined : parsed
    this.#byPolicy.set(policy, [...settings, { name, key, text, read }])
    if (!('problem' in parsed)) return
    const { noun, code } = this.#place
    const denies = setting.onProblem === 'deny'
    if (denies) this.denials.push({ setting: { policy, name }, reason: `${noun} ${key} can not be obeyed` })
    const consequence = denies ? 'requests get 503' : (setting.consequence ?? 'its default is used')
    this.#say('error', code, text.place, `${key}: ${parsed.problem}; ${consequence}`)
  }

  /** A value that was read well and can not be obeyed all the same: it is left out, or the routes are closed. */
  #report(policy: AnyPolicy, name: string, problem: string, severity: Severity): void {
    const setting: AnySetting = policy.settings[name]
    const written = this.of(policy).find(setting => setting.name === name)
    const { noun, code } = this.#place
    const key = written?.key ?? setting.annotation ?? setting.configKey
    const denies = severity === 'error' && setting.onProblem === 'deny'
    if (denies)
      this.denials.push({
        setting: { policy, name },
        reason: `${noun} ${key} can not be obeyed: it ${problem}`,
      })
    this.#say(
      severity,
      saysMissingSecret(problem) ? 'secret-missing' : code,
      written?.text.place,
      `${key} ${problem}${denies ? '; requests get 503' : ''}`,
    )
  }
}
