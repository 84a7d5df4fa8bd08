// Collects the durations of a load and reduces them to what is reported.
import type { NodeLoadReport } from './node-load.ts'

/** Durations in milliseconds. */
export class Latencies {
  readonly #values: number[] = []

  /** Takes one. */
  add(milliseconds: number): void {
    this.#values.push(milliseconds)
  }

  /** The value that `share` of all values do not exceed; 0 without values. */
  percentile(share: number): number {
    const sorted = Float64Array.from(this.#values).sort()
    return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
  }

  /** What a load that took `seconds` reports. */
  report(seconds: number): NodeLoadReport {
    const units = this.#values.length
    return { units, seconds, p50Ms: this.percentile(0.5), p99Ms: this.percentile(0.99) }
  }
}
