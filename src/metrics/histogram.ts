// Hot path: every request is observed by several of these.
// Counts of values by upper bounds, as Prometheus has them.

/** The bounds of times, in seconds: Prometheus' own, which ingress-nginx uses. */
export const timeBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
/** The bounds of lengths, in bytes (ingress-nginx). */
export const lengthBounds = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] as const
/** The bounds of sizes, in bytes (ingress-nginx). */
export const sizeBounds = [10, 100, 1e3, 1e4, 1e5, 1e6, 1e7] as const

/** The bounds of delays of the thread, in seconds: timers are exact to a millisecond. */
export const delayBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const

/** How many values lay below each bound, and what they come to together. */
export class Histogram {
  readonly bounds: readonly number[]
  /** By bound, each value in one only; the last one has no bound. */
  readonly counts: number[]
  sum = 0

  /** `bounds`: ascending. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    const { bounds } = this
    let i = 0
    while (i < bounds.length && value > bounds[i]!) i++
    this.counts[i]!++
    this.sum += value
  }

  get count(): number {
    return this.counts.reduce((all, own) => all + own, 0)
  }
}
