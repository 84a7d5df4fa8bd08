// What a client of HTTP/2 may cost beyond what it asks for. nghttp2 counts the resets a client sends, and most frames that
// lead nowhere; what it does not count is counted here, for one connection.
import type { Deadlines } from '../sockets/deadlines.ts'

/** Streams that break off, whoever reset them (CVE-2025-8671): at once, and for each second. */
const resetBurst = 200
const resetsPerSecond = 20
/** Bytes of frames between two looks that are neither heads nor bodies, and what each byte of those allows. */
const idleBytes = 256 * 1024
const overhead = 4

/** Counts for one connection. */
export class Http2Guard {
  readonly #deadlines: Deadlines
  #resetsLeft = resetBurst
  #countedAt: number
  #useful = 0
  #unread = 0
  #seen = 0

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines
    this.#countedAt = deadlines.now
  }

  /** A stream was broken off; `false`: that is too many. */
  allowsReset(): boolean {
    const { now } = this.#deadlines
    const regained = ((now - this.#countedAt) / 1000) * resetsPerSecond
    this.#resetsLeft = Math.min(resetBurst, this.#resetsLeft + regained)
    this.#countedAt = now
    return --this.#resetsLeft >= 0
  }

  /** Bytes of a head or a body were taken, or went to a client that has to make room for more. */
  noteUseful(bytes: number): void {
    this.#useful += bytes
  }

  /**
   * All that has come so far, at the end of a while, and what of it waits to be taken: a client whose uploads nobody takes yet has
   * done nothing wrong. `false`: too much came for nothing.
   */
  allowsReceived(bytes: number, unread: number): boolean {
    const received = bytes - this.#seen
    const allowed = idleBytes + overhead * (this.#useful + unread - this.#unread)
    this.#seen = bytes
    this.#unread = unread
    this.#useful = 0
    return received <= allowed
  }
}
