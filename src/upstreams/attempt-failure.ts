// What can go wrong between Portico and a backend, as a closed set. Which status follows is the proxy's business.

/** Why one attempt gave no whole response. */
export type AttemptFailure =
  /** Refused, unreachable: nothing was sent. */
  | 'connect-failed'
  /** No connection within proxy-connect-timeout: nothing was sent. */
  | 'connect-timeout'
  /** The endpoint is a name and the name has no address. */
  | 'name-unresolved'
  /** TLS did not come about: nothing was sent. */
  | 'tls-failed'
  /** The certificate is signed by nobody who is trusted, or is not valid now: nothing was sent. */
  | 'certificate-untrusted'
  /** The certificate is made out to another name: nothing was sent. */
  | 'certificate-mismatch'
  /** Out of file descriptors or ports on our side. */
  | 'local-limit'
  /** The connection ended before the first byte of a response. */
  | 'reset-before-response'
  /** The endpoint says that it has not looked at the request: REFUSED_STREAM, or a GOAWAY that leaves it out. */
  | 'stream-refused'
  /** The endpoint reset the request with ENHANCE_YOUR_CALM; Node resets so, too, when a response head is beyond all limits. */
  | 'endpoint-overloaded'
  /** The connection was to be one of HTTP/2, and the endpoint's first bytes were something else: nothing was sent. */
  | 'not-http2'
  /** The endpoint ended TLS with an alert after the request had gone out. */
  | 'tls-alert'
  /** The connection ended inside the response head. */
  | 'head-truncated'
  /** The response head is larger than proxy-buffer-size allows. */
  | 'head-too-large'
  /** A WebSocket was asked for by HTTP/2, and the backend answered with success but not with a proper handshake. */
  | 'switch-refused'
  /** The response head is not valid HTTP, or has framing that could be read in two ways. */
  | 'response-malformed'
  /** Nothing was read for proxy-read-timeout. */
  | 'response-timeout'
  /** Nothing of the request could be written for proxy-send-timeout. */
  | 'send-timeout'
  /** An exception: a bug of ours. */
  | 'internal-error'
  /** The response body ended early or broke its framing. */
  | 'body-truncated'

/** What a connection attempt's error is. `isTcpOpen`: the endpoint had taken the connection, and TLS was to follow. */
export function connectFailureOf(error: NodeJS.ErrnoException, isTcpOpen = false): AttemptFailure {
  if (isTcpOpen) return 'tls-failed'
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return 'name-unresolved'
    case 'EMFILE':
    case 'ENFILE':
    case 'EADDRNOTAVAIL':
      return 'local-limit'
    case 'ETIMEDOUT':
      return 'connect-timeout'
    default:
      return 'connect-failed'
  }
}
