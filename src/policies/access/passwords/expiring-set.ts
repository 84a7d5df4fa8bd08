// Keys that are remembered for a while. Bounded; the oldest goes first. Never looks at a clock itself.

/** A set whose members leave it after `lifetimeMs`, or earlier where there would be more than `maxSize`. */
export class ExpiringSet {
  readonly #expiries = new Map<string, number>()
  readonly #maxSize: number
  readonly #lifetimeMs: number

  constructor(maxSize: number, lifetimeMs: number) {
    this.#maxSize = maxSize
    this.#lifetimeMs = lifetimeMs
  }

  has(key: string, now: number): boolean {
    const expiry = this.#expiries.get(key)
    return expiry !== undefined && now < expiry
  }

  add(key: string, now: number): void {
    this.#expiries.delete(key)
    // In the order of insertion, which is the order of expiry.
    for (const [oldest, expiry] of this.#expiries) {
      if (now < expiry && this.#expiries.size < this.#maxSize) break
      this.#expiries.delete(oldest)
    }
    this.#expiries.set(key, now + this.#lifetimeMs)
  }

  get size(): number {
    return this.#expiries.size
  }
}
