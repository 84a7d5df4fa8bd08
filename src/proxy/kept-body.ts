// Hot path: runs for request bodies that may have to be sent again.
// A copy of what has been sent of a request's body, while it is small: views of read buffers do not last until an attempt
// has failed. Knows nothing of attempts.

/** One read's worth: forms and small documents; whoever uploads more sends it again himself. */
const maxKeptBytes = 64 * 1024

/** The beginning of a body, as long as it is the whole of what came. */
export class KeptBody {
  #pieces: Buffer[] = []
  #bytes = 0

  /** Whether nothing that came is missing. */
  get isWhole(): boolean {
    return this.#bytes <= maxKeptBytes
  }

  /** A body that has grown too large is not kept at all. */
  add(piece: Buffer): void {
    this.#bytes += piece.length
    if (this.isWhole) this.#pieces.push(Buffer.from(piece))
    else this.#pieces = []
  }

  /** All of it, for as long as the caller likes. */
  read(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0] ?? Buffer.alloc(0)
  }
}
