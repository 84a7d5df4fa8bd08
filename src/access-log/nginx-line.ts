// Hot path while there is an access log of this format: ingress-nginx's default line, byte for byte.
import type { AttemptRecord } from '../proxy/attempt-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import { escapeNginx } from './escape.ts'
import type { LineContext } from './line-context.ts'
import { seconds } from './numbers.ts'

/**
 * ingress-nginx's `log-format-upstream` default: remote_addr - remote_user [time_local] "request" status body_bytes_sent
 * "referer" "user_agent" request_length request_time [proxy_upstream_name] [proxy_alternative_upstream_name]
 * upstream_addr upstream_response_length upstream_response_time upstream_status req_id.
 */
export function renderNginxLine(record: RequestRecord, { time, redaction }: LineContext): string {
  return (
    `${record.clientAddress} - ${orDash(record.user)} [${time.nginx(record.time)}] ` +
    `"${escapeNginx(requestLine(record, redaction.url(record.target)))}" ${record.status} ` +
    `${record.bodyBytesSent} "${orDash(redaction.url(record.referer))}" "${orDash(record.userAgent)}" ` +
    `${record.requestBytes} ${seconds(record.durationMs)} [${record.upstreamName}] ` +
    `[${record.alternativeUpstreamName}] ${attemptColumns(record)} ${orDash(record.requestId)}`
  )
}

/** nginx's `$request`. A method is a token: nothing in it needs escaping. */
export function requestLine({ method, version }: RequestRecord, target: string): string {
  return method === '' ? '-' : `${method} ${target} HTTP/${version}`
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
    `${listed(record, endpointOf)} ${listed(record, responseLength)} ` +
    `${listed(record, durationOf)} ${listed(record, statusOf)}`
  )
}

/** What a column of nginx says of an attempt. */
export type AttemptColumn = (record: RequestRecord, attempt: AttemptRecord) => string

/** One value for each attempt, as nginx lists them; `-` for none. */
export function listed(record: RequestRecord, column: AttemptColumn): string {
  return record.attempts.map(attempt => column(record, attempt)).join(', ') || '-'
}

/** `$upstream_addr`. */
export const endpointOf: AttemptColumn = (_, { endpoint }) => endpoint

/** `$upstream_response_time`. */
export const durationOf: AttemptColumn = (_, { durationMs }) => seconds(durationMs)

/** `$upstream_status`. */
export const statusOf: AttemptColumn = (_, { status }) => String(status ?? '-')

/** `$upstream_response_length`: only the last attempt's response goes through. */
export const responseLength: AttemptColumn = ({ attempts, bodyBytesSent }, attempt) => {
  if (attempt.status === undefined) return '-'
  return attempt === attempts.at(-1) && attempt.failure === '' ? String(bodyBytesSent) : '0'
}

function orDash(text: string): string {
  return text === '' ? '-' : escapeNginx(text)
}
