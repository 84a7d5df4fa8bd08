// The summary of a run for the README: one table, a row for each of the cases that readers ask for first.
import { type CaseResults, type EntryResults, valuesOf } from './results.ts'
import { median } from './statistics.ts'

/** What is shown, in this order: a case, its variant if it has several, and the column's unit. */
const rows: readonly (readonly [name: string, variant: string, what: string])[] = [
  ['12b', '', '12 B answer, 64 connections'],
  ['16kb', '', '16 KB answer'],
  ['1mb', '', '1 MB answer, per MB'],
  ['post-1kb', '', 'POST of 1 KB'],
  ['post-1mb', '', 'POST of 1 MB, per MB'],
  ['20-fields', '', '20 request fields'],
  ['512-connections', '', '512 connections'],
  ['new-connections', '', 'a new connection each'],
  ['tls', '', 'TLS, kept alive'],
  ['http2', '', 'HTTP/2, TLS, 1 stream'],
  ['http2-streams', '', 'HTTP/2, TLS, 32 streams'],
  ['grpc', '', 'gRPC, unary'],
  ['rules', '10,000 rules', '10,000 rules'],
  ['access-log', 'access log', 'with an access log'],
  ['web-socket', '', 'WebSocket echo, per message'],
]

/** Processor time in µs, contenders side by side; cases that were not measured are left out. */
export function renderSummary(cases: readonly CaseResults[]): string {
  const first = cases.find(({ name }) => name === '12b')
  if (first === undefined) return ''
  const contenders = [...new Set(first.entries.map(({ contender }) => contender))]
  const header = ['CPU µs per request', ...contenders]
  const lines = rows.flatMap(([name, variant, what]) => {
    const found = cases.find(one => one.name === name)
    return found ? [[what, ...contenders.map(contender => cellOf(found, contender, variant))]] : []
  })
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  return [header, rule, ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function cellOf({ entries, columns }: CaseResults, contender: string, variant: string): string {
  const entry = entries.find(one => one.contender === contender && one.variant === variant)
  const column = columns.find(({ key }) => key === 'cpuMicros')
  return entry === undefined || column === undefined ? '–' : format(entry, column.key)
}

function format(entry: EntryResults, key: string): string {
  const value = median(valuesOf(entry, key))
  return value.toFixed(value < 100 ? 1 : 0)
}
