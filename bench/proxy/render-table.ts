// Tables of results in Markdown, for the terminal and for the documentation. Measures nothing.
import type { Sample } from './cases/bench-case.ts'
import type { CaseResults, EntryResults } from './results.ts'
import { median, medianOfRatios, spread } from './statistics.ts'

/** The table of one case: medians, the spread of the first column, and the ratio of the first entry to each, round by round. */
export function renderTable(results: CaseResults): string {
  const rows = results.entries.map(entry => rowOf(entry, results))
  const [primary, ...others] = results.columns.map(column => column.title)
  const header = ['', primary!, 'lowest–highest', ...others, `${results.entries[0]!.contender} ÷ it`]
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  return padded([header, rule, ...rows])
}

/** Name of a contender in its variant. */
export function entryName({ contender, variant }: EntryResults): string {
  return variant === '' ? contender : `${contender}, ${variant}`
}

function rowOf(entry: EntryResults, { columns, entries }: CaseResults): string[] {
  const primary = columns[0]!
  const ofColumn = (samples: readonly Sample[], key: string) => samples.map(sample => sample[key]!)
  const own = ofColumn(entry.samples, primary.key)
  const [lowest, highest] = spread(own)
  const medians = columns.map(({ key, digits }) => median(ofColumn(entry.samples, key)).toFixed(digits))
  return [
    entryName(entry),
    medians[0]!,
    `${lowest.toFixed(primary.digits)}–${highest.toFixed(primary.digits)}`,
    ...medians.slice(1),
    medianOfRatios(ofColumn(entries[0]!.samples, primary.key), own).toFixed(3),
  ]
}

function padded(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')
  return rows.map(row => `| ${line(row)} |`).join('\n')
}
