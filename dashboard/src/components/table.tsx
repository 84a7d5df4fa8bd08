// A table that can be sorted.
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { ShowMore, usePortion } from './show-more.tsx'

/** One column. */
export interface Column<Row> {
  readonly key: string
  readonly title: string
  /** What rows are sorted by; `undefined` stands last in both directions. */
  value(row: Row): string | number | undefined
  /** What is shown; by default the value. */
  cell?(row: Row): ComponentChildren
  /** Numbers stand at the end, and are sorted from the largest first. */
  readonly isNumber?: boolean
  /** Said at the title. */
  readonly hint?: string
  /** May be cut to what room there is. */
  readonly isWide?: boolean
}

interface Order {
  readonly key: string
  readonly isDown: boolean
}

export function Table<Row>(props: {
  /** Read aloud before the table. */
  readonly caption: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  rowKey(row: Row): string
  /** Where a click on the row leads; the first cell is the link. */
  href?(row: Row): string
  /** For rows that stand out. */
  rowClass?(row: Row): string
  /** Sorted by at first; without it the order of `rows`. */
  readonly sortBy?: string
}) {
  const { rows, columns } = props
  const [order, setOrder] = useState<Order | undefined>(() => firstOrder(columns, props.sortBy))
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order])
  const [shown, more] = usePortion(sorted, 150)
  const sort = (column: Column<Row>) =>
    setOrder({
      key: column.key,
      isDown: order?.key === column.key ? !order.isDown : (column.isNumber ?? false),
    })

  return (
    <div class="table">
      <table>
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <Head key={column.key} column={column} order={order} sort={() => sort(column)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <tr key={props.rowKey(row)} class={props.rowClass?.(row)}>
              {columns.map((column, index) => (
                <Cell
                  key={column.key}
                  column={column}
                  row={row}
                  href={index === 0 ? props.href?.(row) : undefined}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ShowMore {...more} />
    </div>
  )
}

function Head<Row>(props: {
  readonly column: Column<Row>
  readonly order: Order | undefined
  readonly sort: () => void
}) {
  const { column, order } = props
  const direction = order?.key !== column.key ? undefined : order.isDown ? 'descending' : 'ascending'
  return (
    <th scope="col" aria-sort={direction} class={column.isNumber ? 'number' : ''} title={column.hint}>
      <button type="button" onClick={props.sort}>
        {column.title}
        {direction !== undefined && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
      </button>
    </th>
  )
}

function Cell<Row>(props: {
  readonly column: Column<Row>
  readonly row: Row
  readonly href: string | undefined
}) {
  const { column, row, href } = props
  const content = column.cell === undefined ? (column.value(row) ?? '–') : column.cell(row)
  return (
    <td class={`${column.isNumber ? 'number' : ''} ${column.isWide ? 'wide' : ''}`} data-title={column.title}>
      {href === undefined ? (
        content
      ) : (
        <a class="row-link" href={href}>
          {content}
        </a>
      )}
    </td>
  )
}

function firstOrder<Row>(columns: readonly Column<Row>[], key: string | undefined): Order | undefined {
  return key === undefined
    ? undefined
    : { key, isDown: columns.find(column => column.key === key)?.isNumber ?? false }
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const column = columns.find(candidate => candidate.key === order?.key)
  if (order === undefined || column === undefined) return rows
  const keyed = rows.map(row => ({ row, value: column.value(row) }))
  keyed.sort((a, b) => compareValues(a.value, b.value, order.isDown))
  return keyed.map(({ row }) => row)
}

/** As people sort: `a2` before `a10`. */
const collator = new Intl.Collator('en', { numeric: true })

function compareValues(
  a: string | number | undefined,
  b: string | number | undefined,
  isDown: boolean,
): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0)
  const difference =
    typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
  return isDown ? -difference : difference
}
