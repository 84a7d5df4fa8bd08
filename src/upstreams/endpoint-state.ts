// Hot path: runs for every request.
// What outlives a table of one endpoint: its idle connections. Kept under `address:port`, so that every Service that lists
// the address shares them.
import type { Deadlines } from '../sockets/deadlines.ts'
import type { AttemptTimeouts, EndpointHandler } from './endpoint-stream.ts'
import { Http1EndpointConnection } from './http1-endpoint-connection.ts'

/** ingress-nginx's upstream-keepalive-connections. */
const maxIdleConnections = 320

/** The connections to one address and port: lends idle ones, opens new ones, keeps at most 320 idle. */
export class EndpointState {
  readonly address: string
  readonly port: number
  readonly #deadlines: Deadlines
  /** Last in, first out: the warmest is used and the surplus of a burst ages away. */
  readonly #idle: Http1EndpointConnection[] = []
  readonly #busy = new Set<Http1EndpointConnection>()
  #retired = false

  constructor(address: string, port: number, deadlines: Deadlines) {
    this.address = address
    this.port = port
    this.#deadlines = deadlines
  }

  get key(): string {
    return endpointKey(this.address, this.port)
  }

  /** An idle connection ready for a request, or `undefined`. */
  takeIdle(handler: EndpointHandler, timeouts: AttemptTimeouts): Http1EndpointConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return undefined
      if (!connection.usable) {
        connection.destroy()
        continue
      }
      connection.attach(handler, timeouts)
      this.#busy.add(connection)
      return connection
    }
  }

  /** Opens a new connection; the handler hears when it can be used. */
  connect(handler: EndpointHandler, timeouts: AttemptTimeouts): Http1EndpointConnection {
    const connection = new Http1EndpointConnection(this, handler, timeouts, this.#deadlines)
    this.#busy.add(connection)
    return connection
  }

  /** Takes back a connection that finished its request cleanly. */
  release(connection: Http1EndpointConnection): void {
    this.#busy.delete(connection)
    if (this.#retired || this.#idle.length >= maxIdleConnections) connection.destroy()
    else this.#idle.push(connection)
  }

  /** A connection has closed. */
  forget(connection: Http1EndpointConnection): void {
    if (this.#busy.delete(connection)) return
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  /** No table names the endpoint any more: idle connections close now, busy ones after their request. */
  retire(): void {
    this.#retired = true
    for (const connection of this.#idle.slice()) connection.destroy()
  }
}

/** The key under which live state of an endpoint is kept. */
export function endpointKey(address: string, port: number): string {
  return `${address}:${port}`
}
