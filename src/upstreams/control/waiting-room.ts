// How many requests wait for an upstream that takes no connections just now (portico/hold).

/** Places for waiting requests. */
export class WaitingRoom {
  /** How long each may wait. */
  readonly durationMs: number
  readonly #max: number
  #count = 0

  constructor(durationMs: number, max: number) {
    this.durationMs = durationMs
    this.#max = max
  }

  /** Takes a place, which has to be left; `false` when there is none. */
  enter(): boolean {
    if (this.#count >= this.#max) return false
    this.#count++
    return true
  }

  leave(): void {
    this.#count--
  }
}
