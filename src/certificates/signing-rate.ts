// How often new leaves are signed: clients choose the names in their handshakes, and could ask for a new one each time.

/** Signatures in a row before the rate counts: 0.3 s of work, and as many names as are remembered. */
const burst = 1_000
/** 100 signatures a second, which is 3 % of a core. */
const intervalMs = 10
/** Handshakes end after ten seconds; whoever would have to wait for half of that gets nothing. */
const maxWaitMs = 5_000

/** A bucket that leaks (the generic cell rate algorithm): one number, whoever asks. */
export class SigningRate {
  /** When the bucket will be empty. */
  #emptyAtMs = Number.NEGATIVE_INFINITY

  /** Milliseconds until the asker's turn, 0 for at once; `undefined`, and no turn taken, where too many are waiting. */
  takeTurn(nowMs: number): number | undefined {
    const emptyAtMs = Math.max(this.#emptyAtMs, nowMs)
    const waitMs = Math.max(0, emptyAtMs - nowMs - (burst - 1) * intervalMs)
    if (waitMs > maxWaitMs) return undefined
    this.#emptyAtMs = emptyAtMs + intervalMs
    return waitMs
  }
}
