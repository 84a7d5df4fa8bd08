// Objects of one kind as kubectl's table.
import type { PlainObject } from '../../resources/plain-object.ts'
import type { Resource } from '../../resources/resource.ts'
import { formatAge } from '../objects/age.ts'
import { type KindNames, qualifiedSingular } from '../objects/kinds.ts'
import { formatLabels } from '../objects/label-selector.ts'
import { type KindColumn, kindColumns } from './kind-columns.ts'

/** What a table shows beside the columns that every one has. */
export interface TableOptions {
  readonly wide: boolean
  /** A column NAMESPACE in front, for objects that have one. */
  readonly showsNamespace: boolean
  readonly showsLabels: boolean
  /** Names as `ingress.networking.k8s.io/web`: several kinds are shown. */
  readonly showsKind: boolean
  readonly nowMs: number
}

/** Titles and cells for `renderColumns`. */
export interface ObjectTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The table of objects that are all of `kind`. */
export function objectTable(
  kind: KindNames,
  objects: readonly Resource[],
  plainOf: (resource: Resource) => PlainObject,
  options: TableOptions,
): ObjectTable {
  const columns = columnsOf(kind, options)
  return {
    header: columns.map(({ title }) => title),
    rows: objects.map(object => {
      const plain = plainOf(object)
      return columns.map(({ cell }) => cell(object, plain, options.wide))
    }),
  }
}

function columnsOf(kind: KindNames, options: TableOptions): readonly KindColumn<Resource>[] {
  // Every object of the table is of the kind whose columns these are.
  const own = kindColumns[kind.kind] as readonly KindColumn<Resource>[]
  const prefix = options.showsKind ? `${qualifiedSingular(kind)}/` : ''
  return [
    ...(options.showsNamespace && kind.namespaced ? [namespaceColumn] : []),
    { title: 'NAME', cell: ({ meta }) => prefix + meta.name },
    ...own.filter(({ wideOnly }) => wideOnly !== true),
    { title: 'AGE', cell: ({ meta }) => formatAge(meta.creationTimestampMs, options.nowMs) },
    ...own.filter(({ wideOnly }) => wideOnly === true && options.wide),
    ...(options.showsLabels ? [labelsColumn] : []),
  ]
}

const namespaceColumn: KindColumn<Resource> = { title: 'NAMESPACE', cell: ({ meta }) => meta.namespace }
const labelsColumn: KindColumn<Resource> = { title: 'LABELS', cell: ({ meta }) => formatLabels(meta.labels) }
