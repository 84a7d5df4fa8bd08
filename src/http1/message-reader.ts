// Hot path: runs for every message.
// What reading requests and reading responses have in common: the bytes of a connection that are still unread, and the body
// in them. Knows no socket and no time.
import { Framing } from '../http/request-head.ts'
import { type BodyEvent, BodyReader } from './body-reader.ts'
import type { MessageError } from './message-error.ts'
import type { TrailedHead } from './read-trailers.ts'

const noBytes = Buffer.alloc(0)

/** Reads messages from whatever pieces their bytes come in; heads are its heirs'. */
export class MessageReader {
  /** Unread bytes are `bytes[position, end)`. */
  protected bytes: Buffer = noBytes
  protected position = 0
  protected end = 0
  protected readonly body: BodyReader
  #bytesAreOwn = true

  /** `head` is the one whose body is read. */
  constructor(head: TrailedHead) {
    this.body = new BodyReader(head)
  }

  /** Takes `bytes[0, size)` as they came. Those of a buffer that is used again need `keepUnread` before it is. */
  push(bytes: Buffer, size = bytes.length, isUsedAgain = false): void {
    if (this.hasUnread) {
      this.#setOwn(Buffer.concat([this.unread(), bytes.subarray(0, size)]))
      return
    }
    this.bytes = bytes
    this.position = 0
    this.end = size
    this.#bytesAreOwn = !isUsedAgain
  }

  /** Moves what is unread to memory of its own, if it is not there yet. */
  keepUnread(): void {
    if (!this.#bytesAreOwn && this.hasUnread) this.#setOwn(Buffer.from(this.unread()))
  }

  #setOwn(bytes: Buffer): void {
    this.bytes = bytes
    this.position = 0
    this.end = bytes.length
    this.#bytesAreOwn = true
  }

  protected unread(): Buffer {
    return this.bytes.subarray(this.position, this.end)
  }

  get hasUnread(): boolean {
    return this.position < this.end
  }

  /** Lets go of a buffer that has been read to its end. */
  release(): void {
    if (!this.hasUnread) this.#setOwn(noBytes)
  }

  /** Drops all unread bytes and says how many they were. */
  drop(): number {
    const dropped = this.end - this.position
    this.position = this.end
    return dropped
  }

  /** The next event of the body that follows the head; after `data` its bytes are `bodyPiece`, after `error` see `bodyError`. */
  readBody(): BodyEvent {
    const event = this.body.next(this.bytes, this.position, this.end)
    this.position = this.body.position
    return event
  }

  /** A view of the bytes that came in, good as long as they are: until the next `push`, or for the buffer's own time. */
  get bodyPiece(): Buffer {
    return this.bytes.subarray(this.body.dataStart, this.position)
  }

  /** After `end`: lines of the trailer fields that may be passed on; '' for none. */
  get trailers(): string {
    return this.body.trailers
  }

  get bodyError(): MessageError {
    return this.body.error
  }

  /** Whether the body is known to end within so many more bytes. */
  bodyEndsWithin(bytes: number): boolean {
    return this.body.endsWithin(bytes)
  }

  /** Whether a peer that closes now has sent a whole body. */
  get bodyEndsOnClose(): boolean {
    return this.body.endsOnClose
  }

  /** From here on every byte is body, until the peer closes. */
  startTunnel(): void {
    this.body.start(Framing.untilClose, 0)
  }
}
