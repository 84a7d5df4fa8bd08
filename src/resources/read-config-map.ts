// ConfigMap objects (core/v1) → ConfigMap.
import type { Field } from '../diagnostics/field.ts'
import type { ConfigMap } from './config-map.ts'
import { subdomainProblem } from './dns-names.ts'
import { readMeta, readStrings } from './read-meta.ts'

const objectFields = new Set(['apiVersion', 'kind', 'metadata', 'data', 'binaryData', 'immutable'])

/** Reads a ConfigMap. Entries that are no string are taken by their text with a warning, or left out. */
export function readConfigMap(object: Field): ConfigMap | undefined {
  const meta = readMeta(object, { clusterScoped: false, nameProblem: subdomainProblem })
  object.hasFields(objectFields)
  const data = readStrings(object.get('data'))
  if (object.failed || meta === undefined) return undefined
  return { kind: 'ConfigMap', meta, data: data.strings, keysWithoutText: data.others }
}
