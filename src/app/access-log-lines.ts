// Access log lines: ingress-nginx's default format, and one for people.
import type { RequestRecord } from '../proxy/request-record.ts'

/**
 * ingress-nginx's `log-format-upstream` default: remote_addr - remote_user [time_local] "request" status body_bytes_sent
 * "referer" "user_agent" request_length request_time [proxy_upstream_name] [proxy_alternative_upstream_name]
 * upstream_addr upstream_response_length upstream_response_time upstream_status req_id.
 */
export function renderNginxLine(record: RequestRecord): string {
  const request = `${record.method} ${record.target} HTTP/1.${record.minorVersion}`
  const served = record.upstreamStatus !== undefined
  return (
    `${record.clientAddress} - - [${localTime(record.time)}] "${escapeNginx(request)}" ${record.status} ` +
    `${record.bodyBytesSent} "${escapeNginx(record.referer) || '-'}" "${escapeNginx(record.userAgent) || '-'}" ` +
    `${record.requestBytes} ${seconds(record.durationMs)} [${record.upstreamName}] ` +
    `[${record.alternativeUpstreamName}] ${record.endpoints.join(', ') || '-'} ` +
    `${served ? record.bodyBytesSent : '-'} ${seconds(record.upstreamDurationMs)} ` +
    `${record.upstreamStatus ?? '-'} ${escapeNginx(record.requestId)}`
  )
}

/** `12:30:01 200 GET shop.test/cart → default-cart-80 127.0.0.1:3000 3.1 ms`. */
export function renderPrettyLine(record: RequestRecord): string {
  const time = record.time.toTimeString().slice(0, 8)
  const name = record.alternativeUpstreamName || record.upstreamName
  const endpoint = record.endpoints.at(-1) ?? ''
  const way = record.upstreamStatus === undefined ? record.cause : `→ ${name} ${endpoint}`
  const url = `${printable(record.authority)}${printable(record.target)}`
  return `${time} ${record.status} ${record.method} ${url} ${way} ${record.durationMs.toFixed(1)} ms`.replace(
    '  ',
    ' ',
  )
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : (ms / 1000).toFixed(3)
}

/** `10/Oct/2026:13:55:36 +0000`. */
function localTime(time: Date): string {
  const month = time.toLocaleString('en-US', { month: 'short' })
  const offset = -time.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}${pad(Math.abs(offset) % 60)}`
  return `${pad(time.getDate())}/${month}/${time.getFullYear()}:${time.toTimeString().slice(0, 8)} ${zone}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

/** nginx's default escaping: what could break the line or forge one becomes `\xHH`. */
function escapeNginx(text: string): string {
  return text.replace(/["\\\x00-\x1f\x7f-\xff]/g, character => `\\x${hex(character)}`)
}

function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\xff]/g, '?')
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}
