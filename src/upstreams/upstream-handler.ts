// The seam between a backend connection and the request it serves.
import type { ResponseHead } from '../http/response-head.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

/** What a request is told by the connection it uses. After `onResponseEnd` and `onUpstreamFailure` they are parted. */
export interface UpstreamHandler {
  /** A new connection is open and takes the request now. */
  onUpstreamConnected(): void
  /** A 1xx other than 100 and 101. */
  onInterim(head: ResponseHead): void
  /** The final head; it stays valid until the connection serves another request. */
  onResponseHead(head: ResponseHead): void
  /** A 101 to the protocol that was asked for: everything after it is tunnelled as body. */
  onUpgrade(head: ResponseHead): void
  /** A view, valid during the call; on `false` until `resumeResponse`. */
  onResponseBody(chunk: Buffer): boolean
  onResponseEnd(): void
  /** All that one read brought has been passed on. */
  onResponseFlush(): void
  /** All bytes handed to `sendBody` are out. */
  onUpstreamDrain(): void
  onUpstreamFailure(failure: UpstreamFailure): void
}

/** Milliseconds; ingress-nginx's proxy-connect-timeout, proxy-read-timeout and proxy-send-timeout. */
export interface AttemptTimeouts {
  readonly connectMs: number
  readonly readMs: number
  readonly sendMs: number
}

/** One request as it goes over the wire to a backend. */
export interface OutgoingRequest {
  /** Request line, fields and the empty line, Latin-1. */
  readonly headText: string
  readonly method: string
  /** Whether body bytes are to be sent in chunks; otherwise the head has said how many come. */
  readonly chunked: boolean
  readonly hasBody: boolean
  /** Protocol asked for by Upgrade, lower case; empty for none. */
  readonly upgrade: string
}
