// What a setting's value is made of: layers of writing, the one that wins first. An annotation over the ConfigMap over the
// default is the usual pile; a Service's annotations, or those of the Ingress that decides for a host, are others.
import { isDeepStrictEqual } from 'node:util'
import type { WrittenSetting, WrittenSettings } from '../compile/written-settings.ts'
import type { Place } from '../diagnostics/place.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'

/** One place of writing. */
export interface SettingLayer {
  /** In words: `Ingress shop/web`, `Service shop/cart`, `ConfigMap ingress-nginx/controller`. */
  readonly object: string
  readonly kind: 'annotation' | 'config-map'
  readonly written: WrittenSettings
  /** A policy's settings as they stand when this layer lies on all below it. */
  settingsOf(policy: AnyPolicy): Readonly<Record<string, unknown>>
}

/** Text that was written for a setting. */
export interface WrittenText {
  readonly object: string
  /** Full annotation, or key of the ConfigMap. */
  readonly key: string
  /** As it stands there; may hold credentials and control characters. */
  readonly text: string
  readonly place: Place
}

/** Where a value comes from. */
export type SettingSource =
  | ({ readonly kind: 'annotation' | 'config-map' } & WrittenText)
  /** Nobody has written anything that could be obeyed. */
  | { readonly kind: 'default' }

/** A source, and what stands in its way. */
export interface FoundSource {
  readonly source: SettingSource
  /** Text that was written for the setting and could not be obeyed, so that another layer's value holds; it has a finding. */
  readonly unread: WrittenText | undefined
}

/** The layer that a setting's value comes from. Layers: the one that wins first. */
export function findSource(layers: readonly SettingLayer[], policy: AnyPolicy, name: string): FoundSource {
  let unread: WrittenText | undefined
  for (const [index, layer] of layers.entries()) {
    const here = layer.settingsOf(policy)
    const below = layers[index + 1]?.settingsOf(policy) ?? policy.defaults
    // Where anything is written the settings are a copy. Most layers say nothing of most policies.
    if (here === below) continue
    const own = layer.written.of(policy).filter(written => written.name === name)
    // Of several texts for one setting the last that could be read counts.
    const read = own.findLast(written => written.read !== undefined)
    if (read !== undefined) return { source: sourceOf(layer, read), unread }
    const bad = own[0]
    // The policy's own check has made something else of it than what lies below: what is written beside it, by another name
    // or as a wish that could not be read and closes what it would have opened.
    if (!isDeepStrictEqual(here[name], below[name])) {
      const cause = bad ?? layer.written.of(policy)[0]
      if (cause !== undefined)
        return { source: sourceOf(layer, cause), unread: unread ?? (bad && textOf(layer, bad)) }
    }
    unread ??= bad && textOf(layer, bad)
  }
  return { source: { kind: 'default' }, unread }
}

function sourceOf(layer: SettingLayer, written: WrittenSetting): SettingSource {
  return { kind: layer.kind, ...textOf(layer, written) }
}

function textOf({ object }: SettingLayer, { key, text }: WrittenSetting): WrittenText {
  return { object, key, text: text.value, place: text.place }
}
