// Hot path: runs for every request of a Service with `sessionAffinity: ClientIP`.
// Clients stay where they were first sent, by their address; new ones take turns.
import type { Availability } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'
import { ClientStays } from './client-stays.ts'
import { InTurn } from './in-turn.ts'

/** The Service API's `ClientIP`, with endpoints that fail passed over. */
export class ByClientAddress implements Balancer {
  readonly #availability: Availability
  readonly #inTurn: InTurn
  readonly #stays = new ClientStays()
  readonly #seconds: number

  /** `seconds`: how long a client stays after its last request. */
  constructor(availability: Availability, seconds: number) {
    this.#availability = availability
    this.#inTurn = new InTurn(availability)
    this.#seconds = seconds
  }

  pick(request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const { clientAddress } = request
    const { endpoints } = this.#availability
    const known = this.#stays.find(clientAddress, endpoints, now)
    const stays = known !== undefined && this.#mayStay(known, now) && !tried.includes(known)
    const endpoint = stays ? known : this.#inTurn.pick(request, tried, now)
    if (endpoint !== undefined) this.#stays.remember(clientAddress, endpoint, this.#seconds, now)
    return endpoint
  }

  #mayStay(endpoint: EndpointState, now: number): boolean {
    return endpoint.health.passedOverUntil === 0 && !this.#availability.isLeftOut(endpoint, now)
  }
}
