// Hot path: runs for every request.
// What outlives a table of one upstream: whose turn it is, and which client stays where.
import type { Upstream } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { ClientIpAffinity } from './client-ip-affinity.ts'
import type { EndpointState } from './endpoint-state.ts'

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

  /** Whether the table it was last updated with had this very upstream. */
  isFor(upstream: Upstream): boolean {
    return this.#upstream === upstream
  }

  get endpoints(): readonly EndpointState[] {
    return this.#endpoints
  }

  /** The endpoint for a request of `client`; none of `tried`. `undefined` when none is left. */
  pick(client: string, tried: readonly EndpointState[]): EndpointState | undefined {
    const seconds = this.#upstream.clientIpAffinitySeconds
    if (seconds === undefined) return this.#takeTurn(tried)
    this.#affinity ??= new ClientIpAffinity()
    const now = this.#deadlines.now
    const known = this.#affinity.find(client, this.#endpoints, now)
    const endpoint = known === undefined || tried.includes(known) ? this.#takeTurn(tried) : known
    if (endpoint !== undefined) this.#affinity.remember(client, endpoint, seconds, now)
    return endpoint
  }

  #takeTurn(tried: readonly EndpointState[]): EndpointState | undefined {
    const endpoints = this.#endpoints
    for (let i = 0; i < endpoints.length; i++) {
      if (this.#next >= endpoints.length) this.#next = 0
      const endpoint = endpoints[this.#next++]!
      if (!tried.includes(endpoint)) return endpoint
    }
    return undefined
  }
}
