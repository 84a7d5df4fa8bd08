// Which annotations and ConfigMap keys the manifests use, how often, and what becomes of each here: the migration report.

import type { Located, Place } from '../diagnostics/place.ts'
import { nginxPrefix, porticoPrefix } from '../policies/define-policy.ts'
import {
  annotationLedger,
  configLedger,
  type LedgerEntry,
  type LedgerStatus,
} from '../policies/ledger/ledger.ts'
import type { CompatInput } from './compat-input.ts'

/** What becomes of a name: as in the ledger, or nobody knows it. */
export type UseStatus = LedgerStatus | 'unknown'

/** One name in use. */
export interface Use {
  /** Full annotation key, or key of the ConfigMap. */
  readonly name: string
  readonly on: 'annotation' | 'ConfigMap key'
  readonly status: UseStatus
  /** How many objects use it. */
  readonly count: number
  /** Where, in source order. */
  readonly places: readonly Place[]
  /** The first use, in source order. */
  readonly first: Located<string>
  /** The object of the first use. */
  readonly object: string
  /** How it differs, or why it is not obeyed and what to do; empty where there is nothing to say. */
  readonly remark: string
}

/** As it grows. */
type CollectedUse = Use & { count: number; readonly places: Place[] }

/** Where names are looked for. */
export interface UsesInput extends Pick<CompatInput, 'ingresses' | 'resources'> {
  readonly options: Pick<CompatInput['options'], 'configMap'>
}

/** Names in use, the most used first; annotations before keys. Annotations of others are left out. */
export function usedNames(input: UsesInput): Use[] {
  const uses = new Map<string, CollectedUse>()
  const ledger = byName(annotationLedger())
  for (const { meta } of [...input.ingresses, ...input.resources.services.values()]) {
    for (const [name, first] of meta.annotations) {
      if (!name.startsWith(nginxPrefix) && !name.startsWith(porticoPrefix)) continue
      const known = uses.get(name)
      const object = `${meta.namespace}/${meta.name}`
      if (known === undefined) uses.set(name, useOf('annotation', name, first, object, ledger.get(name)))
      else {
        known.count++
        known.places.push(first.place)
      }
    }
  }
  const annotations = [...uses.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return [...annotations, ...usedKeys(input)]
}

function usedKeys({ resources, options: { configMap } }: UsesInput): Use[] {
  if (configMap === undefined) return []
  const object = `${configMap.namespace}/${configMap.name}`
  const data = resources.configMaps.get(object)?.data ?? new Map<string, Located<string>>()
  const ledger = byName(configLedger())
  return [...data].map(([name, first]) => useOf('ConfigMap key', name, first, object, ledger.get(name)))
}

function useOf(
  on: Use['on'],
  name: string,
  first: Located<string>,
  object: string,
  entry: LedgerEntry | undefined,
): CollectedUse {
  const status = entry?.status ?? 'unknown'
  const isObeyed = status === 'implemented' || status === 'approximated'
  const remark =
    entry === undefined || isObeyed ? (entry?.differs ?? '') : `${entry.meaning} ${entry.instead}`
  return { name, on, status, count: 1, places: [first.place], first, object, remark: remark.trim() }
}

function byName(entries: readonly LedgerEntry[]): ReadonlyMap<string, LedgerEntry> {
  return new Map(entries.map(entry => [entry.name, entry]))
}
