// How much of a response body may have been sent by when, so that it keeps to a rate. Only arithmetic: no timers, no bytes.

/** What may be sent ahead of the rate, in seconds: nginx counts the second that has just begun as a whole one. */
const secondsAhead = 1

/** The pace of one response. Counted from its beginning: what a late timer costs is made up for, so nothing drifts. */
export class Pace {
  readonly #bytesPerSecond: number
  readonly #freeBytes: number
  /** Milliseconds, on the caller's clock. */
  readonly #beganAt: number
  #sent = 0

  /** `freeBytes` go at full speed before the rate applies; `bytesPerSecond` is above 0. */
  constructor(bytesPerSecond: number, freeBytes: number, now: number) {
    this.#bytesPerSecond = bytesPerSecond
    this.#freeBytes = freeBytes
    this.#beganAt = now
  }

  /** Bytes that may be sent now, 0 or more. */
  allowance(now: number): number {
    const seconds = (now - this.#beganAt) / 1000 + secondsAhead
    return Math.max(0, Math.floor(this.#freeBytes + seconds * this.#bytesPerSecond - this.#sent))
  }

  /** So many bytes were sent. */
  note(bytes: number): void {
    this.#sent += bytes
  }

  /** Milliseconds from now until `bytes` more may be sent. */
  msUntil(bytes: number, now: number): number {
    const missing = bytes - this.allowance(now)
    return missing <= 0 ? 0 : Math.ceil((missing * 1000) / this.#bytesPerSecond)
  }
}
