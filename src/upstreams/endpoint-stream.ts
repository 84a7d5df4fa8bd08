// The seam between the proxy and the connections to endpoints: one attempt's backend side, whichever protocol version
// carries it. Connections implement `EndpointStream` and call the `EndpointHandler`; the proxy does the reverse.
import type { ResponseHead } from '../http/response-head.ts'
import type { AttemptFailure } from './attempt-failure.ts'

/**
 * The backend side of one attempt. Output is collected and leaves in one write at `flush` or `endRequest`. After
 * `onResponseEnd`, `onAttemptFailure` or `destroy` it must not be used any more.
 */
export interface EndpointStream {
  /** Sends the head; without a body to follow the request is complete with it. */
  sendHead(request: OutgoingRequest): void
  /** As `ClientStream.sendBody`: on `false` the bytes are needed until `onEndpointDrain`. */
  sendBody(chunk: Buffer): boolean
  /** The request is whole; in a tunnel, the client has sent its last byte. `trailers` are lines, '' for none. */
  endRequest(trailers: string): void
  flush(): void
  resumeResponse(): void
  /** Ends the attempt so that the backend can not take the request for complete. The handler hears nothing more. */
  destroy(): void
}

/** What a request is told by the connection it uses. After `onResponseEnd` and `onAttemptFailure` they are parted. */
export interface EndpointHandler {
  /** Whether the client came over TLS. */
  readonly secure: boolean
  /** A new connection is open and takes the request now. */
  onEndpointReady(): void
  /** A 1xx other than 100 and 101. */
  onInterim(head: ResponseHead): void
  /** The final head; it stays valid until the connection serves another request. */
  onResponseHead(head: ResponseHead): void
  /** A 101 to the protocol that was asked for: everything after it is tunnelled as body. */
  onUpgrade(head: ResponseHead): void
  /** A view, valid during the call; on `false` until `resumeResponse`. */
  onResponseBody(chunk: Buffer): boolean
  /** `trailers`: lines of the trailer fields that may be passed on, '' for none. */
  onResponseEnd(trailers: string): void
  /** All that one read brought has been passed on. */
  onResponseFlush(): void
  /** All bytes handed to `sendBody` are out. */
  onEndpointDrain(): void
  /** `wasReused`: the connection had served another request before, and may have been closed for its idleness. */
  onAttemptFailure(failure: AttemptFailure, wasReused: boolean): void
}

/** Milliseconds; ingress-nginx's proxy-connect-timeout, proxy-read-timeout and proxy-send-timeout. */
export interface AttemptTimeouts {
  readonly connectMs: number
  readonly readMs: number
  readonly sendMs: number
}

/** One request for a backend: what it says in every version of HTTP, and what HTTP/1.1 adds to that. Texts are Latin-1. */
export interface OutgoingRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** The Host field, or `:authority`; empty when an HTTP/1.0 client named none. */
  readonly host: string
  /** Field lines `Name: value\r\n`, without Host and without those that frame the body or concern one hop. */
  readonly lines: string
  /** Whether trailer fields of the response reach somebody who wants them. */
  readonly acceptsTrailers: boolean
  readonly hasBody: boolean
  /** Whether the body's length is unknown: over HTTP/1.1 it is sent in chunks. */
  readonly chunked: boolean
  /** Whether trailer fields may follow the body. */
  readonly mayHaveTrailers: boolean
  /** The body's length where `hasBody` and not `chunked`. */
  readonly contentLength: number
  /** 0 where a policy asks for HTTP/1.0. */
  readonly minorVersion: 0 | 1
  /** The lines that frame the body and concern the hop, for HTTP/1.1. */
  readonly http1Lines: string
  /** Protocol asked for by Upgrade, lower case; empty for none. HTTP/2 has no such question. */
  readonly upgrade: string
  /** Whether the head asks for the connection to be closed: then it is not used again (RFC 9112 §9.6). */
  readonly closes: boolean
}
