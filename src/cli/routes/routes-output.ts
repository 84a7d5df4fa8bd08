// What `routes` prints of a table. Reads nothing and prints nothing itself.

import { askedHost } from '../../explain/asked-host.ts'
import { objectKey } from '../../resources/object-meta.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { buildMatcher, findHost } from '../../routing/matcher.ts'
import type { RoutingTable } from '../../routing/table.ts'
import { columnWidths, renderColumns } from '../columns.ts'
import type { LabelSelector } from '../objects/label-selector.ts'
import { renderPlain } from '../objects/plain-formats.ts'
import { type RouteRow, routeCells, routeRows } from './route-rows.ts'

/** Which routes are shown, and how. */
export interface RoutesOptions {
  readonly output: 'text' | 'wide' | 'json' | 'yaml' | 'name'
  readonly showsHeaders: boolean
  /** Only those of the host that takes requests for this name. */
  readonly host: string | undefined
  /** Only those of Ingresses with these labels. */
  readonly selector: LabelSelector | undefined
}

/** The routes that are wanted, in the order of the table. */
export function wantedRoutes(
  table: RoutingTable,
  resources: ResourceSet,
  { host, selector }: RoutesOptions,
): readonly RouteRow[] {
  const rows = routeRows(table)
  const ofHost = host === undefined ? rows : rows.filter(row => row.host === hostFor(host, table))
  if (selector === undefined) return ofHost
  const selected = resources.ingresses.filter(({ meta }) => selector(meta.labels))
  const keys = new Set(selected.map(({ meta }) => objectKey(meta.namespace, meta.name)))
  return ofHost.filter(({ ingress }) => ingress !== undefined && keys.has(ingress))
}

/** The host of the rules that take requests for a name; a wildcard host is also found by its own name. */
function hostFor(name: string, table: RoutingTable): string | undefined {
  const asked = askedHost(name)
  const host =
    findHost(buildMatcher(table), asked)?.hostRoutes ??
    table.hosts.find(hostRoutes => hostRoutes.host === asked)
  return host && (host.host || '*')
}

/** All rows as text; empty for none, unless it is JSON or YAML. */
export function renderRoutes(rows: readonly RouteRow[], { output, showsHeaders }: RoutesOptions): string {
  if (output === 'json') return `${JSON.stringify(rows, null, 2)}\n`
  if (output === 'yaml') return renderPlain(rows, 'yaml')
  if (output === 'name') return rows.map(row => `${nameOf(row)}\n`).join('')
  if (rows.length === 0) return ''
  const { header, cells } = routeCells(rows, output === 'wide')
  return `${renderColumns(showsHeaders ? header : undefined, cells).join('\n')}\n`
}

/** What to print of one table after another: all of the first, of later ones the rows that came or changed, or went. */
export function createRoutesWatch(options: RoutesOptions): (rows: readonly RouteRow[]) => string {
  let before: ReadonlyMap<string, RouteRow> | undefined
  return rows => {
    const last = before
    const shown = new Map(rows.map(row => [keyOf(row), row]))
    before = shown
    if (last === undefined) return renderRoutes(rows, options)
    const textOf = (row: RouteRow | undefined) => JSON.stringify(row)
    const changed = [...shown].filter(([key, row]) => textOf(row) !== textOf(last.get(key)))
    const gone = [...last].filter(([key]) => !shown.has(key))
    return renderChanges(
      [...changed, ...gone].map(([, row]) => row),
      rows,
      options,
    )
  }
}

/** Rows below a table that was printed before. */
function renderChanges(
  changes: readonly RouteRow[],
  all: readonly RouteRow[],
  options: RoutesOptions,
): string {
  const { output } = options
  if (changes.length === 0 || (output !== 'text' && output !== 'wide'))
    return changes.length === 0 ? '' : renderRoutes(changes, options)
  const { header, cells } = routeCells(all, output === 'wide')
  const widths = columnWidths([header, ...cells])
  const lines = renderColumns(undefined, routeCells(changes, output === 'wide').cells, widths)
  return `${lines.join('\n')}\n`
}

/** `shop.example.com/cart`. */
function nameOf({ host, path }: RouteRow): string {
  return host + (path ?? '')
}

function keyOf({ host, path, type, conditions }: RouteRow): string {
  return JSON.stringify([host, path, type, conditions])
}
