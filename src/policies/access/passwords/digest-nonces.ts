// Hot path: runs for every request of a route with digest authentication.
// Nonces that we gave out, and how often each was used. A nonce carries its own time and our signature, so that memory is
// spent only on those that somebody who knows a password has used. Never looks at a clock itself.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A browser gets a new one afterwards (`stale`) without asking its user again. */
export const nonceLifetimeMs = 300_000

/** Used nonces that are remembered; about 200 bytes each. */
const maxUsed = 10_000

/** Requests overtake each other: so far behind the highest count a lower one is still taken, once. */
const windowSize = 32

interface Use {
  readonly issuedAt: number
  highest: number
  /** Bit n: the count `highest - n` was used. */
  seen: number
}

/** Gives out nonces and takes each count of each of them once. */
export class DigestNonces {
  readonly #key = randomBytes(32)
  readonly #used = new Map<string, Use>()
  /** Uses of nonces from before this time may have been forgotten. */
  #forgottenUntil = -Infinity

  /** A nonce of letters, digits, `-`, `_` and `.`. `now` in milliseconds. */
  issue(now: number): string {
    const content = `${Math.floor(now).toString(36)}.${randomBytes(9).toString('base64url')}`
    return `${content}.${this.#sign(content)}`
  }

  /** Whether `count` (from 1) of a nonce may be used now, which it is then. `false` too for nonces that are not ours. */
  use(nonce: string, count: number, now: number): boolean {
    const issuedAt = this.#issueTime(nonce)
    if (issuedAt === undefined || now - issuedAt >= nonceLifetimeMs || count < 1) return false
    const use = this.#used.get(nonce)
    if (use !== undefined) return takeCount(use, count)
    if (issuedAt <= this.#forgottenUntil) return false
    this.#makeRoom(now)
    this.#used.set(nonce, { issuedAt, highest: count, seen: 1 })
    return true
  }

  get size(): number {
    return this.#used.size
  }

  #issueTime(nonce: string): number | undefined {
    const match = /^(([0-9a-z]{1,12})\.[\w-]{12})\.([\w-]{22})$/.exec(nonce)
    if (match === null) return undefined
    const [, content, time, signature] = match
    if (!timingSafeEqual(Buffer.from(this.#sign(content!)), Buffer.from(signature!))) return undefined
    return Number.parseInt(time!, 36)
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url').slice(0, 22)
  }

  #makeRoom(now: number): void {
    for (const [nonce, { issuedAt }] of this.#used) {
      const isOver = now - issuedAt >= nonceLifetimeMs
      if (!isOver && this.#used.size < maxUsed) return
      this.#used.delete(nonce)
      if (!isOver) this.#forgottenUntil = Math.max(this.#forgottenUntil, issuedAt)
    }
  }
}

function takeCount(use: Use, count: number): boolean {
  if (count > use.highest) {
    const shift = count - use.highest
    use.seen = shift >= windowSize ? 1 : (use.seen << shift) | 1
    use.highest = count
    return true
  }
  const behind = use.highest - count
  if (behind >= windowSize || ((use.seen >>> behind) & 1) === 1) return false
  use.seen |= 1 << behind
  return true
}
