// Hot path while somebody observes requests: what a request leaves behind for them.

import type { ConnectionFacts } from '../http/client-stream.ts'
import { isLogged } from '../policies/observability/access-log.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Backend } from '../routing/table.ts'
import { upstreamName } from '../routing/upstream-name.ts'
import { type AttemptRecord, attemptRecordOf } from './attempt-record.ts'
import type { RequestRecord } from './request-record.ts'
import type { RequestState } from './request-state.ts'
import { variantOf } from './variant-of.ts'

/** The record of a request that has just ended. */
export function recordOf(request: RequestState): RequestRecord {
  const { head } = request.stream
  const { times, route, trace } = request
  return {
    time: Date.now(),
    durationMs: times.ended - times.began,
    queueMs: (times.asked || times.ended) - times.began,
    connectMs: times.connected === 0 ? 0 : times.connected - times.attempt,
    firstByteMs: times.head === 0 ? undefined : times.head - times.began,
    route,
    service: serviceOf(request.backend),
    isCanary: request.isCanary,
    scheme: request.scheme,
    retries: Math.max(request.tried.length - 1, 0),
    clientAddress: request.clientAddress,
    user: request.admissions?.user ?? '',
    method: head.method,
    target: head.target,
    version: head.version,
    authority: head.authority,
    status: request.status,
    bodyBytesSent: request.responseBodyBytes,
    bytesSent: request.stream.headBytesSent + request.responseBodyBytes,
    requestBytes: head.fields.text.length + request.requestBodyBytes,
    referer: request.header('referer') ?? '',
    userAgent: request.header('user-agent') ?? '',
    requestId: request.requestId,
    trace,
    traceId: trace?.traceId ?? '',
    spanId: trace?.spanId ?? '',
    upstreamName: nameOf(request.route?.backend ?? request.backend),
    alternativeUpstreamName: request.isCanary ? nameOf(request.backend) : '',
    variant: variantOf(request),
    isLogged: isLogged(request.handling.policies.accessLog, head.target, request.route !== undefined),
    attempts: attemptsOf(request),
    cause: request.cause,
  }
}

/** Counts and records what came on a connection and was no request. */
export function recordRefusal({ proxy, stream }: RequestState, status: number, reason: string): void {
  const { counters, observers } = proxy
  counters.refusedHeads.add(status)
  if (observers.length === 0) return
  const record = refusalRecordOf(stream.connection, status, reason)
  for (const observe of observers) observe(record, undefined)
}

/** Its record; the URL is nobody's business: it may be anything. */
function refusalRecordOf(connection: ConnectionFacts, status: number, reason: string): RequestRecord {
  return {
    time: Date.now(),
    durationMs: 0,
    queueMs: 0,
    connectMs: 0,
    firstByteMs: undefined,
    route: undefined,
    service: '',
    isCanary: false,
    scheme: connection.secure ? 'https' : 'http',
    retries: 0,
    clientAddress: connection.clientAddress,
    user: '',
    method: '',
    target: '',
    version: '1.1',
    authority: '',
    status,
    bodyBytesSent: 0,
    bytesSent: 0,
    requestBytes: 0,
    referer: '',
    userAgent: '',
    requestId: '',
    trace: undefined,
    traceId: '',
    spanId: '',
    upstreamName: '',
    alternativeUpstreamName: '',
    variant: '',
    isLogged: true,
    attempts: [],
    cause: reason,
  }
}

/** Those that failed, then the one that gave the response or was under way when the client left. */
function attemptsOf(request: RequestState): readonly AttemptRecord[] {
  const { times, upstreamStatus, failedAttempts } = request
  if (times.attempt === 0) return failedAttempts
  const last = attemptRecordOf(request, upstreamStatus === 0 ? undefined : upstreamStatus, times.ended, '')
  return failedAttempts.length === 0 ? [last] : [...failedAttempts, last]
}

function serviceOf(backend: Backend | undefined): string {
  return backend === undefined ? '' : serviceName(backend)
}

function nameOf(backend: Backend | undefined): string {
  return backend === undefined ? '' : upstreamName(backend)
}
