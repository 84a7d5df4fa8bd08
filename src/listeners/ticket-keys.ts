// The key that session tickets are encrypted with: one for all TLS servers of a listener, so that a session goes on when a
// server is made anew, and never kept anywhere but here.
import { randomBytes } from 'node:crypto'

/** Whoever has the key can read all that was sent in sessions resumed by it over TLS 1.2: it must not live long. */
const lifeMs = 12 * 3_600_000
/** Node's: a name, a key for the cipher and one for the digest, of 16 octets each. */
const keyLength = 48

/** Tickets of the key before are not taken any more: their clients do a full handshake. */
export class TicketKeys {
  current: Buffer = randomBytes(keyLength)
  readonly #now: () => number
  #endsAtMs: number

  /** `now` in milliseconds, on any clock that goes on evenly. */
  constructor(now: () => number) {
    this.#now = now
    this.#endsAtMs = now() + lifeMs
  }

  /** Makes a new key when the current one has had its time; `true` when it did. */
  renewIfDue(): boolean {
    if (this.#now() < this.#endsAtMs) return false
    this.renew()
    return true
  }

  renew(): void {
    this.current = randomBytes(keyLength)
    this.#endsAtMs = this.#now() + lifeMs
  }
}
