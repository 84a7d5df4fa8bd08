// A request's head, whichever protocol version brought it. Filled by the wire's parser, read by everything behind it.
import { FieldLines } from './field-lines.ts'

/** How the end of a body is known. */
export const Framing = { none: 0, length: 1, chunked: 2, untilClose: 3 } as const
export type Framing = (typeof Framing)[keyof typeof Framing]

/** The versions of HTTP that clients speak, as Via and logs write them. */
export type HttpVersion = '1.0' | '1.1' | '2.0'

/** Reused from request to request of a connection: what is to be kept has to be copied. */
export class RequestHead {
  readonly fields = new FieldLines()
  /** A token, case-sensitive. */
  method = ''
  /** Path and query as received, `/` when empty; `*` only for OPTIONS. Without scheme and authority. */
  target = ''
  /** Host and port as received: the target's own authority if it has one, else the Host field; may be empty for HTTP/1.0. */
  authority = ''
  /** Authority without port, lower case, no trailing dot, IPv6 without brackets. */
  host = ''
  version: HttpVersion = '1.1'
  /** 0 or 1 for HTTP/1.x; HTTP/2 requests count as 1: they can do all that HTTP/1.1 can. */
  minorVersion = 1
  framing: Framing = Framing.none
  /** Body length when `framing` is `length`. */
  contentLength = 0
  /** Whether the client lets its connection be used again. */
  keepAlive = true
  /** `Expect: 100-continue` from an HTTP/1.1 client. */
  expectContinue = false
  /** `TE: trailers` from an HTTP/1.1 client: trailer fields of the response reach somebody who wants them. */
  acceptsTrailers = false
  /** Protocol the client offers to switch to (`websocket`), lower case; empty without Upgrade. */
  upgrade = ''
  /** Sec-WebSocket-Key that was made up for a client whose wire has none (RFC 8441); empty for all others. */
  webSocketKey = ''

  /** Whether bytes follow the head; a chunked body may turn out to be empty. */
  get hasBody(): boolean {
    return this.framing === Framing.chunked || this.contentLength > 0
  }
}
