// The seam between listeners and the proxy: one request's client side, whichever protocol version carries it.
// Listeners implement `ClientStream` and call the `StreamHandler`; the proxy does the reverse.
import type { Framing, RequestHead } from './request-head.ts'
import type { TlsFacts } from './tls-facts.ts'

/** What is known of the connection a request came on. */
export interface ConnectionFacts {
  /** Whoever connected, or whose connection a believed PROXY header says it is. */
  readonly clientAddress: string
  /** Whoever connected. */
  readonly peerAddress: string
  /** Whether the client speaks TLS, to us or to the load balancer before us. */
  readonly secure: boolean
  /** Port the client connected to: the listener's, or the load balancer's where a PROXY header tells it. */
  readonly localPort: number
  /** Whether address and port are a PROXY header's. */
  readonly isProxied: boolean
  /** The handshake; `undefined` without TLS to us. */
  readonly tls: TlsFacts | undefined
}

/** A response head ready to be sent. */
export interface OutgoingHead {
  readonly status: number
  readonly reason: string
  /** Field lines `Name: value\r\n`, Latin-1; no framing or connection fields, those are the listener's. */
  readonly lines: string
  /** How the body to come ends for the sender; the listener chooses how to say so on its wire. */
  readonly framing: Framing
  /** Body length when `framing` is `length`; shown without a body in answers to HEAD. */
  readonly contentLength: number
  /** The connection is not to be used again: what the client says is not to be trusted. */
  readonly closes?: boolean
}

/**
 * The client side of one request. Output is collected and leaves in one write at `flush` or `end`. After `end` or
 * `abort` the stream belongs to its listener again.
 */
export interface ClientStream {
  readonly head: RequestHead
  readonly connection: ConnectionFacts
  /** Whether some of the request's body is already here and will follow in this very turn. */
  readonly bodyAtHand: boolean
  /** What the response's head was on the wire, as HTTP/1.1 writes it; HTTP/2 packs it smaller. 0 before it was sent. */
  readonly headBytesSent: number
  sendInterim(status: number, reason: string, lines: string): void
  sendHead(head: OutgoingHead): void
  /** Bytes are sent or copied before this returns `true`; on `false` they are still needed: hold the source until `onClientDrain`. */
  sendBody(chunk: Buffer): boolean
  /** `trailers`: lines that may be passed on, '' for none; they are left out where the client could not take them. */
  end(trailers: string): void
  flush(): void
  /** Cuts the response so that the client can not take it for complete. */
  abort(): void
  /** Lets the client know that its body is wanted (100 Continue), if it waits for that. */
  wantBody(): void
  pauseBody(): void
  resumeBody(): void
  /** Tells the client that its backend has switched protocols (101; over HTTP/2 200), with these lines, and hands all further bytes through as body, both ways, until either side ends. */
  startTunnel(lines: string): void
}

/** What the proxy is told of a request. Chunks are views that are valid during the call, unless it returned `false`. */
export interface StreamHandler {
  /** A head was read; the body follows. */
  onRequest(): void
  /** `false` asks for a pause; the chunk stays valid until `resumeBody`. */
  onRequestBody(chunk: Buffer): boolean
  /** `trailers`: lines of the trailer fields that may be passed on, '' for none. */
  onRequestEnd(trailers: string): void
  /** All that one read brought has been passed on. */
  onRequestFlush(): void
  /** All bytes handed to `sendBody` are out. */
  onClientDrain(): void
  /** The client is gone or broke the protocol before the response ended. `reason` for logs. */
  onClientAbort(reason: ClientAbort): void
  /** What came was no request and has been answered so; it was never handed over. */
  onRequestRefused(status: number, reason: string): void
}

/** Why a request ended before its response did. */
export type ClientAbort = 'closed' | 'body-malformed' | 'body-timeout' | 'write-timeout'

/** Makes the handler of a stream; called once per HTTP/1.1 connection and once per HTTP/2 stream. */
export type OpenStream = (stream: ClientStream) => StreamHandler
