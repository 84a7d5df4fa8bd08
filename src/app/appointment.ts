// Something to be done at a moment of the calendar, however far away. Does not keep the process alive.

/** Node's timers go up to 24.8 days; the computer may sleep meanwhile or its clock be set: a day at a time. */
const longestWaitMs = 86_400_000

/** At most one thing to do; setting another one replaces it. */
export class Appointment {
  #timer: NodeJS.Timeout | undefined

  /** Calls `act` once, when it is `atMs` (milliseconds since the epoch) or later; never for `Infinity`. */
  set(atMs: number, act: () => void): void {
    this.cancel()
    if (atMs === Number.POSITIVE_INFINITY) return
    const waitMs = Math.min(Math.max(0, atMs - Date.now()), longestWaitMs)
    this.#timer = setTimeout(() => (Date.now() < atMs ? this.set(atMs, act) : act()), waitMs)
    this.#timer.unref()
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
