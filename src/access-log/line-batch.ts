// Hot path while there is an access log. Lines that wait to be written together. Each is copied into a buffer at once: kept
// as strings, made of dozens of parts each, they would outlive garbage collections and cost a quarter of a request.

const firstBytes = 64 * 1024

/** Collects lines up to a number of bytes. */
export class LineBatch {
  readonly #maxBytes: number
  #buffer: Buffer = Buffer.allocUnsafeSlow(firstBytes)
  #spare: Buffer | undefined
  #length = 0
  #lines = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How much waits. */
  get bytes(): number {
    return this.#length
  }

  /** Lines that wait. */
  get lines(): number {
    return this.#lines
  }

  /** Adds a line; `latin1`: its characters are bytes. `false`: there is no room, and it is not added. */
  add(line: string, encoding: 'utf8' | 'latin1'): boolean {
    // No character takes more than three bytes in UTF-8.
    const needed = this.#length + line.length * (encoding === 'utf8' ? 3 : 1) + 1
    if (needed > this.#buffer.length && !this.#grow(needed)) return false
    this.#length += this.#buffer.write(line, this.#length, encoding)
    this.#buffer[this.#length++] = 0x0a
    this.#lines++
    return true
  }

  #grow(needed: number): boolean {
    if (needed > this.#maxBytes) return false
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#maxBytes, Math.max(needed, 2 * this.#buffer.length)))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
    return true
  }

  /** All lines, each with its line feed; the batch is empty after it. To be given back by `reuse` once they are written. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length)
    this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(firstBytes)
    this.#spare = undefined
    this.#length = 0
    this.#lines = 0
    return taken
  }

  /** New memory for each batch, megabytes a second, would keep the garbage collector busy. */
  reuse(taken: Buffer): void {
    this.#spare = Buffer.from(taken.buffer)
  }
}
