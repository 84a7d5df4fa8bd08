// How often a client may have streams broken off. nghttp2 counts the resets a client sends; those it provokes from us
// (CVE-2025-8671) cost as much and are counted here together with them.
import type { Deadlines } from '../sockets/deadlines.ts'

/** Resets at once, and resets for each second. */
const burst = 200
const perSecond = 20

/** Counts for one connection. */
export class Http2Guard {
  readonly #deadlines: Deadlines
  #left = burst
  #countedAt: number

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines
    this.#countedAt = deadlines.now
  }

  /** A stream was broken off; `false`: that is too many. */
  allowsReset(): boolean {
    const { now } = this.#deadlines
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond)
    this.#countedAt = now
    return --this.#left >= 0
  }
}
