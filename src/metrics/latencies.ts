// Hot path: every request is observed by one of these.
// Durations fine enough for percentiles: eight steps to each doubling, so that a percentile is right within a twelfth.

const stepsPerDoubling = 8
/** From 2^0 µs on: beyond 2^27 µs, two minutes, all are counted as one. */
const doublings = 27

/** How many durations there were of each length. */
export class Latencies {
  readonly #counts = new Uint32Array(stepsPerDoubling * doublings + 1)
  count = 0

  add(ms: number): void {
    this.count++
    this.#counts[indexOf(ms)]!++
  }

  /** Takes over what another has counted. */
  addAll(other: Latencies): void {
    this.count += other.count
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i]! += other.#counts[i]!
  }

  /** What has been counted since `earlier`, which was a copy of this. */
  since(earlier: Latencies): Latencies {
    const later = new Latencies()
    later.count = this.count - earlier.count
    for (let i = 0; i < this.#counts.length; i++) later.#counts[i] = this.#counts[i]! - earlier.#counts[i]!
    return later
  }

  copy(): Latencies {
    const copy = new Latencies()
    copy.addAll(this)
    return copy
  }

  /** The duration in milliseconds that `share` of all durations do not exceed; `undefined` while there are none. */
  percentile(share: number): number | undefined {
    if (this.count === 0) return undefined
    const rank = Math.ceil(share * this.count)
    let seen = 0
    let index = 0
    for (; index < this.#counts.length; index++) {
      seen += this.#counts[index]!
      if (seen >= rank) break
    }
    return middleOf(index)
  }
}

/** The steps of one doubling are equally long: no logarithm is needed. */
function indexOf(ms: number): number {
  const us = Math.max(1, Math.min(ms * 1000, 2 ** doublings - 1)) | 0
  const doubling = 31 - Math.clz32(us)
  const step = ((us - (1 << doubling)) * stepsPerDoubling) >> doubling
  return doubling * stepsPerDoubling + step
}

/** In milliseconds. */
function middleOf(index: number): number {
  const doubling = Math.floor(index / stepsPerDoubling)
  const step = index % stepsPerDoubling
  return (2 ** doubling * (1 + (step + 0.5) / stepsPerDoubling)) / 1000
}
