// What is different for requests of gRPC: errors of ours come as a status in fields, because its clients read no pages
// (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md, and PROTOCOL-HTTP2.md beside it).
import type { HttpVersion } from '../http/request-head.ts'
import type { ProxyFailure } from './failure.ts'

/** Codes of https://github.com/grpc/grpc/blob/master/doc/statuscodes.md. */
const Code = {
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** How clients read a status of HTTP that comes without one of gRPC; anything else is `unknown`. */
const codeOfStatus: ReadonlyMap<number, number> = new Map([
  [400, Code.internal],
  [401, Code.unauthenticated],
  [403, Code.permissionDenied],
  [404, Code.unimplemented],
  [429, Code.unavailable],
  [502, Code.unavailable],
  [503, Code.unavailable],
  [504, Code.unavailable],
])

/**
 * Failures that are more than their status. What an endpoint may have begun to do is no `unavailable`: clients take that for
 * leave to try again.
 */
const codeOfFailure: Partial<Record<ProxyFailure, number>> = {
  'response-timeout': Code.deadlineExceeded,
  'send-timeout': Code.deadlineExceeded,
  'deadline-exceeded': Code.deadlineExceeded,
  'body-too-large': Code.resourceExhausted,
  'endpoint-overloaded': Code.resourceExhausted,
  'internal-error': Code.internal,
}

/** A request, as far as it has to be known. */
interface TypedRequest {
  readonly version: HttpVersion
  header(name: string): string | undefined
}

/** Whether a request is one of gRPC, which there is in HTTP/2 only; grpc-web is not, it has errors of its own. */
export function isGrpc(request: TypedRequest): boolean {
  return (
    request.version === '2.0' && /^application\/grpc(?:[+;\s]|$)/i.test(request.header('content-type') ?? '')
  )
}

/** The fields of an error: `status` is what any other client would be told. `reason`: one sentence. */
export function grpcErrorLines(status: number, failure: ProxyFailure | undefined, reason: string): string {
  const ofFailure = failure === undefined ? undefined : codeOfFailure[failure]
  const code = ofFailure ?? codeOfStatus.get(status) ?? Code.unknown
  return `Content-Type: application/grpc\r\ngrpc-status: ${code}\r\ngrpc-message: ${encodeMessage(reason)}\r\n`
}

/** Everything but printable ASCII as percent-encoded UTF-8. */
function encodeMessage(text: string): string {
  return Buffer.from(text)
    .latin1Slice()
    .replace(/[^ -$&-~]/g, octet => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}

/** Milliseconds of a grpc-timeout field; `undefined` for what is none, which the backend may complain about. */
export function parseGrpcTimeout(text: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text)
  return match === null ? undefined : Number(match[1]) * unitMs[match[2]!]!
}
