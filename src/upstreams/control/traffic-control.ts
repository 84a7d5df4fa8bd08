// Hot path: for every request of an upstream with limits of its own: circuit breaker, outlier detection, retry budget,
// balancing by response time. Upstreams without any, which is most, have none of this.
import type { Counters } from '../../metrics/counters.ts'
import type { UpstreamPolicies } from '../../policies/all.ts'
import type { AttemptFailure } from '../attempt-failure.ts'
import type { Availability } from '../availability.ts'
import type { Balancer } from '../balancers/balancer.ts'
import type { EndpointState } from '../endpoint-state.ts'
import {
  type BreakerOutcome,
  type BreakerPass,
  type BreakerRefusal,
  CircuitBreaker,
} from './circuit-breaker.ts'
import { RetryBudget } from './retry-budget.ts'

/** What a request is told that may not go to its upstream now. */
export interface TrafficRefusal {
  readonly reason: BreakerRefusal
  readonly retryAfterSeconds: number
}

/** What counts a failed attempt as the backend's; the others are ours or the client's. */
const blamelessFailures: ReadonlySet<AttemptFailure> = new Set(['local-limit', 'internal-error'])

/** Counts the requests of one upstream and obeys its limits. Times are those of `Deadlines`. */
export class TrafficControl {
  readonly availability: Availability
  readonly balancer: Balancer
  readonly counters: Counters
  readonly breaker: CircuitBreaker | undefined
  readonly #budget: RetryBudget | undefined

  constructor(
    policies: UpstreamPolicies,
    availability: Availability,
    balancer: Balancer,
    counters: Counters,
  ) {
    this.availability = availability
    this.balancer = balancer
    this.counters = counters
    const { circuitBreaker, retryBudget } = policies
    if (circuitBreaker.maxRequests !== undefined || circuitBreaker.failures !== undefined)
      this.breaker = new CircuitBreaker(circuitBreaker)
    const { percent, minPerSecond } = retryBudget
    if (percent !== undefined) this.#budget = new RetryBudget({ percent, minPerSecond })
  }

  /** Whether there is anything to count at all. */
  get isNeeded(): boolean {
    return (
      this.breaker !== undefined ||
      this.#budget !== undefined ||
      this.availability.outliers !== undefined ||
      this.balancer.noteTime !== undefined
    )
  }

  /** A request wants to go to the upstream. Its visit has to be ended. */
  begin(now: number): Visit | TrafficRefusal {
    const pass = this.breaker?.begin(now) ?? 'normal'
    if (pass === 'circuit-open' || pass === 'upstream-busy') {
      this.counters.policyEvents.add(`circuit-breaker ${pass}`)
      const retryAfterSeconds = pass === 'circuit-open' ? this.breaker!.retryAfterSeconds(now) : 1
      return { reason: pass, retryAfterSeconds }
    }
    this.#budget?.noteRequest(now)
    return new Visit(this, pass)
  }

  /** Whether the budget has a retry left; it is spent by that. */
  mayRetry(now: number): boolean {
    if (this.#budget === undefined || this.#budget.take(now)) return true
    this.counters.policyEvents.add('retry-budget exhausted')
    return false
  }
}

/** One request's stay with an upstream, from its first attempt to its end. */
export class Visit {
  readonly #control: TrafficControl
  readonly #pass: BreakerPass
  #outcome: BreakerOutcome
  #endpoint: EndpointState | undefined
  #attemptBeganAt = 0

  constructor(control: TrafficControl, pass: BreakerPass) {
    this.#control = control
    this.#pass = pass
  }

  mayRetry(now: number): boolean {
    return this.#control.mayRetry(now)
  }

  /** An attempt begins. */
  noteAttempt(endpoint: EndpointState): void {
    this.#endpoint = endpoint
    this.#attemptBeganAt = performance.now()
  }

  /** A response head came, interim ones aside. */
  noteHead(status: number, now: number): void {
    this.#noteEnd(status >= 500, now)
  }

  /** The attempt failed; what breaks off after the head was the head's success. */
  noteFailure(failure: AttemptFailure, now: number): void {
    if (!blamelessFailures.has(failure)) this.#noteEnd(true, now)
  }

  /** The request is over. */
  end(now: number): void {
    const { breaker, counters } = this.#control
    if (breaker?.end(this.#pass, this.#outcome, now)) counters.policyEvents.add('circuit-breaker opened')
  }

  #noteEnd(failed: boolean, now: number): void {
    const endpoint = this.#endpoint
    if (endpoint === undefined) return
    this.#endpoint = undefined
    this.#outcome = failed ? 'failed' : 'succeeded'
    const { availability, balancer, counters } = this.#control
    balancer.noteTime?.(endpoint, performance.now() - this.#attemptBeganAt, failed)
    if (availability.outliers?.note(endpoint, failed, now)) counters.ejections.add('outlier')
  }
}
