// `portico get --watch`: the objects, and then each that changes, as kubectl shows it.
import { createPlainReader } from '../../resources/plain-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { columnWidths, renderColumns } from '../columns.ts'
import { qualifiedSingular } from '../objects/kinds.ts'
import { hideCredentials, renderPlain } from '../objects/plain-formats.ts'
import { findObjects, type WantedObjects } from '../objects/wanted-objects.ts'
import { watchSnapshots } from '../watch-snapshots.ts'
import { type GetOptions, getOutput } from './get-output.ts'
import { objectTable } from './object-table.ts'

/** Prints the wanted objects, then those that come, change or go, until the process is ended or nobody reads any more. */
export function watchObjects(
  wanted: readonly WantedObjects[],
  paths: readonly string[],
  options: GetOptions,
): Promise<number> {
  const next = createObjectWatch(wanted, options)
  return watchSnapshots(paths, ({ resources }) => next(resources, Date.now()))
}

/** What to print of one snapshot after another: everything of the first, of later ones what became different. */
export function createObjectWatch(
  wanted: readonly WantedObjects[],
  options: GetOptions,
): (resources: ResourceSet, nowMs: number) => { stdout: string; stderr: string } {
  let before: ReadonlyMap<string, ShownObject> | undefined
  return (resources, nowMs) => {
    const shown = new Map(wanted.flatMap(kind => shownObjects(kind, resources, options)))
    const last = before
    before = shown
    if (last === undefined) return getOutput(wanted, resources, { ...options, nowMs })
    const changed = [...shown].filter(([key, object]) => last.get(key)?.text !== object.text)
    // Of an object that is gone kubectl shows what it was last.
    const gone = [...last].filter(([key]) => !shown.has(key))
    const objects = [...changed, ...gone].map(([, object]) => object)
    return {
      stdout: objects.map(object => render(object, [...shown.values()], { ...options, nowMs })).join(''),
      stderr: '',
    }
  }
}

interface ShownObject {
  readonly wanted: WantedObjects
  readonly resource: Resource
  /** All of it, to tell whether it changed. */
  readonly text: string
}

function shownObjects(
  wanted: WantedObjects,
  resources: ResourceSet,
  options: GetOptions,
): [string, ShownObject][] {
  const plainOf = createPlainReader()
  return findObjects(wanted, resources, options).objects.map(resource => {
    const { kind, meta } = resource
    const text = renderPlain(plainOf(resource), 'json')
    return [`${kind} ${meta.namespace}/${meta.name}`, { wanted, resource, text }]
  })
}

/** One row, below those that were printed before, or one document. */
function render({ wanted, resource }: ShownObject, all: readonly ShownObject[], options: GetOptions): string {
  const plainOf = createPlainReader()
  const { output } = options
  if (output === 'json') return renderPlain(hideCredentials(plainOf(resource)), output)
  if (output === 'yaml') return `---\n${renderPlain(hideCredentials(plainOf(resource)), output)}`
  if (output === 'name') return `${qualifiedSingular(wanted.kind)}/${resource.meta.name}\n`
  const siblings = all.filter(other => other.wanted === wanted).map(other => other.resource)
  const tableOf = (objects: readonly Resource[]) =>
    objectTable(wanted.kind, objects, plainOf, {
      wide: output === 'wide',
      showsNamespace: options.namespace === undefined,
      showsLabels: options.showsLabels,
      showsKind: new Set(all.map(other => other.wanted.kind)).size > 1,
      nowMs: options.nowMs,
    })
  const { header, rows } = tableOf(siblings)
  const widths = columnWidths(options.showsHeaders ? [header, ...rows] : rows)
  return `${renderColumns(undefined, tableOf([resource]).rows, widths)[0]}\n`
}
