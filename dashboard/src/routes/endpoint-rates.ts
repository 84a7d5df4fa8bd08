// How fast endpoints are asked, from their counters at each look.
import type { BranchView } from '../../../src/admin/api/types.ts'
import { type EndpointRates, rateKey } from './way-picture.ts'

/** Rates are of about so much time: shorter ones jump, longer ones lag. */
const windowMs = 5_000
/** Of less time nothing is told: two looks in one moment would make any rate of one request. */
const shortestMs = 900

interface Look {
  readonly time: number
  readonly counts: ReadonlyMap<string, number>
}

/** Remembers looks; `look` tells what has been since. One for each page. */
export class EndpointRateMeter {
  #looks: Look[] = []

  /** Takes what is counted at `time` (milliseconds), and returns requests per second; empty at the first look. */
  look(branches: readonly BranchView[], time: number): EndpointRates {
    const counts = new Map<string, number>()
    for (const { service, endpoints } of branches)
      for (const { address, answered, failed } of endpoints)
        counts.set(rateKey(service, address), answered + failed)
    this.#looks.push({ time, counts })
    while (this.#looks.length > 2 && this.#looks[1]!.time <= time - windowMs) this.#looks.shift()
    const [first] = this.#looks
    const passedMs = time - first!.time
    const rates = new Map<string, number>()
    for (const [key, count] of counts) {
      const before = first!.counts.get(key)
      // A counter that begins anew is another endpoint's.
      if (passedMs >= shortestMs && before !== undefined && count >= before)
        rates.set(key, ((count - before) * 1_000) / passedMs)
    }
    return rates
  }
}
