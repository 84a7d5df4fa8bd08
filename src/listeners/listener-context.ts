// What all client connections of all listeners share.
import type { OpenStream } from '../http/client-stream.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { ConnectionLimit } from './connection-limit.ts'
import type { Http1Connection } from './http1-connection.ts'

/** Shared by the connections of both listeners. */
export interface ListenerContext {
  readonly deadlines: Deadlines
  readonly timeouts: ListenerTimeouts
  readonly openStream: OpenStream
  readonly limit: ConnectionLimit
  /** A listener met an error and goes on (out of file descriptors); one sentence. */
  readonly onProblem: (message: string) => void
  /** Every open connection, so that draining and closing can reach it. */
  readonly connections: Set<Http1Connection>
  /** Once true, connections close after the response in flight. */
  draining: boolean
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
