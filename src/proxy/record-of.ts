// What a request leaves behind for whoever observes requests. Runs only while somebody listens.
import type { Backend } from '../routing/table.ts'
import type { RequestRecord } from './request-record.ts'
import type { RequestState } from './request-state.ts'

/** The record of a request that has just ended. */
export function recordOf(request: RequestState): RequestRecord {
  const { head, connection } = request.stream
  const now = performance.now()
  return {
    time: new Date(),
    durationMs: request.startedAt === 0 ? 0 : now - request.startedAt,
    clientAddress: connection.clientAddress,
    method: head.method,
    target: head.target,
    minorVersion: head.minorVersion,
    authority: head.authority,
    status: request.status,
    bodyBytesSent: request.responseBodyBytes,
    requestBytes: head.fields.text.length + request.requestBodyBytes,
    referer: request.header('referer') ?? '',
    userAgent: request.header('user-agent') ?? '',
    requestId: request.requestId,
    upstreamName: upstreamName(request.route?.backend ?? request.backend),
    alternativeUpstreamName: request.isCanary ? upstreamName(request.backend) : '',
    endpoints: request.tried.map(endpoint => endpoint.key),
    upstreamStatus: request.upstreamStatus === 0 ? undefined : request.upstreamStatus,
    upstreamDurationMs: request.attemptStartedAt === 0 ? undefined : now - request.attemptStartedAt,
    cause: request.cause,
  }
}

/** ingress-nginx's name of a backend, `namespace-service-port`. */
function upstreamName(backend: Backend | undefined): string {
  return backend === undefined ? '' : `${backend.namespace}-${backend.service}-${backend.port}`
}
