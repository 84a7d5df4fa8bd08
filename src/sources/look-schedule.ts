// When to look: soon after the last of a burst of events, but never later than a ceiling. Knows nothing about files.

/** No event for this long means the burst is over. */
const quietMs = 25
/** However long events keep coming, a look is due after this. */
const ceilingMs = 250

/** Calls `look` after events and delays asked for, never twice at a time. Must be closed. */
export class LookSchedule {
  readonly #look: () => Promise<void>
  readonly #onFailure: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #burstSince: number | undefined
  /** The look under way; never rejects, because who waits for its end is not who asked for it. */
  #running: Promise<void> | undefined
  #isClosed = false

  /** `onFailure` gets what a look by the schedule rejects with. The schedule goes on, but asks for no look on its own. */
  constructor(look: () => Promise<void>, onFailure: (error: unknown) => void) {
    this.#look = look
    this.#onFailure = onFailure
  }

  /** Something happened: look when it has been quiet for a moment. */
  touch(): void {
    const now = performance.now()
    this.#burstSince ??= now
    this.#set(Math.min(now + quietMs, this.#burstSince + ceilingMs))
  }

  /** Look within this time, if nothing makes it look sooner. */
  within(ms: number): void {
    const at = performance.now() + ms
    if (at < this.#dueAt) this.#set(at)
  }

  /** Looks now, after a look that may be under way; not at all once closed. Rejects if this look does. */
  async now(look: () => Promise<void> = this.#look): Promise<void> {
    while (this.#running !== undefined) await this.#running
    if (this.#isClosed) return
    this.#clear()
    const running = look()
    this.#running = running.catch(() => {})
    try {
      await running
    } finally {
      this.#running = undefined
    }
  }

  /** Stops; resolves when a look under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#clear()
    await this.#running
  }

  #set(at: number): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => this.now().catch(this.#onFailure), Math.max(0, at - performance.now()))
  }

  #clear(): void {
    clearTimeout(this.#timer)
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#burstSince = undefined
  }
}
