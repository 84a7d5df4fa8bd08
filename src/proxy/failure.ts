// Every way a request can fail inside Portico, as one table: the status a client gets, what Proxy-Status says
// (RFC 9209 §2.3), and whether another endpoint may be tried.
import type { AttemptFailure } from '../upstreams/attempt-failure.ts'

/** Why a request got no response of a backend, or not all of it. */
export type ProxyFailure =
  | AttemptFailure
  | 'bad-path'
  | 'no-route'
  | 'denied'
  | 'backend-missing'
  | 'no-endpoint'
  | 'body-too-large'
  | 'method-not-allowed'
  | 'bad-max-forwards'
  | 'loop-detected'

/** When the request may be sent to another endpoint, or again. */
export type Retry =
  | 'never'
  /** Nothing was sent: any request may go elsewhere. */
  | 'elsewhere'
  /** Only over a reused connection that died without a byte, and only what is safe to repeat (RFC 9110 §9.2.2). */
  | 'if-repeatable'

/** What follows from a failure. */
export interface FailureFacts {
  readonly status: number
  /** RFC 9209 error type. */
  readonly proxyStatus: string
  readonly retry: Retry
  /** One sentence for the error page, without a full stop. */
  readonly reason: string
}

const facts = (status: number, proxyStatus: string, retry: Retry, reason: string): FailureFacts => ({
  status,
  proxyStatus,
  retry,
  reason,
})

/** The table. Statuses are ingress-nginx's where it names one. */
export const failureFacts: Readonly<Record<ProxyFailure, FailureFacts>> = {
  'bad-path': facts(
    400,
    'http_request_error',
    'never',
    'The path climbs above the root, or holds a bad escape',
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
  'body-too-large': facts(
    413,
    'http_request_denied',
    'never',
    'The request body is larger than proxy-body-size allows',
  ),
  'method-not-allowed': facts(405, 'http_request_denied', 'never', 'TRACE is not forwarded'),
  'bad-max-forwards': facts(400, 'http_request_error', 'never', 'Max-Forwards is not one decimal number'),
  'loop-detected': facts(
    508,
    'proxy_loop_detected',
    'never',
    'The Via field says that the request has been here before',
  ),
  'connect-failed': facts(502, 'connection_refused', 'elsewhere', 'The endpoint refused the connection'),
  'connect-timeout': facts(
    504,
    'connection_timeout',
    'elsewhere',
    'The endpoint did not accept a connection in time',
  ),
  'name-unresolved': facts(503, 'dns_error', 'elsewhere', 'The name of the endpoint has no address'),
  'local-limit': facts(503, 'connection_limit_reached', 'never', 'Portico is out of sockets'),
  'reset-before-response': facts(
    502,
    'connection_terminated',
    'if-repeatable',
    'The endpoint closed the connection without an answer',
  ),
  'head-truncated': facts(
    502,
    'http_response_incomplete',
    'never',
    'The endpoint closed the connection inside its answer',
  ),
  'response-malformed': facts(
    502,
    'http_protocol_error',
    'never',
    'The answer of the endpoint is not valid HTTP',
  ),
  'response-timeout': facts(504, 'http_response_timeout', 'never', 'The endpoint did not answer in time'),
  'send-timeout': facts(
    504,
    'connection_write_timeout',
    'never',
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
