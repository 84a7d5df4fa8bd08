// Hot path: runs for every request.
// What outlives a table of one upstream: whose turn it is, which client stays where, and what is known of its endpoints.
import { isDeepStrictEqual } from 'node:util'
import type { Upstream } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { Availability } from './availability.ts'
import type { Balancer } from './balancers/balancer.ts'
import { createBalancer } from './balancers/create-balancer.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { PickRequest } from './pick-request.ts'

/** Picks endpoints of one Service port, in the way that its upstream asks for. */
export class UpstreamState {
  readonly #deadlines: Deadlines
  readonly #random: () => number
  readonly #availability: Availability
  #upstream: Upstream
  #balancer: Balancer

  /** `random` gives numbers in [0, 1). */
  constructor(
    upstream: Upstream,
    endpoints: readonly EndpointState[],
    deadlines: Deadlines,
    random: () => number = Math.random,
  ) {
    this.#upstream = upstream
    this.#deadlines = deadlines
    this.#random = random
    this.#availability = new Availability(endpoints)
    this.#balancer = this.#createBalancer()
  }

  /** Takes over what a new table says; turns and stays go on, unless endpoints are to be chosen in another way. */
  update(upstream: Upstream, endpoints: readonly EndpointState[]): void {
    const before = this.#upstream
    this.#upstream = upstream
    this.#availability.endpoints = endpoints
    if (isBalancedAlike(before, upstream)) this.#balancer.update?.(this.#deadlines.now)
    else this.#balancer = this.#createBalancer()
  }

  /** Those it was last updated with. */
  get endpoints(): readonly EndpointState[] {
    return this.#availability.endpoints
  }

  /** Whether the table it was last updated with had this very upstream. */
  isFor(upstream: Upstream): boolean {
    return this.#upstream === upstream
  }

  /**
   * The endpoint for a request; none of `tried`, and none that is passed over for its failures unless all are, or the
   * request is bound to it. `undefined` when none is left.
   */
  pick(request: PickRequest, tried: readonly EndpointState[]): EndpointState | undefined {
    return this.#balancer.pick(request, tried, this.#deadlines.now)
  }

  #createBalancer(): Balancer {
    const balancer = createBalancer(this.#upstream, this.#availability, this.#random)
    balancer.update?.(this.#deadlines.now)
    return balancer
  }
}

function isBalancedAlike(a: Upstream, b: Upstream): boolean {
  return (
    a.clientIpAffinitySeconds === b.clientIpAffinitySeconds &&
    isDeepStrictEqual([a.policies.affinity, a.policies.balance], [b.policies.affinity, b.policies.balance])
  )
}
