// A request that has ended as spans: one of its own, and one for each attempt to have it answered. Names and attributes are those
// of OpenTelemetry's semantic conventions for HTTP; what only Portico knows begins with `portico.`. Loaded only while spans are sent.
import {
  type Attributes,
  createTraceState,
  type HrTime,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import type { LineContext, RenderLine } from '../access-log/line-context.ts'
import type { Redaction } from '../access-log/redaction.ts'
import { createTemplateLines } from '../access-log/template-line.ts'
import type { VariableText } from '../policies/values/variables.ts'
import type { AttemptRecord } from '../proxy/attempt-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { RequestTrace } from '../proxy/request-trace.ts'

/** Methods with a name of their own; what clients make up is `_OTHER`, so that names stay few. */
const knownMethods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE QUERY'.split(' '),
)
const scope = { name: 'portico' }

/** Who sends spans, and what they must not tell. */
export interface SpanSource {
  readonly resource: Resource
  /** What names are made with, as lines of a log are; its redaction is for all of a span, which goes to more people than a request does. */
  readonly line: LineContext
}

/** The spans of a traced request, its own first. */
export function spansOf(
  record: RequestRecord,
  trace: RequestTrace,
  request: RequestState | undefined,
  { resource, line }: SpanSource,
): ReadableSpan[] {
  const startMs = record.time - record.durationMs
  const make = (span: SpanParts) => spanOf(span, trace, resource)
  return [
    make({
      name: nameOf(record, trace, request, line),
      kind: SpanKind.SERVER,
      spanId: trace.spanId,
      parentSpanId: trace.parent?.spanId,
      isParentRemote: true,
      startMs,
      durationMs: record.durationMs,
      // A client's mistake is no error of the server's (semantic conventions for HTTP).
      status: statusOf(record.status >= 500, record.cause),
      attributes: requestAttributes(record, line.redaction),
      events: eventsOf(record, startMs),
    }),
    ...record.attempts.map((attempt, index) =>
      make({
        name: methodOf(record),
        kind: SpanKind.CLIENT,
        spanId: attempt.spanId,
        parentSpanId: trace.spanId,
        isParentRemote: false,
        startMs: startMs + attempt.startMs,
        durationMs: attempt.durationMs,
        status: statusOf(isFailed(attempt), attempt.failure),
        attributes: attemptAttributes(record, attempt, index),
        events: [],
      }),
    ),
  ]
}

interface SpanParts {
  readonly name: string
  readonly kind: SpanKind
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly isParentRemote: boolean
  /** Since the epoch. */
  readonly startMs: number
  readonly durationMs: number
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly events: TimedEvent[]
}

