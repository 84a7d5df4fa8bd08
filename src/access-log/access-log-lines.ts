// Hot path while there is an access log. Its lines: ingress-nginx's default format, and one for people.
import type { AttemptRecord } from '../proxy/attempt-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { LocalTime } from './local-time.ts'

/**
 * ingress-nginx's `log-format-upstream` default: remote_addr - remote_user [time_local] "request" status body_bytes_sent
 * "referer" "user_agent" request_length request_time [proxy_upstream_name] [proxy_alternative_upstream_name]
 * upstream_addr upstream_response_length upstream_response_time upstream_status req_id.
 */
export function renderNginxLine(record: RequestRecord, time: LocalTime): string {
  return (
    `${record.clientAddress} - ${orDash(record.user)} [${time.nginx(record.time)}] "${requestLine(record)}" ${record.status} ` +
    `${record.bodyBytesSent} "${orDash(record.referer)}" "${orDash(record.userAgent)}" ` +
    `${record.requestBytes} ${seconds(record.durationMs)} [${record.upstreamName}] ` +
    `[${record.alternativeUpstreamName}] ${attemptColumns(record)} ${orDash(record.requestId)}`
  )
}

/** A method is a token: nothing in it needs escaping. */
function requestLine({ method, target, version }: RequestRecord): string {
  return method === '' ? '-' : `${method} ${escapeNginx(target)} HTTP/${version}`
}

/** upstream_addr, upstream_response_length, upstream_response_time and upstream_status. */
function attemptColumns(record: RequestRecord): string {
  const { attempts } = record
  if (attempts.length === 1) {
    // What nearly all requests have: no lists.
    const only = attempts[0]!
    return `${only.endpoint} ${responseLength(record, only)} ${seconds(only.durationMs)} ${only.status ?? '-'}`
  }
  return (
    `${listed(attempts, ({ endpoint }) => endpoint)} ` +
    `${listed(attempts, attempt => responseLength(record, attempt))} ` +
    `${listed(attempts, ({ durationMs }) => seconds(durationMs))} ` +
    `${listed(attempts, ({ status }) => String(status ?? '-'))}`
  )
}

/** One value per attempt, as nginx lists them. */
function listed(attempts: readonly AttemptRecord[], textOf: (attempt: AttemptRecord) => string): string {
  return attempts.map(textOf).join(', ') || '-'
}

/** Only the last attempt's response goes through. */
function responseLength({ attempts, bodyBytesSent }: RequestRecord, attempt: AttemptRecord): string {
  if (attempt.status === undefined) return '-'
  return attempt === attempts.at(-1) && attempt.failure === '' ? String(bodyBytesSent) : '0'
}

/**
 * `12:30:01 200 GET shop.test/cart → default-cart-80 127.0.0.1:3001 (127.0.0.1:3000 connect-failed) 3.1 ms`; of a head that
 * was refused, `12:30:01 400 from 127.0.0.1: a field name is not a token`.
 */
export function renderPrettyLine(record: RequestRecord, localTime: LocalTime): string {
  const time = localTime.ofDay(record.time)
  if (record.method === '') return `${time} ${record.status} from ${record.clientAddress}: ${record.cause}`
  const url = `${printable(record.authority)}${printable(record.target)}`
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

/** Three decimals, cut off as nginx does; `toFixed` takes ten times as long. */
function seconds(ms: number): string {
  const whole = Math.trunc(ms)
  const rest = whole % 1000
  return `${(whole - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}

/** nginx's default escaping: what could break the line or forge one becomes `\xHH`. */
function escapeNginx(text: string): string {
  if (!/["\\\x00-\x1f\x7f-\xff]/.test(text)) return text
  return text.replace(/["\\\x00-\x1f\x7f-\xff]/g, character => `\\x${hex(character)}`)
}

function orDash(text: string): string {
  return text === '' ? '-' : escapeNginx(text)
}

function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\xff]/g, '?')
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}
