// A connection whose bytes go through to an endpoint as they are (ssl-passthrough). Nothing of them is read.
import { connect, type Socket } from 'node:net'
import type { Backend } from '../routing/table.ts'
import type { Deadlined } from '../sockets/deadlines.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { UpstreamState } from '../upstreams/upstream-state.ts'
import type { ProxyContext } from './proxy-context.ts'

const connectTimeoutMs = 5_000
/** nginx's proxy_timeout for streams. */
const idleTimeoutMs = 600_000
/** A fatal alert (RFC 8446 §6): the handshake can not go on, for reasons of ours. */
const internalError = Buffer.from([21, 3, 3, 0, 2, 2, 80])

/** The tunnels of a process. */
export class Tunnels {
  readonly proxy: ProxyContext
  /** Those that are open, among everything that has to come to an end when Portico stops. */
  readonly open: Set<{ drain(): void; destroy(): void }>
  readonly #turns = new WeakMap<UpstreamState, number>()

  constructor(proxy: ProxyContext, open: Tunnels['open']) {
    this.proxy = proxy
    this.open = open
  }

  /** Joins a client's socket, of which nothing was read, to an endpoint of a backend; what can not be joined is closed. */
  join(backend: Backend, client: Socket): void {
    new Tunnel(this, backend, client)
  }

  /** The endpoint whose turn it is; none of `tried`, and none that is passed over for its failures unless all are. */
  pick(upstream: UpstreamState, tried: readonly EndpointState[]): EndpointState | undefined {
    const { endpoints } = upstream
    const turn = this.#turns.get(upstream) ?? 0
    this.#turns.set(upstream, (turn + 1) % Math.max(endpoints.length, 1))
    const inTurn = [...endpoints.slice(turn), ...endpoints.slice(0, turn)].filter(
      endpoint => !tried.includes(endpoint),
    )
    const { now } = this.proxy.deadlines
    return inTurn.find(({ health }) => health.passedOverUntil <= now) ?? inTurn[0]
  }
}

class Tunnel implements Deadlined {
  deadline = Infinity
  readonly #tunnels: Tunnels
  readonly #client: Socket
  readonly #upstream: UpstreamState | undefined
  #endpoint: Socket | undefined
  #tried: readonly EndpointState[] = []
  #isJoined = false

  constructor(tunnels: Tunnels, { upstream }: Backend, client: Socket) {
    const { proxy } = tunnels
    this.#tunnels = tunnels
    this.#client = client
    this.#upstream = upstream && proxy.upstreams.stateOf(upstream)
    proxy.deadlines.add(this)
    tunnels.open.add(this)
    client.on('error', () => this.destroy())
    client.on('close', () => this.destroy())
    this.#tryNext()
  }

  /** Each endpoint gets one try, in turn. */
  #tryNext(): void {
    const { proxy } = this.#tunnels
    const mayDial = this.#upstream !== undefined && proxy.upstreams.makeRoom()
    const endpoint = mayDial ? this.#tunnels.pick(this.#upstream!, this.#tried) : undefined
    if (endpoint === undefined) return this.#giveUp()
    this.#tried = [...this.#tried, endpoint]
    this.deadline = proxy.deadlines.after(connectTimeoutMs)
    const socket = connect({
      host: endpoint.address,
      port: endpoint.port,
      allowHalfOpen: true,
      noDelay: true,
    })
    this.#endpoint = socket
    socket.once('connect', () => this.#join(socket))
    socket.on('error', () => this.#onLost(socket))
    socket.on('close', () => this.#onLost(socket))
  }

  /** Each side's bytes and its end go to the other; a side that falls behind holds the other back. */
  #join(endpoint: Socket): void {
    const client = this.#client
    this.#isJoined = true
    this.#noteBytes()
    for (const socket of [client, endpoint]) socket.on('data', this.#noteBytes)
    client.pipe(endpoint)
    endpoint.pipe(client)
  }

  readonly #noteBytes = (): void => {
    this.deadline = this.#tunnels.proxy.deadlines.after(idleTimeoutMs)
  }

  #onLost(endpoint: Socket): void {
    if (endpoint !== this.#endpoint) return
    this.#endpoint = undefined
    endpoint.destroy()
    if (!this.#isJoined) return this.#tryNext()
    // What the client has not been sent yet still goes out.
    this.#client.end(() => this.destroy())
  }

  #giveUp(): void {
    if (this.#client.destroyed) return this.destroy()
    this.#client.end(internalError, () => this.destroy())
  }

  onDeadline(): void {
    if (this.#isJoined || this.#endpoint === undefined) this.destroy()
    else this.#onLost(this.#endpoint)
  }

  /** Nobody can tell whether it is idle: it goes on as long as the drain lasts. */
  drain(): void {}

  destroy(): void {
    this.#tunnels.proxy.deadlines.delete(this)
    this.#tunnels.open.delete(this)
    const endpoint = this.#endpoint
    this.#endpoint = undefined
    endpoint?.destroy()
    this.#client.destroy()
  }
}
