// What `get` prints of a snapshot. Reads nothing and prints nothing itself.
import { createPlainReader, type PlainObject } from '../../resources/plain-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { renderColumns } from '../columns.ts'
import { qualifiedSingular } from '../objects/kinds.ts'
import { type CommandOutput, nothingFound } from '../objects/nothing-found.ts'
import { hideCredentials, renderPlain } from '../objects/plain-formats.ts'
import {
  type FoundObjects,
  findObjects,
  type ObjectScope,
  type WantedObjects,
} from '../objects/wanted-objects.ts'
import { objectTable } from './object-table.ts'

/** How objects are shown. */
export interface GetOptions extends ObjectScope {
  readonly output: 'text' | 'wide' | 'json' | 'yaml' | 'name'
  readonly showsLabels: boolean
  readonly showsHeaders: boolean
  readonly nowMs: number
}

/** Shows the wanted objects as kubectl would; 1 when a name was not found. */
export function getOutput(
  wanted: readonly WantedObjects[],
  resources: ResourceSet,
  options: GetOptions,
): CommandOutput {
  const found = wanted.map(kind => findObjects(kind, resources, options))
  const problems = found.flatMap(kind => kind.problems)
  const isEmpty = found.every(({ objects }) => objects.length === 0)
  const isSingle = wanted.every(({ names }) => names !== undefined)
  const stdout = isEmpty && problems.length > 0 ? '' : render(found, isSingle, options)
  const missing =
    isEmpty && problems.length === 0 && stdout === '' ? nothingFound(wanted, resources, options) : []
  const stderr = [...problems, ...missing].map(line => `${line}\n`).join('')
  return { stdout, stderr, code: problems.length > 0 ? 1 : 0 }
}

function render(found: readonly FoundObjects[], isSingle: boolean, options: GetOptions): string {
  const plainOf = createPlainReader()
  const objects = found.flatMap(kind => kind.objects)
  const { output } = options
  if (output === 'json' || output === 'yaml')
    return renderPlain(hideCredentials(plainForm(objects, isSingle, plainOf)), output)
  const lines = output === 'name' ? nameLines(found) : tableLines(found, plainOf, options)
  return lines.map(line => `${line}\n`).join('')
}

/** One object that was asked for by name as it is, everything else as a List. */
function plainForm(
  objects: readonly Resource[],
  isSingle: boolean,
  plainOf: (resource: Resource) => PlainObject,
): object {
  const [first, ...rest] = objects
  if (isSingle && first !== undefined && rest.length === 0) return plainOf(first)
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: objects.map(plainOf) }
}

function nameLines(found: readonly FoundObjects[]): string[] {
  return found.flatMap(({ kind, objects }) =>
    objects.map(({ meta }) => `${qualifiedSingular(kind)}/${meta.name}`),
  )
}

/** A table for each kind, an empty line between them. */
function tableLines(
  found: readonly FoundObjects[],
  plainOf: (resource: Resource) => PlainObject,
  options: GetOptions,
): string[] {
  const kinds = found.filter(({ objects }) => objects.length > 0)
  const tables = kinds.map(({ kind, objects }) => {
    const { header, rows } = objectTable(kind, objects, plainOf, {
      wide: options.output === 'wide',
      showsNamespace: options.namespace === undefined,
      showsLabels: options.showsLabels,
      showsKind: kinds.length > 1,
      nowMs: options.nowMs,
    })
    return renderColumns(options.showsHeaders ? header : undefined, rows)
  })
  return tables.flatMap((table, index) => (index === 0 ? table : ['', ...table]))
}
