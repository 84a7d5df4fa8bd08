// What the author of an unknown annotation or ConfigMap key may have meant: the same name elsewhere, an nginx directive, or a
// name that is spelt alike.
import { nearestName } from '../diagnostics/nearest-name.ts'
import { findConfigSetting, findSetting, knownAnnotations, knownConfigKeys } from '../policies/all.ts'
import { nginxPrefix, porticoPrefix } from '../policies/define-policy.ts'
import { annotationsWithoutEffect } from '../policies/ledger/annotations-without-effect.ts'
import { configKeysWithoutEffect } from '../policies/ledger/config-keys.ts'
import { replacementOfDirective } from '../policies/ledger/snippet-directives.ts'

/** A clause for an unknown annotation under one of our prefixes, `; did you mean …?`; empty when nothing comes to mind. */
export function suggestAnnotation(key: string): string {
  const name = key.slice(key.indexOf('/') + 1)
  if (findConfigSetting(name) !== undefined)
    return `; it is a key of the ConfigMap, which --config-map names: write ${name} there`
  return suggestReplacement(name) ?? suggestNearestAnnotation(key)
}

/** The same for an unknown key of the ConfigMap. */
export function suggestConfigKey(key: string): string {
  const name = key.startsWith(nginxPrefix) ? key.slice(nginxPrefix.length) : key
  if (name !== key && isConfigKey(name)) return `; keys have no prefix: write ${name}`
  const annotation = nginxPrefix + name
  if (isAnnotation(annotation)) return `; it is an annotation: write ${annotation} on Ingresses`
  const known = [...knownConfigKeys, ...configKeysWithoutEffect.keys()]
  return suggestReplacement(name) ?? suggestNearest(name, known)
}

/**
 * The annotation that is meant by a key with its name but without a prefix, or with one that looks like ours
 * (`nginx.kubernetes.io/auth-url`); `undefined` for a key that is somebody else's. Names of Portico's own are plain words,
 * which say nothing without a prefix.
 */
export function meantAnnotation(key: string): string | undefined {
  const slash = key.lastIndexOf('/')
  const prefix = key.slice(0, Math.max(slash, 0)).toLowerCase()
  const name = key.slice(slash + 1).toLowerCase()
  return [nginxPrefix, porticoPrefix]
    .filter(own => (prefix === '' ? own === nginxPrefix : looksLike(prefix, own.slice(0, -1))))
    .map(own => own + name)
    .find(isAnnotation)
}

/** Close in spelling, or with the word in it that tells ours from others. */
function looksLike(prefix: string, own: string): boolean {
  return prefix.includes(own.split('.')[0]!) || nearestName(prefix, [own]) !== undefined
}

function isAnnotation(key: string): boolean {
  return findSetting(key) !== undefined || annotationsWithoutEffect.has(key)
}

function isConfigKey(name: string): boolean {
  return findConfigSetting(name) !== undefined || configKeysWithoutEffect.has(name)
}

/** `client-max-body-size` is what nginx calls proxy-body-size. */
function suggestReplacement(name: string): string | undefined {
  const replacement = replacementOfDirective(name.replaceAll('-', '_'))
  return replacement === undefined ? undefined : `; write ${replacement}`
}

/** What the prefixes have in common says nothing: names are compared without them, and whole keys where the prefix is misspelt. */
function suggestNearestAnnotation(key: string): string {
  const known = [...knownAnnotations, ...annotationsWithoutEffect.keys()]
  const prefix = [nginxPrefix, porticoPrefix].find(own => key.startsWith(own))
  if (prefix === undefined) return suggestNearest(key, known)
  const names = known.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length))
  const name = key.slice(prefix.length)
  const nearest = nearestName(name, names) ?? names.find(known => known.endsWith(`-${name}`))
  return nearest === undefined ? '' : `; did you mean ${prefix}${nearest}?`
}

function suggestNearest(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
