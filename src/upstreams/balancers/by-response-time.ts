// Hot path: runs for every request of an upstream with `load-balance: ewma`.
// Of two endpoints taken by chance the one that responded faster lately (the power of two choices). Two and not all: with
// all, every request of a moment would go to the same one.
import { type Availability, taken } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'
import { ResponseTimes } from './response-times.ts'

/** ingress-nginx's ewma balancer. */
export class ByResponseTime implements Balancer {
  readonly #availability: Availability
  readonly #times = new ResponseTimes<EndpointState>()
  readonly #random: () => number

  /** `random` gives numbers in [0, 1). */
  constructor(availability: Availability, random: () => number) {
    this.#availability = availability
    this.#random = random
  }

  update(now: number): void {
    this.#times.update(this.#availability.endpoints, now)
  }

  pick(_request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const candidates = this.#availability.candidates(tried, now)
    if (candidates.length === 0) return undefined
    const first = Math.floor(this.#random() * candidates.length)
    if (candidates.length === 1) return taken(candidates[0]!, now)
    const step = 1 + Math.floor(this.#random() * (candidates.length - 1))
    const second = (first + step) % candidates.length
    return taken(this.#better(candidates[first]!, candidates[second]!, now), now)
  }

  noteTime(endpoint: EndpointState, ms: number, now: number): void {
    this.#times.note(endpoint, ms, now)
  }

  /** An endpoint that is starting slowly and may not take this turn leaves it to the other. */
  #better(a: EndpointState, b: EndpointState, now: number): EndpointState {
    const isFirst = this.#times.cost(a, now) <= this.#times.cost(b, now)
    const [chosen, other] = isFirst ? [a, b] : [b, a]
    const { slowStart } = this.#availability
    return slowStart === undefined || slowStart.takesTurn(chosen, now) ? chosen : other
  }
}
