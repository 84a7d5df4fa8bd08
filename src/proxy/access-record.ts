// What an exchange leaves behind for logs. Runs only while somebody listens.
import type { Backend } from '../routing/table.ts'
import type { Exchange } from './exchange.ts'
import type { RequestRecord } from './request-record.ts'

/** The record of a request that has just ended. */
export function recordOf(exchange: Exchange): RequestRecord {
  const { head, connection } = exchange.stream
  const now = performance.now()
  return {
    time: new Date(),
    durationMs: exchange.startedAt === 0 ? 0 : now - exchange.startedAt,
    clientAddress: connection.clientAddress,
    method: head.method,
    target: head.target,
    minorVersion: head.minorVersion,
    authority: head.authority,
    status: exchange.status,
    bodyBytesSent: exchange.responseBodyBytes,
    requestBytes: head.fields.text.length + exchange.requestBodyBytes,
    referer: exchange.header('referer') ?? '',
    userAgent: exchange.header('user-agent') ?? '',
    requestId: exchange.requestId,
    upstreamName: upstreamName(exchange.route?.backend ?? exchange.backend),
    alternativeUpstreamName: exchange.isCanary ? upstreamName(exchange.backend) : '',
    endpoints: exchange.tried.map(endpoint => endpoint.key),
    upstreamStatus: exchange.upstreamStatus === 0 ? undefined : exchange.upstreamStatus,
    upstreamDurationMs: exchange.attemptStartedAt === 0 ? undefined : now - exchange.attemptStartedAt,
    cause: exchange.cause,
  }
}

/** ingress-nginx's name of a backend, `namespace-service-port`. */
function upstreamName(backend: Backend | undefined): string {
  return backend === undefined ? '' : `${backend.namespace}-${backend.service}-${backend.port}`
}
