// Hot path: for requests of upstreams with a retry budget or outlier detection.
// Counts what happened in the last ten seconds, to the second. Asks no clock.

const slotMs = 1_000
/** The last is the second under way. */
const slots = 10

/** How long counts last. */
export const recentSeconds = (slots * slotMs) / 1_000

/** A count that forgets. Times are milliseconds on any one clock. */
export class RecentCount {
  readonly #counts = new Array<number>(slots).fill(0)
  #slot = 0
  #total = 0

  add(now: number): void {
    this.#moveTo(now)
    this.#counts[this.#slot % slots]!++
    this.#total++
  }

  /** How many were added within the last ten seconds. */
  total(now: number): number {
    this.#moveTo(now)
    return this.#total
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  /** Seconds that have begun since the last look are empty. */
  #moveTo(now: number): void {
    const slot = Math.floor(now / slotMs)
    if (slot <= this.#slot) return
    for (let i = Math.max(this.#slot + 1, slot - slots + 1); i <= slot; i++) {
      this.#total -= this.#counts[i % slots]!
      this.#counts[i % slots] = 0
    }
    this.#slot = slot
  }
}
