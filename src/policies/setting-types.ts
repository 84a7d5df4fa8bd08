// The types annotation values have. Each function makes a setting of one type; none of them throws on any text.

import { withoutCredentials } from '../diagnostics/without-credentials.ts'
import { nginxPrefix, porticoPrefix, type Setting } from './define-policy.ts'

/** What a setting says of itself besides its name; `onProblem` is `default` unless said otherwise. */
export interface SettingText<T> {
  readonly default: T
  readonly doc: string
  readonly onProblem?: 'default' | 'deny'
  readonly consequence?: string | undefined
  /** How it differs from ingress-nginx, in a sentence. */
  readonly differs?: string
  /** Every text that is taken, where those are a few words. */
  readonly choices?: readonly string[]
  /** What every text that is taken matches. */
  readonly pattern?: string
  /** Where it can be written: an annotation (the default), a key of the ConfigMap, or both under the same name. */
  readonly scope?: 'annotation' | 'config-map' | 'both'
  /** The ConfigMap's key where it is not the annotation's name. */
  readonly configKey?: string
  /** Whether the annotation stands on an Ingress (the default), or on a Service just as well. */
  readonly on?: 'Ingress' | 'both'
}

type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** A setting of ingress-nginx with a type of its own; `name` comes without the prefix. */
export function nginxSetting<T>(
  name: string,
  type: string,
  text: SettingText<T>,
  parse: (text: string) => Parsed<T>,
): Setting<T> {
  const { scope = 'annotation' } = text
  const annotation = scope === 'config-map' ? undefined : nginxPrefix + name
  return setting(annotation, text.configKey ?? (scope === 'annotation' ? undefined : name), type, text, parse)
}

/** A setting of Portico's own, `portico/name`; `name` comes without the prefix. */
export function porticoSetting<T>(
  name: string,
  type: string,
  text: SettingText<T>,
  parse: (text: string) => Parsed<T>,
): Setting<T> {
  return setting(porticoPrefix + name, undefined, type, text, parse)
}

function setting<T>(
  annotation: string | undefined,
  configKey: string | undefined,
  type: string,
  text: SettingText<T>,
  parse: (text: string) => Parsed<T>,
): Setting<T> {
  const { default: value, doc, differs, onProblem = 'default', consequence, on = 'Ingress' } = text
  const { choices, pattern } = text
  return {
    annotation,
    configKey,
    type,
    default: value,
    doc,
    differs,
    choices,
    pattern,
    parse,
    onProblem,
    consequence,
    on,
  }
}

const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseWords = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])
const booleanWords = [...new Set(['true', 'false', ...trueWords, ...falseWords])]
const integerPattern = '^[+-]?\\d+$'

/** A pattern for words, in small letters, that may be written in any. */
export function anyCase(...words: readonly string[]): string {
  const ofWord = (word: string) => word.replace(/[a-z]/g, letter => `[${letter.toUpperCase()}${letter}]`)
  return `^(?:${words.map(ofWord).join('|')})$`
}

/** Words of nginx's own switches, for `choices`. */
export const onOrOff = ['on', 'off'] as const

/** The words of Go's `strconv.ParseBool`, as Kubernetes tools read them; `yes` and `on` are no booleans. */
export function booleanSetting<T extends boolean | undefined>(
  name: string,
  text: SettingText<T>,
): Setting<T | boolean> {
  return nginxSetting<T | boolean>(name, 'boolean', { ...text, choices: booleanWords }, written => {
    if (trueWords.has(written)) return { value: true }
    if (falseWords.has(written)) return { value: false }
    return { problem: `${quote(written)} is not a boolean; write "true" or "false"` }
  })
}

/** Bounds of a number, both included. */
export interface NumberRange {
  readonly min: number
  readonly max: number
}

/** A whole number as Go's `strconv.Atoi` reads it: digits with an optional sign, nothing else. */
export function integerSetting(name: string, text: SettingText<number> & NumberRange): Setting<number> {
  return nginxSetting(name, 'integer', { ...text, pattern: integerPattern }, written =>
    parseInteger(written, text),
  )
}

/** Longest time a timer can wait, in whole seconds (2^31 − 1 milliseconds). */
const maxSeconds = 2_147_483

/** Whole seconds, at least `min` (one); the value is in milliseconds. Units (`60s`) are refused, as in ingress-nginx. */
export function secondsSetting(
  name: string,
  text: SettingText<number> & { readonly min?: number },
): Setting<number> {
  return nginxSetting(name, 'seconds', { ...text, pattern: integerPattern }, written => {
    const seconds = parseInteger(written, { min: text.min ?? 1, max: maxSeconds })
    return 'problem' in seconds ? seconds : { value: seconds.value * 1000 }
  })
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** A size as nginx writes it: `10m`, `1k`, `512`. The value is in bytes; `0` is `Infinity`: no limit. */
export function sizeSetting(name: string, text: SettingText<number>): Setting<number> {
  return nginxSetting<number>(name, 'size', { ...text, pattern: '^\\d{1,15}[bkmgBKMG]?$' }, written => {
    const match = /^(\d{1,15})([bkmg]?)$/i.exec(written)
    if (match === null)
      return { problem: `${quote(written)} is not a size; write one like "10m", "512k" or "0"` }
    const bytes = Number(match[1]) * unitBytes[match[2]!.toLowerCase()]!
    return { value: bytes === 0 ? Number.POSITIVE_INFINITY : bytes }
  })
}

/** Text made of the characters of one class only; `allowed` is tested against the whole text, `characters` names it. */
export function textSetting(
  name: string,
  text: SettingText<string | undefined> & { readonly allowed: RegExp; readonly characters: string },
): Setting<string | undefined> {
  return nginxSetting(name, 'text', { ...text, pattern: text.allowed.source }, written =>
    text.allowed.test(written)
      ? { value: written }
      : { problem: `${quote(written)} has characters other than ${text.characters}` },
  )
}

/** A header name, lower case and with `-` for `_`: nginx looks headers up with both alike. */
export function headerNameSetting(
  name: string,
  text: SettingText<string | undefined>,
): Setting<string | undefined> {
  return nginxSetting(name, 'header name', { ...text, pattern: '^[A-Za-z0-9._~-]+$' }, written =>
    /^[A-Za-z0-9._~-]+$/.test(written)
      ? { value: written.toLowerCase().replaceAll('_', '-') }
      : { problem: `${quote(written)} is not a header name` },
  )
}

/** A user's text in a message: quoted, on one line, cut when it is long, and without credentials of URLs. */
export function quote(text: string): string {
  const shown = withoutCredentials(text)
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)
}

function parseInteger(written: string, range: NumberRange): Parsed<number> {
  if (!/^[+-]?\d+$/.test(written)) return { problem: `${quote(written)} is not a whole number` }
  const value = Number(written)
  if (value >= range.min && value <= range.max) return { value }
  return { problem: `${quote(written)} is not between ${range.min} and ${range.max}` }
}