function spanOf(span: SpanParts, { traceId, tracestate }: RequestTrace, resource: Resource): ReadableSpan {
  // Only traces that are sampled come here.
  const shared = {
    traceId,
    traceFlags: 1,
    ...(tracestate !== '' && { traceState: createTraceState(tracestate) }),
  }
  const spanContext = { ...shared, spanId: span.spanId }
  const { name, kind, status, attributes, events, parentSpanId } = span
  return {
    name,
    kind,
    status,
    attributes,
    events,
    spanContext: () => spanContext,
    ...(parentSpanId !== undefined && {
      parentSpanContext: { ...shared, spanId: parentSpanId, isRemote: span.isParentRemote },
    }),
    startTime: hrTime(span.startMs),
    endTime: hrTime(span.startMs + span.durationMs),
    duration: hrTime(span.durationMs),
    ended: true,
    links: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

/** What the manifests name it, else method and path of the rule, which are few; never the path that was asked for. */
function nameOf(
  record: RequestRecord,
  { operationName }: RequestTrace,
  request: RequestState | undefined,
  line: LineContext,
): string {
  const written = operationName === undefined ? '' : rendererOf(operationName)(record, line, request)
  if (written !== '') return Buffer.from(written, 'latin1').toString()
  const method = methodOf(record)
  return record.route === undefined ? method : `${method} ${record.route.path}`
}

const renderers = new WeakMap<VariableText, RenderLine>()

/** Made once for each name of the manifests. It is a line of a log in all but its place: secrets are left out of it, too. */
function rendererOf(operationName: VariableText): RenderLine {
  let renderer = renderers.get(operationName)
  if (renderer === undefined) {
    renderer = createTemplateLines(operationName, 'none')
    renderers.set(operationName, renderer)
  }
  return renderer
}

function methodOf({ method }: RequestRecord): string {
  return knownMethods.has(method) ? method : 'HTTP'
}

function requestAttributes(record: RequestRecord, redaction: Redaction): Attributes {
  const { target, authority, route } = record
  const mark = target.indexOf('?')
  const { host, port } = splitAuthority(authority)
  return withoutEmpty({
    ...methodAttributes(record),
    'url.scheme': record.scheme,
    'url.path': mark === -1 ? target : target.slice(0, mark),
    'url.query': mark === -1 ? undefined : redaction.url(target).slice(mark + 1),
    'server.address': host,
    'server.port': port ?? (record.scheme === 'https' ? 443 : 80),
    'http.route': route?.path,
    'http.response.status_code': record.status || undefined,
    'network.protocol.version': record.version === '2.0' ? '2' : record.version,
    'client.address': record.clientAddress,
    'user_agent.original': record.userAgent,
    'error.type':
      record.cause !== '' ? record.cause : record.status >= 500 ? String(record.status) : undefined,
    'http.request.size': record.requestBytes,
    'http.response.body.size': record.bodyBytesSent,
    'k8s.namespace.name': route?.origin.namespace,
    'portico.ingress': route === undefined ? undefined : `${route.origin.namespace}/${route.origin.ingress}`,
    'portico.service': record.service,
    'portico.canary': record.isCanary || undefined,
    'portico.variant': record.variant,
    'portico.cause': record.cause,
    'portico.request_id': record.requestId,
    'portico.queue_us': microseconds(record.queueMs),
  })
}

function attemptAttributes(record: RequestRecord, attempt: AttemptRecord, index: number): Attributes {
  const { host, port } = splitAuthority(attempt.endpoint)
  return withoutEmpty({
    ...methodAttributes(record),
    'server.address': host,
    'server.port': port,
    'http.response.status_code': attempt.failure === '' ? attempt.status : undefined,
    // Zero is left out: the first one is no repetition.
    'http.request.resend_count': index === 0 ? undefined : index,
    'error.type': attempt.failure !== '' ? attempt.failure : errorStatusOf(attempt.status),
    'portico.service': record.service,
    'portico.connect_us': microseconds(attempt.connectMs),
  })
}

function methodAttributes({ method }: RequestRecord): Attributes {
  return knownMethods.has(method)
    ? { 'http.request.method': method }
    : { 'http.request.method': '_OTHER', 'http.request.method_original': method }
}

/** What happened besides: attempts that failed and were made good for elsewhere, and why Portico answered itself. */
function eventsOf(record: RequestRecord, startMs: number): TimedEvent[] {
  const { attempts, cause } = record
  const events: TimedEvent[] = []
  for (const attempt of attempts.slice(0, -1)) {
    events.push({
      name: 'retry',
      time: hrTime(startMs + attempt.startMs + attempt.durationMs),
      attributes: { 'portico.reason': attempt.failure, 'portico.endpoint': attempt.endpoint },
    })
  }
  if (cause !== '') {
    const name = attempts.length === 0 ? 'refused' : 'failed'
    events.push({ name, time: hrTime(record.time), attributes: { 'portico.cause': cause } })
  }
  return events
}

function isFailed({ failure, status }: AttemptRecord): boolean {
  return failure !== '' || errorStatusOf(status) !== undefined
}

/** For a client any answer of 400 and above is an error (semantic conventions for HTTP). */
function errorStatusOf(status: number | undefined): string | undefined {
  return status !== undefined && status >= 400 ? String(status) : undefined
}

function statusOf(isError: boolean, why: string): SpanStatus {
  if (!isError) return { code: SpanStatusCode.UNSET }
  return why === '' ? { code: SpanStatusCode.ERROR } : { code: SpanStatusCode.ERROR, message: why }
}

function splitAuthority(authority: string): { host: string; port: number | undefined } {
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(authority)
  const host = (match?.[1] ?? '').replace(/^\[(.*)\]$/, '$1')
  return { host, port: match?.[2] === undefined ? undefined : Number(match[2]) }
}

/** Whole numbers: an attribute is to have the same type in all spans. */
function microseconds(ms: number): number {
  return Math.round(ms * 1_000)
}

function withoutEmpty(attributes: Attributes): Attributes {
  for (const name in attributes)
    if (attributes[name] === undefined || attributes[name] === '') delete attributes[name]
  return attributes
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
