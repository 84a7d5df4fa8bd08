// Hot path: for every request of an upstream with a circuit breaker.
// Stops sending requests to an upstream that has too many under way, or that fails again and again. Counts and decides;
// sends nothing and asks no clock.

/** When a breaker stops requests; `undefined` for a limit that is not set. */
export interface CircuitBreakerLimits {
  /** Most requests under way at once. */
  readonly maxRequests: number | undefined
  /** Failures in a row that open the circuit. */
  readonly failures: number | undefined
  /** How long it stays open. */
  readonly openMs: number
}

/** How a breaker lets a request through: as any other, or as the one that tries whether the upstream is back. */
export type BreakerPass = 'normal' | 'trial'

/** Why a breaker lets a request go no further. */
export type BreakerRefusal = 'upstream-busy' | 'circuit-open'

/** What a request says of its upstream; `undefined`: nothing, its client left before. */
export type BreakerOutcome = 'succeeded' | 'failed' | undefined

/** Requests under way and failures in a row of one upstream. Times are milliseconds on any one clock. */
export class CircuitBreaker {
  underWay = 0
  readonly #limits: CircuitBreakerLimits
  #failuresInRow = 0
  /** 0: closed. Later than now: open. Earlier: one request tries, the others wait for its outcome. */
  #openUntil = 0
  #isTrying = false

  constructor(limits: CircuitBreakerLimits) {
    this.#limits = limits
  }

  /** A request wants to begin. With a pass it does, and `end` has to follow once. */
  begin(now: number): BreakerPass | BreakerRefusal {
    const { maxRequests } = this.#limits
    if (this.isOpen(now)) return 'circuit-open'
    if (maxRequests !== undefined && this.underWay >= maxRequests) return 'upstream-busy'
    this.underWay++
    if (this.#openUntil === 0) return 'normal'
    this.#isTrying = true
    return 'trial'
  }

  /** A request that began with this pass is over. Says whether the circuit opens with it. */
  end(pass: BreakerPass, outcome: BreakerOutcome, now: number): boolean {
    this.underWay--
    const before = this.#openUntil
    if (pass === 'trial') this.#endTrial(outcome, now)
    // Requests that began before the circuit opened say nothing new when they end after it.
    else if (before === 0) this.#count(outcome, now)
    return this.#openUntil > before
  }

  /** Whether a request that comes now is refused for the failures before it. */
  isOpen(now: number): boolean {
    return this.#openUntil > now || this.#isTrying
  }

  /** Whole seconds after which a refused request may be let through; at least one. */
  retryAfterSeconds(now: number): number {
    return Math.max(1, Math.ceil((this.#openUntil - now) / 1000))
  }

  #count(outcome: BreakerOutcome, now: number): void {
    if (outcome === 'succeeded') this.#failuresInRow = 0
    else if (outcome === 'failed' && ++this.#failuresInRow >= (this.#limits.failures ?? Infinity))
      this.#open(now)
  }

  /** Without an outcome the next request is the trial. */
  #endTrial(outcome: BreakerOutcome, now: number): void {
    this.#isTrying = false
    if (outcome === 'failed') this.#open(now)
    else if (outcome === 'succeeded') {
      this.#openUntil = 0
      this.#failuresInRow = 0
    }
  }

  #open(now: number): void {
    this.#openUntil = now + this.#limits.openMs
  }
}
