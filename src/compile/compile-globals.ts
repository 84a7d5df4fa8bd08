// ingress-nginx's ConfigMap → what holds for all Ingresses. Every key is obeyed or reported.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Located, Place } from '../diagnostics/place.ts'
import { allPolicies, defaultRoutePolicies, findConfigSetting, type RoutePolicies } from '../policies/all.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'
import { handlingOf } from '../policies/handling.ts'
import { annotationRules } from '../policies/ledger/annotation-rules.ts'
import { configKeysWithoutEffect } from '../policies/ledger/config-keys.ts'
import { judgeWithoutEffect, type WithoutEffect } from '../policies/ledger/without-effect.ts'
import type { References } from '../policies/references.ts'
import type { ConfigMap } from '../resources/config-map.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { type Say, sayAbout } from './findings.ts'
import { defaultGlobals, type Globals } from './globals.ts'
import type { CompileOptions } from './options.ts'
import { holdFor, type Look, SnapshotReferences } from './references.ts'
import type { BackendResolver } from './resolve-backends.ts'
import { suggestConfigKey } from './suggest-name.ts'
import { WrittenSettings } from './written-settings.ts'

/** What a ConfigMap came to, and what it was made of. */
interface Memo {
  readonly globals: Globals
  readonly diagnostics: readonly Diagnostic[]
  readonly configMap: ConfigMap
  readonly looks: readonly Look[]
}

/** Gives the globals of a snapshot: the same object while the ConfigMap and what it names stay the same. */
export type GlobalsCompiler = (resources: ResourceSet, diagnostics: Diagnostic[]) => Globals

/**
 * Creates the compiler of the ConfigMap that `--config-map` names; without one everything is ingress-nginx's default. One that
 * is gone stays in force, as in ingress-nginx: guards for all may stand there, and nothing said that they are to go.
 */
export function createGlobalsCompiler(
  { configMap: name }: CompileOptions,
  backends: BackendResolver,
): GlobalsCompiler {
  if (name === undefined) return withoutConfigMap
  const key = objectKey(name.namespace, name.name)
  let memo: Memo | undefined
  return (resources, diagnostics) => {
    const present = resources.configMaps.get(key)
    const configMap = present ?? memo?.configMap
    if (present === undefined) {
      const inForce = memo === undefined ? 'the defaults hold' : 'what it last said holds'
      sayAbout(`ConfigMap ${key}`, diagnostics)(
        'error',
        'config-map-missing',
        undefined,
        `does not exist, though --config-map names it; ${inForce} until it does`,
      )
    }
    if (configMap === undefined) return defaultGlobals
    if (memo?.configMap !== configMap || !holdFor(memo.looks, resources)) {
      memo = compileGlobals(configMap, resources, backends)
    }
    diagnostics.push(...memo.diagnostics)
    return memo.globals
  }
}

/** The names that ingress-nginx's chart and its older manifests give to the ConfigMap. */
const usualName = /(?:^|-)ingress-nginx-controller$|^nginx-configuration$/

/** The manifests may hold the ConfigMap of a controller all the same; its author will want to know that nothing reads it. */
function withoutConfigMap({ configMaps }: ResourceSet, diagnostics: Diagnostic[]): Globals {
  for (const [key, { meta }] of configMaps) {
    if (!usualName.test(meta.name)) continue
    sayAbout(`ConfigMap ${key}`, diagnostics)(
      'note',
      'config-map-unread',
      meta.place,
      `looks like that of ingress-nginx and is not read; --config-map ${key} makes its keys the defaults of all Ingresses`,
    )
  }
  return defaultGlobals
}

function compileGlobals(configMap: ConfigMap, resources: ResourceSet, backends: BackendResolver): Memo {
  const { namespace, name } = configMap.meta
  const diagnostics: Diagnostic[] = []
  // Whoever writes the ConfigMap may name objects of any namespace (ingress-nginx).
  const references = new SnapshotReferences(resources, namespace, true, backends)
  const reader = new ConfigMapReader(sayAbout(`ConfigMap ${namespace}/${name}`, diagnostics), references)
  for (const [key, text] of configMap.data) {
    // An empty value is an absent key, as for annotations.
    if (text.value.trim() !== '') reader.read(key, text)
  }
  for (const [key, place] of configMap.keysWithoutText) reader.readWithoutText(key, place)
  return { globals: reader.finish(configMap), diagnostics, configMap, looks: references.looks }
}

class ConfigMapReader {
  readonly #say: Say
  readonly #references: References
  readonly #written: WrittenSettings

  constructor(say: Say, references: References) {
    this.#say = say
    this.#references = references
    this.#written = new WrittenSettings({ noun: 'ConfigMap key', code: 'config-value' }, say)
  }

  read(key: string, text: Located<string>): void {
    const known = findConfigSetting(key)
    const withoutEffect = configKeysWithoutEffect.get(key)
    if (known !== undefined) this.#written.add(known, key, text)
    else if (withoutEffect !== undefined) this.#reportWithoutEffect(key, text, withoutEffect)
    else this.#reportUnknown(key, text)
  }

  /** A value that is no text was reported where it was read; here it counts as one that can not be obeyed. */
  readWithoutText(key: string, place: Place): void {
    const known = findConfigSetting(key)
    if (known !== undefined) this.#written.addWithoutText(known, key, place)
  }

  finish(configMap: ConfigMap): Globals {
    const rules = this.#written.settingsOf(annotationRules, annotationRules.defaults, this.#references)
    const policies: Record<string, object> = { ...defaultRoutePolicies }
    for (const policy of allPolicies as readonly AnyPolicy[]) {
      policies[policy.name] = this.#written.settingsOf(policy, policy.defaults, this.#references)
    }
    const { denials } = this.#written
    const base = policies as unknown as RoutePolicies
    return {
      policies: base,
      denials,
      rules,
      configMap,
      unclaimed: handlingOf(base, denials[0]?.reason, base, 'the ConfigMap'),
    }
  }

  #reportWithoutEffect(key: string, text: Located<string>, known: WithoutEffect): void {
    const verdict = judgeWithoutEffect(known, text.value.trim())
    if (verdict === undefined) return
    const { guard, instead } = verdict
    if (guard !== undefined) {
      const reason = `ConfigMap key ${key} guards access ("${guard}") and can not be obeyed`
      this.#written.denials.push({ setting: undefined, reason })
    }
    const consequence =
      guard === undefined
        ? 'it has no effect'
        : `all requests get 503 until it is removed, because "${guard}" guards access`
    const advice = instead === undefined ? '' : `; ${instead}`
    const [severity, code] = configKeyFinding[known.status]
    this.#say(severity, code, text.place, `${key}: ${known.reason}; ${consequence}${advice}`)
  }

  #reportUnknown(key: string, text: Located<string>): void {
    this.#say(
      'error',
      'config-key-unknown',
      text.place,
      `${key} is no key of the ConfigMap; it has no effect${suggestConfigKey(key)}`,
    )
  }
}

const configKeyFinding = {
  planned: ['warning', 'config-key-not-implemented'],
  refused: ['error', 'config-key-refused'],
  elsewhere: ['warning', 'config-key-elsewhere'],
  legacy: ['warning', 'config-key-legacy'],
  ignored: ['note', 'config-key-ignored'],
} as const
