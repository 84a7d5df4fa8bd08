// A map that forgets what was not asked for longest, so that names sent by clients can not fill the memory.

interface Entry<V> {
  readonly value: V
  /** When it was asked for last, on the clock of the cache. */
  askedAt: number
}

/**
 * Holds at most `capacity` entries; asking for one makes it the newest. When it is full, a new one takes the place of the
 * oldest, but only if nobody has asked for that for `restMs` (0: at once); else it is not kept at all. `now` gives
 * milliseconds.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, Entry<V>>()
  readonly #capacity: number
  readonly #restMs: number
  readonly #now: () => number

  constructor(capacity: number, restMs = 0, now: () => number = () => performance.now()) {
    this.#capacity = capacity
    this.#restMs = restMs
    this.#now = now
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    entry.askedAt = this.#now()
    // A Map iterates in insertion order: inserting again moves the entry to the young end.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: V): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#capacity && !this.#forgetOldest()) return
    this.#entries.set(key, { value, askedAt: this.#now() })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** `false`: the oldest is still in use. */
  #forgetOldest(): boolean {
    const oldest = this.#entries.entries().next().value!
    if (this.#now() - oldest[1].askedAt < this.#restMs) return false
    return this.#entries.delete(oldest[0])
  }
}
