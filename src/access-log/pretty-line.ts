// Lines of the access log for people.
import type { RequestRecord } from '../proxy/request-record.ts'
import { printable } from './escape.ts'
import type { LineContext } from './line-context.ts'

/**
 * `12:30:01 200 GET shop.test/cart → default-cart-80 127.0.0.1:3001 (127.0.0.1:3000 connect-failed) 3.1 ms`; of a head that
 * was refused, `12:30:01 400 from 127.0.0.1: a field name is not a token`.
 */
export function renderPrettyLine(record: RequestRecord, context: LineContext): string {
  const time = context.time.ofDay(record.time)
  if (record.method === '') return `${time} ${record.status} from ${record.clientAddress}: ${record.cause}`
  const url = printable(record.authority + context.redaction.url(record.target))
  const words = [time, record.status, record.method, url, wayOf(record), failuresOf(record)]
  return `${words.filter(word => word !== '').join(' ')} ${record.durationMs.toFixed(1)} ms`
}

/** Where the response came from, or why Portico made it. */
function wayOf(record: RequestRecord): string {
  const { attempts, alternativeUpstreamName, upstreamName, variant, cause } = record
  const last = attempts.at(-1)
  const isAnswered = last?.status !== undefined && (last.failure === '' || last.failure === 'body-truncated')
  if (!isAnswered) return cause
  const name = alternativeUpstreamName || upstreamName
  return `→ ${name}${variant === '' ? '' : ` (${variant})`} ${last.endpoint}`
}

function failuresOf({ attempts }: RequestRecord): string {
  const failed = attempts.filter(({ failure }) => failure !== '')
  return failed.length === 0
    ? ''
    : `(${failed.map(({ endpoint, failure }) => `${endpoint} ${failure}`).join(', ')})`
}
