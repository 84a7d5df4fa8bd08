// What all client connections of all listeners share.
import type { OpenStream } from '../http/client-stream.ts'
import { defaultHeadLimits, type HeadLimits } from '../http1/head-limits.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { ConnectionLimit } from './connection-limit.ts'

/** Shared by the connections of both listeners. */
export interface ListenerContext {
  readonly deadlines: Deadlines
  /** Replaced when the configuration changes; what runs already keeps its time. */
  timeouts: ListenerTimeouts
  /** Looked at for each head anew. */
  headLimits: HeadLimits
  http2: Http2Settings
  /** Requests after which a connection closes. */
  maxRequests: number
  /** Set when every connection begins with a PROXY header. */
  proxyProtocol: ProxyProtocol | undefined
  readonly openStream: OpenStream
  readonly limit: ConnectionLimit
  /** A listener met an error and goes on (out of file descriptors); one sentence. */
  readonly onProblem: (message: string) => void
  /** Every open connection, so that draining and closing can reach it. */
  readonly connections: Set<OpenConnection>
  /** Once true, connections close after the response in flight. */
  draining: boolean
}

/** A connection that has to come to an end when Portico stops. */
export interface OpenConnection {
  /** Ends when what it is doing is done. */
  drain(): void
  /** Ends now. */
  destroy(): void
}

/** How HTTP/2 is spoken. */
export interface Http2Settings {
  /** Offered on the HTTPS port, and taken on the other when a client just begins with it. */
  readonly isOn: boolean
  /** Requests that a connection may have under way. */
  readonly maxConcurrentStreams: number
}

/** How PROXY headers are taken. */
export interface ProxyProtocol {
  readonly timeoutMs: number
  /** Whether what a peer's header says counts; it has to send one anyway. */
  believes(peerAddress: string): boolean
}

/** Milliseconds. */
export interface ListenerTimeouts {
  /** From the first byte of a head, or the connection's start, to the head's end; then 408. */
  readonly headMs: number
  /** How long a connection may idle between requests. */
  readonly keepAliveMs: number
  /** For each kilobyte of a request body, or its end; then 408. */
  readonly bodyIdleMs: number
  /** How long a client may take none of the response it was sent. */
  readonly writeIdleMs: number
}

/** nginx's and ingress-nginx's values, but for the head: 10 s instead of 60 s is enough for anybody honest. */
export const defaultListenerTimeouts: ListenerTimeouts = {
  headMs: 10_000,
  keepAliveMs: 75_000,
  bodyIdleMs: 60_000,
  writeIdleMs: 60_000,
}

/** What holds until somebody says otherwise. */
export const defaultListenerSettings = {
  timeouts: defaultListenerTimeouts,
  headLimits: defaultHeadLimits,
  http2: { isOn: true, maxConcurrentStreams: 128 },
  maxRequests: Infinity,
  proxyProtocol: undefined,
}
