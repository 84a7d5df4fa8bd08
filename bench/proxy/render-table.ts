// Tables of results in Markdown, for the terminal and for the documentation. Measures nothing.
import { type BenchResults, type CaseResults, type EntryResults, entryName, valuesOf } from './results.ts'
import { median, medianOfRatios, spread } from './statistics.ts'
import { judgeTargets } from './targets.ts'

/**
 * The table of one case: medians, the spread of the first column, and ratios of the first column, round by round: of the
 * first contender to each in the same variant, and of each variant to the contender's first.
 */
function renderTable(results: CaseResults): string {
  const rows = results.entries.map(entry => rowOf(entry, results))
  const [primary, ...others] = results.columns.map(column => column.title)
  const ratios = [`${results.entries[0]!.contender} ÷ it`, ...(hasVariants(results) ? ['÷ its first'] : [])]
  const header = ['', primary!, 'lowest–highest', ...others, ...ratios]
  return padded([header, ruleFor(header), ...rows])
}

/** What a run was made of and with. */
export function renderAbout(about: Omit<BenchResults, 'cases'>): string {
  const versions = Object.entries(about.versions).map(pair => pair.join(' '))
  return `\`${about.command}\`, ${about.date}; ${about.machine}\n\n${versions.join(', ')}`
}

/** The targets that a run has figures for; empty when there are none. */
export function renderTargets(results: BenchResults): string {
  const rows = judgeTargets(results).map(({ what, limit, measured }) => {
    const digits = limit < 10 ? 2 : 0
    return [
      what,
      measured.toFixed(digits),
      `≤ ${limit.toFixed(digits)}`,
      measured <= limit ? 'yes' : '**no**',
    ]
  })
  if (rows.length === 0) return ''
  const header = ['', 'measured', 'target', 'reached']
  return padded([header, ruleFor(header), ...rows])
}

/** All of a run. */
export function renderRun(results: BenchResults): string {
  return [renderAbout(results), renderTargets(results), ...results.cases.map(renderCase)].join('\n\n')
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

function ruleFor(header: readonly string[]): string[] {
  return header.map((_, i) => (i === 0 ? '---' : '---:'))
}

function padded(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')
  return rows.map(row => `| ${line(row)} |`).join('\n')
}
