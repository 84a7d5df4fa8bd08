// Hot path: runs for every request.
// What outlives a table of one endpoint: its connections and its failures. Kept under `address:port` and how it is spoken to,
// so that every Service that lists the address shares them.

import type { Counters } from '../metrics/counters.ts'
import { type BackendConnections, backendConnections } from '../policies/backends/backend-connections.ts'
import { endpointName } from '../routing/endpoint-name.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { AttemptFailure } from './attempt-failure.ts'
import type { DialLimit } from './dial-limit.ts'
import { EndpointHealth } from './endpoint-health.ts'
import type { AttemptTimeouts, EndpointHandler, EndpointStream } from './endpoint-stream.ts'
import { Http1EndpointConnection } from './http1-endpoint-connection.ts'
import { Http2EndpointSessions } from './http2-endpoint-sessions.ts'
import { plainWire, type Wire } from './wire.ts'

/**
 * Idle connections beyond those that are kept stay for so long: while the load lasts they are used again at once. Closing
 * them after each request cost 25 µs a request with 512 clients.
 */
const surplusIdleMs = 1_000

/** The connections to one address and port: lends idle ones, opens new ones, keeps some idle for long. */
export class EndpointState {
  readonly address: string
  readonly port: number
  /** `address:port`, as `endpointName` writes it. */
  readonly key: string
  readonly health: EndpointHealth
  /** How long connections are kept; the latest table says so. */
  lifetime: BackendConnections = backendConnections.defaults
  /** What the endpoint left for the next TLS handshake. */
  tlsSession: Buffer | undefined
  /** Milliseconds until response heads, a moving average over some ten of them; 0 before the first. */
  responseMs = 0
  readonly #wire: Wire
  /** Set where HTTP/2 is spoken; everything about idle connections below is HTTP/1.1's. */
  readonly #sessions: Http2EndpointSessions | undefined
  readonly #deadlines: Deadlines
  readonly #dials: DialLimit
  /** Last in, first out: the warmest is used and the surplus of a burst ages away. */
  readonly #idle: Http1EndpointConnection[] = []
  /** Idle or not. */
  #open = 0
  #retired = false

  constructor(
    address: string,
    port: number,
    deadlines: Deadlines,
    counters: Counters,
    dials: DialLimit,
    wire: Wire = plainWire,
  ) {
    this.address = address
    this.port = port
    this.key = endpointName(this)
    this.#wire = wire
    this.health = new EndpointHealth(counters)
    this.#deadlines = deadlines
    this.#dials = dials
    this.#sessions = wire.http2 ? new Http2EndpointSessions(this, wire.tls, deadlines, dials) : undefined
  }

  get idleConnections(): number {
    return this.#sessions?.idle ?? this.#idle.length
  }

  get busyConnections(): number {
    return this.#sessions?.busy ?? this.#open - this.#idle.length
  }

  /** A stream over a connection that is ready for a request, or `undefined`. */
  takeIdle(handler: EndpointHandler, timeouts: AttemptTimeouts): EndpointStream | undefined {
    if (this.#sessions !== undefined) return this.#sessions.take(handler, timeouts)
    for (;;) {
      const connection = this.#wire.tls?.isAuto ? this.#popIdle(handler.secure) : this.#idle.pop()
      if (connection === undefined) return undefined
      if (!connection.usable) {
        connection.destroy()
        continue
      }
      connection.attach(handler, timeouts)
      return connection
    }
  }

  /** Where some connections are plain and some are not: the warmest of the kind asked for. */
  #popIdle(isSecure: boolean): Http1EndpointConnection | undefined {
    const index = this.#idle.findLastIndex(connection => connection.isSecure === isSecure)
    return index === -1 ? undefined : this.#idle.splice(index, 1)[0]
  }

  /** Opens a new connection, or waits for one that is being opened and has room; the handler hears when it can be used. */
  connect(handler: EndpointHandler, timeouts: AttemptTimeouts): EndpointStream {
    if (this.#sessions !== undefined) return this.#sessions.connect(handler, timeouts)
    this.#open++
    this.#dials.open++
    const transport = this.#wire.tls?.isAuto && !handler.secure ? undefined : this.#wire.tls
    return new Http1EndpointConnection(this, handler, timeouts, this.#deadlines, transport)
  }

  /**
   * How long a connection may wait for its next request; 0: it is not to be used again. `hintSeconds` is what the backend said
   * of it, or -1; it has served `requests` in `ageMs`.
   */
  idleMsAfter(hintSeconds: number, requests: number, ageMs: number): number {
    const { lifetime } = this
    if (requests >= lifetime.requests || ageMs >= lifetime.ageMs || lifetime.idle === 0) return 0
    return hintSeconds === -1 ? lifetime.idleMs : (hintSeconds - 1) * 1000
  }

  /** Takes back a connection that finished its request cleanly. */
  release(connection: Http1EndpointConnection): void {
    if (this.#retired) {
      connection.destroy()
      return
    }
    if (this.#idle.length >= this.lifetime.idle) connection.idleAtMost(surplusIdleMs)
    this.#idle.push(connection)
  }

  /** A connection has closed. */
  forget(connection: Http1EndpointConnection): void {
    this.#open--
    this.#dials.open--
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  /** A response head came `ms` after its attempt had begun. */
  noteResponseTime(ms: number): void {
    this.responseMs = this.responseMs === 0 ? ms : this.responseMs + (ms - this.responseMs) * 0.1
  }

  /** An attempt over one of the connections, begun at `beganAt` on the clock of the deadlines, failed. */
  noteFailure(failure: AttemptFailure, wasReused: boolean, beganAt: number): void {
    this.health.noteFailure(failure, wasReused, beganAt, this.#deadlines.now)
  }

  /** No table names the endpoint any more: idle connections close now, busy ones after their request. */
  retire(): void {
    this.#retired = true
    this.#sessions?.retire()
    this.closeIdle()
  }

  /** Gives the descriptors of idle connections back. */
  closeIdle(): void {
    this.#sessions?.closeIdle()
    for (const connection of this.#idle.slice()) connection.destroy()
  }
}

/** The key under which live state of an endpoint is kept. */
export function endpointKey(address: string, port: number, wire: Wire): string {
  const name = endpointName({ address, port })
  return wire.key === '' ? name : `${name} ${wire.key}`
}
