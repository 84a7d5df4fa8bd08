// Hot path: for every request of an upstream with a retry budget.
// How many of an upstream's requests may be made again, as a share of all of the last ten seconds: retries must not make
// of a backend that is a little overloaded one that is drowned (after Finagle's and Envoy's budgets). Asks no clock.
import { RecentCount, recentSeconds } from './recent-count.ts'

/** What a budget allows. */
export interface RetryBudgetLimits {
  /** Retries per hundred requests. */
  readonly percent: number
  /** Retries a second that are allowed however few requests there are. */
  readonly minPerSecond: number
}

/** Requests and retries of the last ten seconds. Times are milliseconds on any one clock. */
export class RetryBudget {
  readonly #limits: RetryBudgetLimits
  readonly #requests = new RecentCount()
  readonly #retries = new RecentCount()

  constructor(limits: RetryBudgetLimits) {
    this.#limits = limits
  }

  noteRequest(now: number): void {
    this.#requests.add(now)
  }

  /** Takes one retry from the budget; `false` when there is none left. */
  take(now: number): boolean {
    const { percent, minPerSecond } = this.#limits
    const allowed = Math.max((this.#requests.total(now) * percent) / 100, minPerSecond * recentSeconds)
    if (this.#retries.total(now) + 1 > allowed) return false
    this.#retries.add(now)
    return true
  }
}
