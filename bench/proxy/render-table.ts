// Tables of results in Markdown, for the terminal and for the documentation. Measures nothing.
import type { CaseResults, EntryResults } from './results.ts'
import { median, medianOfRatios, spread } from './statistics.ts'

/**
 * The table of one case: medians, the spread of the first column, and ratios of the first column, round by round: of the
 * first contender to each in the same variant, and of each variant to the contender's first.
 */
function renderTable(results: CaseResults): string {
  const rows = results.entries.map(entry => rowOf(entry, results))
  const [primary, ...others] = results.columns.map(column => column.title)
  const ratios = [`${results.entries[0]!.contender} ÷ it`, ...(hasVariants(results) ? ['÷ its first'] : [])]
  const header = ['', primary!, 'lowest–highest', ...others, ...ratios]
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  return padded([header, rule, ...rows])
}

/** A case with its heading and what may have disturbed it. */
export function renderCase(results: CaseResults): string {
  const [before, after] = results.noise
  const stolen = (after.stolenSeconds - before.stolenSeconds).toFixed(2)
  const loads = `load average ${before.loadAverage} → ${after.loadAverage}`
  const rounds = `${results.entries[0]!.samples.length} rounds of ${results.seconds} s`
  const heading = `### ${results.title} (\`${results.name}\`)`
  return `${heading}\n\n${renderTable(results)}\n\n${rounds}; ${loads}, stolen ${stolen} s`
}

/** Name of a contender in its variant. */
export function entryName({ contender, variant }: EntryResults): string {
  return variant === '' ? contender : `${contender}, ${variant}`
}

/** The values of one column of an entry, by round. */
export function valuesOf({ samples }: EntryResults, key: string): number[] {
  return samples.map(sample => sample[key]!)
}

function rowOf(entry: EntryResults, results: CaseResults): string[] {
  const { columns, entries } = results
  const primary = columns[0]!
  const own = valuesOf(entry, primary.key)
  const [lowest, highest] = spread(own)
  const medians = columns.map(({ key, digits }) => median(valuesOf(entry, key)).toFixed(digits))
  const reference = entries.find(
    ({ contender, variant }) => contender === entries[0]!.contender && variant === entry.variant,
  )
  const itsFirst = entries.find(({ contender }) => contender === entry.contender)!
  return [
    entryName(entry),
    medians[0]!,
    `${lowest.toFixed(primary.digits)}–${highest.toFixed(primary.digits)}`,
    ...medians.slice(1),
    reference ? medianOfRatios(valuesOf(reference, primary.key), own).toFixed(3) : '',
    ...(hasVariants(results) ? [medianOfRatios(own, valuesOf(itsFirst, primary.key)).toFixed(3)] : []),
  ]
}

function hasVariants({ entries }: CaseResults): boolean {
  return entries.some(entry => entry.variant !== '')
}

function padded(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')
  return rows.map(row => `| ${line(row)} |`).join('\n')
}
