// Live state of all upstreams, reconciled with each new table. Turns, stays and connections survive a reload; what no
// table names any more is closed.
import type { Counters } from '../metrics/counters.ts'
import type { RoutingTable, Upstream } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { CheckRegistry } from './control/health-checks.ts'
import { DialLimit } from './dial-limit.ts'
import { DrainedEndpoints } from './drained-endpoints.ts'
import { EndpointState, endpointKey } from './endpoint-state.ts'
import { type UpstreamServices, UpstreamState } from './upstream-state.ts'
import { type Wire, wireOf } from './wire.ts'

/** Everything that outlives a table on the backends' side. Must be closed. */
export class Upstreams {
  readonly #deadlines: Deadlines
  readonly #counters: Counters
  readonly #dials: DialLimit
  readonly #services: UpstreamServices
  readonly #drained = new DrainedEndpoints()
  /** By `Upstream.key`. */
  readonly #upstreams = new Map<string, UpstreamState>()
  /** What each upstream of a table came to, for requests that go on under a table that is no more. */
  readonly #states = new WeakMap<Upstream, UpstreamState>()
  /** By `endpointKey`. */
  readonly #endpoints = new Map<string, EndpointState>()

  /** `maxConnections`: to all endpoints together. `checksHealth` false: nobody is asked for its health. */
  constructor(deadlines: Deadlines, counters: Counters, maxConnections: number, checksHealth = true) {
    this.#deadlines = deadlines
    this.#counters = counters
    this.#dials = new DialLimit(maxConnections)
    this.#services = {
      deadlines,
      counters,
      checkRegistry: checksHealth ? new CheckRegistry() : undefined,
      drained: this.#drained,
      random: Math.random,
    }
  }

  /** Makes live state match a table: adds, updates, and retires what is gone. */
  reconcile(table: RoutingTable): void {
    const used = new Set<EndpointState>()
    this.#drained.keepListed(table.upstreams.values())
    for (const [key, upstream] of table.upstreams) {
      for (const endpoint of this.#reconcileUpstream(key, upstream).listed) used.add(endpoint)
    }
    for (const [key, upstream] of this.#upstreams) {
      if (table.upstreams.has(key)) continue
      upstream.close()
      this.#upstreams.delete(key)
    }
    for (const [key, endpoint] of this.#endpoints) {
      if (used.has(endpoint)) continue
      endpoint.retire()
      this.#endpoints.delete(key)
    }
  }

  #reconcileUpstream(key: string, upstream: Upstream): UpstreamState {
    const state = this.#upstreams.get(key)
    if (state?.isFor(upstream)) return state
    const wire = wireOf(upstream)
    const endpoints = upstream.endpoints.map(({ address, port }) => this.#endpoint(address, port, wire))
    for (const endpoint of endpoints) endpoint.lifetime = upstream.policies.backendConnections
    if (state !== undefined) {
      state.update(upstream, endpoints, wire)
      this.#states.set(upstream, state)
      return state
    }
    const added = new UpstreamState(upstream, endpoints, this.#services, wire)
    this.#upstreams.set(key, added)
    this.#states.set(upstream, added)
    return added
  }

  /**
   * The state of an upstream of the current table, or of the one a request began with: who waited for an auth service or a
   * body goes where it was decided, as if it had not waited. `undefined` for an upstream of no table.
   */
  stateOf(upstream: Upstream): UpstreamState | undefined {
    return this.#upstreams.get(upstream.key) ?? this.#states.get(upstream)
  }

  /**
   * Takes an endpoint (`address:port`) of a Service port (`namespace/name:port`) out: new requests go to the others, those under
   * way finish. It stays out across tables that list it. `atMs`: when, since the epoch. Where all are out, requests get 503.
   */
  drain(service: string, endpoint: string, atMs: number): void {
    this.#drained.add(service, endpoint, atMs)
    this.#followDrains(service)
  }

  /** Takes a drained endpoint in again. */
  undrain(service: string, endpoint: string): void {
    this.#drained.delete(service, endpoint)
    this.#followDrains(service)
  }

  /** Since when an endpoint is drained (milliseconds since the epoch); `undefined` for one that is not. */
  drainedSince(service: string, endpoint: string): number | undefined {
    return this.#drained.since(service, endpoint)
  }

  #followDrains(service: string): void {
    for (const state of this.#upstreams.values()) if (state.service === service) state.followDrains()
  }

  /** Whether a new connection may be opened; idle ones to other endpoints are closed for it. */
  makeRoom(): boolean {
    if (this.#dials.isReached) this.closeIdle()
    return !this.#dials.isReached
  }

  /** Closes all idle connections: other requests need their descriptors now. */
  closeIdle(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.closeIdle()
  }

  /** Open connections to all endpoints of the table. */
  countConnections(): { readonly idle: number; readonly busy: number } {
    let idle = 0
    let busy = 0
    for (const endpoint of this.#endpoints.values()) {
      idle += endpoint.idleConnections
      busy += endpoint.busyConnections
    }
    return { idle, busy }
  }

  /** Those of each endpoint that has any, by `address:port`, in however many ways it is spoken to. */
  connectionsByEndpoint(): ReadonlyMap<string, { readonly idle: number; readonly busy: number }> {
    const counts = new Map<string, { idle: number; busy: number }>()
    for (const { key, idleConnections, busyConnections } of this.#endpoints.values()) {
      if (idleConnections + busyConnections === 0) continue
      const { idle, busy } = counts.get(key) ?? { idle: 0, busy: 0 }
      counts.set(key, { idle: idle + idleConnections, busy: busy + busyConnections })
    }
    return counts
  }

  /** Endpoints that get no requests now because of their failures. */
  countPassedOver(): number {
    const { now } = this.#deadlines
    return [...this.#endpoints.values()].filter(({ health }) => health.passedOverUntil > now).length
  }

  /** Endpoints that get no requests of an upstream now because of its health checks or outlier detection. */
  countLeftOut(): number {
    let count = 0
    for (const upstream of this.#upstreams.values()) count += upstream.countLeftOut()
    return count
  }

  /** Endpoints that are drained, by Service port. */
  countDrained(): number {
    return this.#drained.count
  }

  /** Ends health checks and closes idle connections; busy ones close after their request. */
  close(): void {
    for (const upstream of this.#upstreams.values()) upstream.close()
    for (const endpoint of this.#endpoints.values()) endpoint.retire()
  }

  #endpoint(address: string, port: number, wire: Wire): EndpointState {
    const key = endpointKey(address, port, wire)
    let endpoint = this.#endpoints.get(key)
    if (endpoint === undefined) {
      endpoint = new EndpointState(address, port, this.#deadlines, this.#counters, this.#dials, wire)
      this.#endpoints.set(key, endpoint)
    }
    return endpoint
  }
}
