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
  readonly #clock: () => number

  /** `random` gives numbers in [0, 1); `clock` milliseconds, finer than those of `Deadlines`: responses take less. */
  constructor(availability: Availability, random: () => number, clock: () => number) {
    this.#availability = availability
    this.#random = random
    this.#clock = clock
  }

  update(): void {
    this.#times.update(this.#availability.endpoints, this.#clock())
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

  /** To fail fast is no merit: a failure never makes an endpoint look faster than it did. */
  noteTime(endpoint: EndpointState, ms: number, failed: boolean): void {
    const now = this.#clock()
    this.#times.note(endpoint, failed ? Math.max(ms, this.#times.cost(endpoint, now)) : ms, now)
  }

  /** An endpoint that is starting slowly and may not take this turn leaves it to the other. */
  #better(a: EndpointState, b: EndpointState, now: number): EndpointState {
    const time = this.#clock()
    const isFirst = this.#times.cost(a, time) <= this.#times.cost(b, time)
    const [chosen, other] = isFirst ? [a, b] : [b, a]
    const { slowStart } = this.#availability
    return slowStart === undefined || slowStart.takesTurn(chosen, now) ? chosen : other
  }
}
