// Settings of a route as people and scripts are shown them: name, value, and the place it was written at. Plain JSON, and
// nothing in it that a Secret holds.

import { placeText } from '../diagnostics/place-text.ts'
import { withoutCredentials } from '../diagnostics/without-credentials.ts'
import type { AnyPolicy, AnySetting } from '../policies/define-policy.ts'
import { shortName, writtenForm } from '../policies/ledger/ledger.ts'
import { type ShownValue, shownText, shownValue } from '../policies/shown-value.ts'
import type { SettingProvenance } from './provenance.ts'
import type { WrittenText } from './setting-layers.ts'

/** Text somewhere in the manifests. */
export interface ShownText {
  /** `Ingress shop/web`. */
  readonly object: string
  /** Full annotation, or key of the ConfigMap. */
  readonly key: string
  /** As written, without credentials of URLs. */
  readonly text: string
  /** `file:line:col`. */
  readonly at: string
}

/** One setting in force. */
export interface ShownSetting {
  /** The policy it belongs to. */
  readonly policy: string
  /** As people write it: without ingress-nginx's prefix. */
  readonly setting: string
  /** What is in force: times in milliseconds, sizes in bytes; objects by their names. `null` for nothing. */
  readonly value: ShownValue
  readonly from: 'annotation' | 'config-map' | 'default'
  /** Absent for a default. */
  readonly written?: ShownText
  /** What was written for it and could not be obeyed. */
  readonly unread?: ShownText
  /** What the route's own Ingress says and does not get. */
  readonly overruled?: ShownText
  /** Why another place decides than the usual ones. */
  readonly because?: string
}

/** Shows one setting. */
export function showSetting(found: SettingProvenance): ShownSetting {
  const { policy, name, setting, source, unread, overruled, because, value } = found
  return {
    policy: policy.name,
    setting: settingLabel(setting, name),
    value: shownValue(value),
    from: source.kind,
    ...(source.kind !== 'default' && { written: showText(source) }),
    ...(unread !== undefined && { unread: showText(unread) }),
    ...(overruled !== undefined && { overruled: showText(overruled) }),
    ...(because !== undefined && isSaid(found) && { because }),
  }
}

/** Whether anybody has written anything for a setting, obeyed or not. */
export function isSaid({ source, unread, overruled }: SettingProvenance): boolean {
  return source.kind !== 'default' || unread !== undefined || overruled !== undefined
}

/** The value in force in words: as it was written, where that is what is in force. */
export function valueText({ setting, source, value }: SettingProvenance): string {
  const isOwnText =
    source.kind !== 'default' && (source.key === setting.annotation || source.key === setting.configKey)
  return isOwnText ? withoutCredentials(source.text.trim()) : formOf(setting, value)
}

function formOf(setting: AnySetting, value: unknown): string {
  return withoutCredentials(writtenForm(setting, value)) || shownText(value)
}

/** As people write a setting's name. */
export function settingLabel({ annotation, configKey }: AnySetting, name: string): string {
  return annotation === undefined ? (configKey ?? name) : shortName(annotation)
}

/** What a policy's settings are in words, those that differ from its defaults: `limit-rps 5, limit-connections 2`. */
export function settingsText(policy: AnyPolicy, settings: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries<AnySetting>(policy.settings)
  const own = entries.filter(([name]) => settings[name] !== policy.defaults[name])
  return own
    .map(([name, setting]) => `${settingLabel(setting, name)} ${formOf(setting, settings[name])}`)
    .join(', ')
}

function showText({ object, key, text, place }: WrittenText): ShownText {
  return { object, key, text: withoutCredentials(text), at: placeText(place) }
}
