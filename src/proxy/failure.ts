// Every way a request can fail inside Portico, as one table: the status a client gets, what Proxy-Status says
// (RFC 9209 §2.3), and when another endpoint may be tried.
import type { ClientAbort } from '../http/client-stream.ts'
import type { AttemptFailure } from '../upstreams/attempt-failure.ts'

/** Why a request got no response of a backend, or not all of it. */
export type ProxyFailure =
  | AttemptFailure
  | 'bad-path'
  | 'ambiguous-path'
  | 'no-route'
  | 'denied'
  | 'backend-missing'
  | 'no-endpoint'
  | 'upstream-busy'
  | 'circuit-open'
  | 'body-too-large'
  | 'body-not-kept'
  | 'method-not-allowed'
  | 'bad-max-forwards'
  | 'loop-detected'
  | 'deadline-exceeded'

/** Which word of proxy-next-upstream a failure is. */
export type NextAfter =
  /** No other endpoint could do better, or none may be asked. */
  'never' | 'error' | 'timeout' | 'invalid_header'

/** What follows from a failure. */
export interface FailureFacts {
  readonly status: number
  /** RFC 9209 error type. */
  readonly proxyStatus: string
  readonly next: NextAfter
  /** Nothing of the request had been sent: it may go elsewhere whatever its method. */
  readonly unsent: boolean
  /** One sentence for the error page, without a full stop. */
  readonly reason: string
}

const facts = (
  status: number,
  proxyStatus: string,
  next: NextAfter,
  reason: string,
  unsent = false,
): FailureFacts => ({ status, proxyStatus, next, unsent, reason })

/** The table. Statuses are ingress-nginx's where it names one. */
export const failureFacts: Readonly<Record<ProxyFailure, FailureFacts>> = {
  'bad-path': facts(
    400,
    'http_request_error',
    'never',
    'The path climbs above the root, or holds a bad escape',
  ),
  'ambiguous-path': facts(
    400,
    'http_request_error',
    'never',
    'The path could be read as one that is guarded; write it without escapes, parameters, dots and double slashes',
  ),
  'no-route': facts(404, 'destination_not_found', 'never', 'No Ingress rule claims this host and path'),
  denied: facts(
    503,
    'http_request_denied',
    'never',
    'The route is closed because its protection can not be obeyed',
  ),
  'backend-missing': facts(
    503,
    'destination_unavailable',
    'never',
    'The rule names a backend that does not exist',
  ),
  'no-endpoint': facts(503, 'destination_unavailable', 'never', 'The Service has no ready endpoint'),
  'upstream-busy': facts(
    503,
    'connection_limit_reached',
    'never',
    'The backend has as many requests under way as circuit-breaker-max-requests allows',
  ),
  'circuit-open': facts(
    503,
    'destination_unavailable',
    'never',
    'The backend failed again and again; its circuit breaker lets no request through for now',
  ),
  'body-too-large': facts(
    413,
    'http_request_denied',
    'never',
    'The request body is larger than proxy-body-size allows',
  ),
  'body-not-kept': facts(
    500,
    'proxy_internal_error',
    'never',
    'The request body could not be put aside: there is no room for temporary files',
  ),
  'method-not-allowed': facts(405, 'http_request_denied', 'never', 'TRACE is not forwarded'),
  'bad-max-forwards': facts(400, 'http_request_error', 'never', 'Max-Forwards is not one decimal number'),
  'loop-detected': facts(
    508,
    'proxy_loop_detected',
    'never',
    'The Via field says that the request has been here before',
  ),
  'deadline-exceeded': facts(
    504,
    'http_response_timeout',
    'never',
    'The time that the client gave the request in grpc-timeout is over',
  ),
  'connect-failed': facts(502, 'connection_refused', 'error', 'The endpoint refused the connection', true),
  'connect-timeout': facts(
    504,
    'connection_timeout',
    'timeout',
    'The endpoint did not accept a connection in time',
    true,
  ),
  'name-unresolved': facts(503, 'dns_error', 'error', 'The name of the endpoint has no address', true),
  'tls-failed': facts(502, 'tls_protocol_error', 'error', 'TLS to the endpoint did not come about', true),
  'certificate-untrusted': facts(
    502,
    'tls_certificate_error',
    'error',
    'The certificate of the endpoint is not signed by an authority that proxy-ssl-verify trusts, or is not valid now',
    true,
  ),
  'certificate-mismatch': facts(
    502,
    'tls_certificate_error',
    'error',
    'The certificate of the endpoint is made out to another name; proxy-ssl-name says which one to expect',
    true,
  ),
  'local-limit': facts(503, 'connection_limit_reached', 'never', 'Portico is out of sockets'),
  'reset-before-response': facts(
    502,
    'connection_terminated',
    'error',
    'The endpoint closed the connection without an answer',
  ),
  'stream-refused': facts(
    502,
    'connection_terminated',
    'error',
    'The endpoint took the connection but not the request',
    true,
  ),
  'endpoint-overloaded': facts(
    502,
    'connection_terminated',
    'error',
    'The endpoint asked for calm (ENHANCE_YOUR_CALM): it has too much to do, or the head of its answer is beyond 64 KiB',
  ),
  'not-http2': facts(
    502,
    'http_protocol_error',
    'error',
    'The endpoint does not speak HTTP/2, which backend-protocol (GRPC, GRPCS) or appProtocol asks for',
    true,
  ),
  'tls-alert': facts(
    502,
    'tls_alert_received',
    'error',
    'The endpoint ended TLS without an answer; it may want a client certificate, which proxy-ssl-secret would hold',
  ),
  'head-truncated': facts(
    502,
    'http_response_incomplete',
    'error',
    'The endpoint closed the connection inside its answer',
  ),
  'head-too-large': facts(
    502,
    'http_response_header_section_size',
    'invalid_header',
    'The head of the answer is larger than proxy-buffer-size allows',
  ),
  'switch-refused': facts(
    502,
    'http_upgrade_failed',
    'never',
    'The endpoint did not answer the WebSocket handshake as it should',
  ),
  'response-malformed': facts(
    502,
    'http_protocol_error',
    'invalid_header',
    'The answer of the endpoint is not valid HTTP',
  ),
  'response-timeout': facts(504, 'http_response_timeout', 'timeout', 'The endpoint did not answer in time'),
  'send-timeout': facts(
    504,
    'connection_write_timeout',
    'timeout',
    'The endpoint did not take the request in time',
  ),
  'internal-error': facts(
    500,
    'proxy_internal_error',
    'never',
    'Portico failed; this is a bug and was logged',
  ),
  'body-truncated': facts(
    502,
    'http_response_incomplete',
    'never',
    'The endpoint broke off inside its answer',
  ),
}

/** What is logged of a request whose client was gone, or made it impossible to go on; 499 is nginx's. */
export const abortStatus: Readonly<Record<ClientAbort, number>> = {
  closed: 499,
  'write-timeout': 499,
  'body-malformed': 400,
  'body-timeout': 408,
}
