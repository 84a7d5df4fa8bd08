// Hot path: runs for every request.
// What outlives a table of one upstream: whose turn it is, and which client stays where.
import type { Upstream } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { ClientIpAffinity } from './client-ip-affinity.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { PickRequest } from './pick-request.ts'

/** Picks endpoints of one Service port, in turn or by client address. */
export class UpstreamState {
  readonly #deadlines: Deadlines
  #upstream: Upstream
  #endpoints: readonly EndpointState[]
  #next = 0
  #affinity: ClientIpAffinity | undefined

  constructor(upstream: Upstream, endpoints: readonly EndpointState[], deadlines: Deadlines) {
    this.#upstream = upstream
    this.#endpoints = endpoints
    this.#deadlines = deadlines
  }

  /** Takes over what a new table says; turn and stays go on. */
  update(upstream: Upstream, endpoints: readonly EndpointState[]): void {
    this.#upstream = upstream
    this.#endpoints = endpoints
  }

  get endpoints(): readonly EndpointState[] {
    return this.#endpoints
  }

  /** Whether the table it was last updated with had this very upstream. */
  isFor(upstream: Upstream): boolean {
    return this.#upstream === upstream
  }

  /**
   * The endpoint for a request; none of `tried`, and none that is passed over for its failures unless all are.
   * `undefined` when none is left.
   */
  pick({ clientAddress }: PickRequest, tried: readonly EndpointState[]): EndpointState | undefined {
    const seconds = this.#upstream.clientIpAffinitySeconds
    if (seconds === undefined) return this.#takeTurn(tried)
    this.#affinity ??= new ClientIpAffinity()
    const now = this.#deadlines.now
    const known = this.#affinity.find(clientAddress, this.#endpoints, now)
    const stays = known !== undefined && known.health.passedOverUntil === 0 && !tried.includes(known)
    const endpoint = stays ? known : this.#takeTurn(tried)
    if (endpoint !== undefined) this.#affinity.remember(clientAddress, endpoint, seconds, now)
    return endpoint
  }

  /** When all are passed over none is: a request that may fail is better than one that must. */
  #takeTurn(tried: readonly EndpointState[]): EndpointState | undefined {
    const { now } = this.#deadlines
    const endpoint = this.#nextInTurn(tried, now)
    if (endpoint === undefined) {
      const areAllPassedOver = this.#endpoints.every(({ health }) => health.passedOverUntil > now)
      return areAllPassedOver ? this.#nextInTurn(tried, Infinity) : undefined
    }
    if (endpoint.health.passedOverUntil !== 0) endpoint.health.beginTrial(now)
    return endpoint
  }

  /** The first in turn that is neither tried nor passed over: normally the very next. */
  #nextInTurn(tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const endpoints = this.#endpoints
    for (let i = 0; i < endpoints.length; i++) {
      if (this.#next >= endpoints.length) this.#next = 0
      const endpoint = endpoints[this.#next++]!
      if (endpoint.health.passedOverUntil <= now && !tried.includes(endpoint)) return endpoint
    }
    return undefined
  }
}
