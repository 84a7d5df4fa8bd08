// Which requests are logged, in words of the user's: `status>=400 or duration>1s`. Read once; asked for every request while
// there is one.
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { RequestRecord } from '../proxy/request-record.ts'

/** Conditions on requests. */
export interface LogFilter {
  /** As written. */
  readonly text: string
  takes(record: RequestRecord): boolean
}

type Condition = (record: RequestRecord) => boolean
type Parsed<T> = { readonly value: T } | { readonly problem: string }

/**
 * Reads conditions `FIELD OPERATOR VALUE`, joined by `and` and by `or` (or a comma), of which `and` binds closer; or says what
 * is wrong, as a clause. Never throws.
 */
export function parseLogFilter(text: string): Parsed<LogFilter> {
  const alternatives: Condition[][] = []
  for (const alternative of text.split(/\s+or\s+|,/i)) {
    const conditions: Condition[] = []
    for (const written of alternative.split(/\s+and\s+/i)) {
      const condition = parseCondition(written.trim())
      if ('problem' in condition) return condition
      conditions.push(condition.value)
    }
    alternatives.push(conditions)
  }
  const takes = (record: RequestRecord) =>
    alternatives.some(conditions => conditions.every(condition => condition(record)))
  return { value: { text, takes } }
}

type NumberOf = (record: RequestRecord) => number
type TextOf = (record: RequestRecord) => string

const numbers: Readonly<Record<string, { readonly of: NumberOf; readonly read: (text: string) => number }>> =
  {
    status: { of: ({ status }) => status, read: readNumber },
    duration: { of: ({ durationMs }) => durationMs, read: readDuration },
    bytes: { of: ({ bytesSent }) => bytesSent, read: readNumber },
    retries: { of: ({ retries }) => retries, read: readNumber },
  }

const texts: Readonly<Record<string, TextOf>> = {
  method: ({ method }) => method,
  host: ({ authority }) => authority.replace(/:\d*$/, ''),
  namespace: ({ route }) => route?.origin.namespace ?? '',
  ingress: ({ route }) => route?.origin.ingress ?? '',
  service: ({ service }) => /\/([^:]*)/.exec(service)?.[1] ?? '',
  client: ({ clientAddress }) => clientAddress,
  cause: ({ cause }) => cause,
}

const fields = [...Object.keys(numbers), ...Object.keys(texts)]

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

function parseCondition(written: string): Parsed<Condition> {
  const found = /^([a-z]+)\s*(!=|>=|<=|=|>|<)\s*(\S*)$/i.exec(written)
  if (found === null)
    return {
      problem: `${JSON.stringify(written)} is no condition; write one like status>=400 or duration>1s`,
    }
  const [, field, operator, value] = found as unknown as [string, string, string, string]
  const name = field.toLowerCase()
  if (name === 'status' && /^[1-5]xx$/i.test(value)) return statusClass(operator, Number(value[0]))
  if (Object.hasOwn(numbers, name)) return numberCondition(name, operator, value)
  if (Object.hasOwn(texts, name)) return textCondition(name, operator, value)
  const nearest = nearestName(name, fields)
  const hint = nearest === undefined ? `there are ${fields.join(', ')}` : `did you mean ${nearest}?`
  return { problem: `there is no ${JSON.stringify(field)} to compare; ${hint}` }
}

function statusClass(operator: string, first: number): Parsed<Condition> {
  const compare = comparisons[operator]!
  return { value: ({ status }) => compare(Math.trunc(status / 100), first) }
}

function numberCondition(name: string, operator: string, value: string): Parsed<Condition> {
  const { of, read } = numbers[name]!
  const limit = read(value)
  const example = name === 'duration' ? '250ms or 1.5s' : name === 'status' ? '404 or 5xx' : '1000'
  if (Number.isNaN(limit))
    return { problem: `${JSON.stringify(value)} is nothing to compare ${name} with; write ${example}` }
  const compare = comparisons[operator]!
  return { value: record => compare(of(record), limit) }
}

function textCondition(name: string, operator: string, value: string): Parsed<Condition> {
  if (operator !== '=' && operator !== '!=')
    return { problem: `${name} is text, which is compared by = and != only` }
  const wanted = value.toLowerCase()
  const of = texts[name]!
  return { value: record => (of(record).toLowerCase() === wanted) === (operator === '=') }
}

function readNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

/** Milliseconds. */
function readDuration(text: string): number {
  const found = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/i.exec(text)
  return found === null ? Number.NaN : Number(found[1]) * (found[2]!.toLowerCase() === 's' ? 1000 : 1)
}
