// Hot path: runs for every request.
// Every endpoint in turn: what an upstream does unless it is told otherwise.
import { type Availability, taken } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'

/** Round robin over the endpoints that are usable; each gets the same number of requests, in the order they are listed. */
export class InTurn implements Balancer {
  readonly #availability: Availability
  #next = 0

  constructor(availability: Availability) {
    this.#availability = availability
  }

  pick(_request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const endpoint = this.#nextUsable(tried, now)
    if (endpoint !== undefined) return taken(endpoint, now)
    return this.#availability.isNoneUsable(now) ? this.#nextUntried(tried) : undefined
  }

  /** The first in turn that is neither tried nor passed over: normally the very next. */
  #nextUsable(tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const availability = this.#availability
    const { endpoints, slowStart } = availability
    let starting: EndpointState | undefined
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = this.#advance(endpoints)
      if (!availability.isUsable(endpoint, now) || tried.includes(endpoint)) continue
      if (slowStart === undefined || slowStart.takesTurn(endpoint, now)) return endpoint
      starting ??= endpoint
    }
    return starting
  }

  #nextUntried(tried: readonly EndpointState[]): EndpointState | undefined {
    const { endpoints } = this.#availability
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = this.#advance(endpoints)
      if (!tried.includes(endpoint)) return endpoint
    }
    return undefined
  }

  #advance(endpoints: readonly EndpointState[]): EndpointState {
    if (this.#next >= endpoints.length) this.#next = 0
    return endpoints[this.#next++]!
  }
}
