// The settings written on one object, read once more and without a word: for whoever asks where a value comes from. Compiling
// reads them by the same class and has said what is wrong with them.
import { findConfigSetting, findSetting, type KnownSetting } from '../policies/all.ts'
import type { ConfigMap } from '../resources/config-map.ts'
import type { ObjectMeta } from '../resources/object-meta.ts'
import { WrittenSettings } from './written-settings.ts'

/** Those that annotations give values to. `isRead`: which of them count on such an object. */
export function writtenInAnnotations(
  { annotations, annotationsWithoutText }: ObjectMeta,
  isRead: (known: KnownSetting) => boolean = () => true,
): WrittenSettings {
  const written = new WrittenSettings({ noun: 'annotation', code: 'annotation-value' }, () => {})
  for (const [key, text] of annotations) {
    const known = findSetting(key)
    // An empty value is an absent annotation.
    if (known !== undefined && isRead(known) && text.value.trim() !== '') written.add(known, key, text)
  }
  for (const [key, place] of annotationsWithoutText) {
    const known = findSetting(key)
    if (known !== undefined && isRead(known)) written.addWithoutText(known, key, place)
  }
  return written
}

/** Those that keys of ingress-nginx's ConfigMap give values to. */
export function writtenInConfigMap({ data, keysWithoutText }: ConfigMap): WrittenSettings {
  const written = new WrittenSettings({ noun: 'ConfigMap key', code: 'config-value' }, () => {})
  for (const [key, text] of data) {
    const known = findConfigSetting(key)
    if (known !== undefined && text.value.trim() !== '') written.add(known, key, text)
  }
  for (const [key, place] of keysWithoutText) {
    const known = findConfigSetting(key)
    if (known !== undefined) written.addWithoutText(known, key, place)
  }
  return written
}
