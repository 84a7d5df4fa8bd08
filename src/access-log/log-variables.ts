// Hot path while there is an access log of a format of the user's: what the variables of such formats stand for. What a request
// has in common with policies is read as they read it (policies/values/variables.ts).
import type { LogVariable, LogVariableName } from '../policies/observability/log-format.ts'
import { renderVariable, type Variable } from '../policies/values/variables.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { LineContext } from './line-context.ts'
import {
  type AttemptColumn,
  durationOf,
  endpointOf,
  listed,
  requestLine,
  responseLength,
  statusOf,
} from './nginx-line.ts'
import { seconds } from './numbers.ts'
import { redacted } from './redaction.ts'

/** The value, bytes as Latin-1; `undefined` where nginx would not find one. */
export type ReadLogValue = (
  record: RequestRecord,
  context: LineContext,
  request: RequestState | undefined,
) => string | undefined

/** How a variable of a format is read. */
export function readerOf({ name, argument }: LogVariable): ReadLogValue {
  if (name === 'valueless') return () => undefined
  const own = Object.hasOwn(readers, name) ? readers[name as keyof typeof readers] : undefined
  if (own !== undefined) return (record, context, request) => own(record, context, request, argument)
  const variable: Variable = { name: name as Variable['name'], argument }
  if (foundEmpty.has(name))
    return (_record, _context, request) => request && renderVariable(variable, request)
  return (_record, _context, request) => request && (renderVariable(variable, request) || undefined)
}

/** ingress-nginx sets these to empty text where there is nothing to say, which is a value to nginx, and no dash. */
const foundEmpty: ReadonlySet<string> = new Set([
  'https',
  'ingress_name',
  'is_args',
  'namespace',
  'service_name',
  'service_port',
])

type Read = (
  record: RequestRecord,
  context: LineContext,
  request: RequestState | undefined,
  argument: string,
) => string | undefined

/** An absent text, which nginx has none of. */
const orNone = (text: string): string | undefined => (text === '' ? undefined : text)

const attemptList =
  (column: AttemptColumn): Read =>
  record =>
    record.attempts.length === 0 ? undefined : listed(record, column)

/** What only a request that is over has. */
const ended = {
  body_bytes_sent: ({ bodyBytesSent }) => String(bodyBytesSent),
  bytes_sent: ({ bytesSent }) => String(bytesSent),
  msec: ({ time }) => (time / 1000).toFixed(3),
  opentelemetry_span_id: ({ spanId }) => orNone(spanId),
  opentelemetry_trace_id: ({ traceId }) => orNone(traceId),
  pid: () => String(process.pid),
  portico_cause: ({ cause }) => orNone(cause),
  portico_retries: ({ retries }) => String(retries),
  portico_rule: ({ route }) => route && bytesOf(route.id),
  portico_variant: ({ variant }) => orNone(variant),
  proxy_alternative_upstream_name: ({ alternativeUpstreamName }) => alternativeUpstreamName,
  proxy_protocol_addr: (_record, _context, request) => {
    if (request === undefined) return undefined
    const { isProxied, clientAddress } = request.stream.connection
    return isProxied ? clientAddress : undefined
  },
  proxy_upstream_name: ({ upstreamName }) => upstreamName,
  realip_remote_addr: (_record, _context, request) => request?.stream.connection.peerAddress,
  remote_user: ({ user }) => orNone(user),
  request_completion: ({ cause }) => (cause === '' ? 'OK' : ''),
  request_length: ({ requestBytes }) => String(requestBytes),
  request_time: ({ durationMs }) => seconds(durationMs),
  sent_http_: (_record, context, request, name) => {
    const value = request?.sentField(name)
    if (value === undefined) return undefined
    return context.redaction.hides(name) ? redacted : context.redaction.url(value)
  },
  ssl_server_name: (_record, _context, request) => orNone(request?.tls?.serverName ?? ''),
  status: ({ status }) => String(status),
  time_iso8601: ({ time }, context) => context.time.iso8601(time),
  time_local: ({ time }, context) => context.time.nginx(time),
  upstream_addr: attemptList(endpointOf),
  upstream_connect_time: attemptList((_, { connectMs }) => seconds(connectMs)),
  upstream_header_time: attemptList((_, { headMs }) => (headMs === undefined ? '-' : seconds(headMs))),
  upstream_response_length: attemptList(responseLength),
  upstream_response_time: attemptList(durationOf),
  upstream_status: attemptList(statusOf),
} as const satisfies Record<LogVariableName, Read>

/** What may hold secrets, and what is read otherwise than in policies. */
const guarded = {
  arg_: (_record, context, request, name) => {
    const value = request && orNone(renderVariable({ name: 'arg_', argument: name }, request))
    return value !== undefined && context.redaction.hides(name) ? redacted : value
  },
  args: queryOf,
  cookie_: (_record, context, request, name) => {
    const value = request?.cookie(name)
    return value !== undefined && (context.redaction.hides('cookie') || context.redaction.hides(name))
      ? redacted
      : value
  },
  escaped_request_uri: ({ target }, context, request) =>
    request && encodeURIComponent(context.redaction.url(target)),
  http_: (_record, context, request, name) => {
    const value = request?.header(name)
    if (value === undefined) return undefined
    return context.redaction.hides(name) ? redacted : context.redaction.url(value)
  },
  location_path: ({ route }) => (route === undefined ? '' : bytesOf(route.path)),
  query_string: queryOf,
  remote_addr: ({ clientAddress }) => clientAddress,
  request: (record, context) =>
    record.method === '' ? undefined : requestLine(record, context.redaction.url(record.target)),
  request_uri: ({ target }, context) => orNone(context.redaction.url(target)),
} as const satisfies Record<string, Read>

const readers: Readonly<Record<string, Read>> = { ...ended, ...guarded }

function queryOf({ target }: RequestRecord, context: LineContext): string | undefined {
  const mark = target.indexOf('?')
  return mark === -1 ? undefined : orNone(context.redaction.url(target).slice(mark + 1))
}

/** Texts of manifests as bytes: lines are made of these. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
