// Hot path: runs for every request.
// The bytes of a client connection as requests: heads one after the other, each followed by its body. Keeps what has not
// been read yet. Knows no socket and no time.
import { Framing, RequestHead } from '../http/request-head.ts'
import { type BodyEvent, BodyReader } from './body-reader.ts'
import { findHeadEnd, hasBareLineEnd, maxHeadBytes } from './find-head-end.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { tokenOctet } from './octets.ts'
import { maxTargetLength, parseRequestHead } from './parse-request-head.ts'

const maxEmptyLines = 16
const noBytes = Buffer.alloc(0)
const CR = 13
const LF = 10

/** Reads requests from whatever pieces their bytes come in. */
export class RequestReader {
  /** The last head read. */
  readonly head = new RequestHead()
  readonly #body = new BodyReader(this.head)
  /** Unread bytes are `#input[#position, #end)`. */
  #input: Buffer = noBytes
  #position = 0
  #end = 0
  #inputIsOwn = true
  #emptyLines = 0

  /** Takes `bytes[0, size)` as they came from the client. Those of a buffer that is used again need `keepUnread` before it is. */
  push(bytes: Buffer, size = bytes.length, isUsedAgain = false): void {
    if (this.hasUnread) {
      this.#setInput(Buffer.concat([this.#unread(), bytes.subarray(0, size)]))
      return
    }
    this.#input = bytes
    this.#inputIsOwn = !isUsedAgain
    this.#position = 0
    this.#end = size
  }

  /** Moves what is unread to memory of its own, if it is not there yet. */
  keepUnread(): void {
    if (!this.#inputIsOwn && this.hasUnread) this.#setInput(Buffer.from(this.#unread()))
  }

  #setInput(own: Buffer): void {
    this.#input = own
    this.#inputIsOwn = true
    this.#position = 0
    this.#end = own.length
  }

  #unread(): Buffer {
    return this.#input.subarray(this.#position, this.#end)
  }

  get hasUnread(): boolean {
    return this.#position < this.#end
  }

  /** Lets go of a buffer that has been read to its end. */
  release(): void {
    if (!this.hasUnread) this.#setInput(noBytes)
  }

  /** Drops all unread bytes and says how many they were. */
  drop(): number {
    const dropped = this.#end - this.#position
    this.#position = this.#end
    return dropped
  }

  /** `true`: `head` is the next request's. `false`: more bytes are needed. Otherwise why it is refused. */
  readHead(): boolean | MessageError {
    // Empty lines before a request line are skipped (RFC 9112 §2.2), a few of them.
    while (this.#isAtEmptyLine()) {
      this.#position += 2
      if (++this.#emptyLines > maxEmptyLines) return messageErrors.startLine
    }
    if (!this.hasUnread) return false
    const start = this.#position
    const end = findHeadEnd(this.#input, start, this.#end)
    if (end === -1 || end - start > maxHeadBytes) return this.#findLastingFault(this.#end) ?? false
    const error = parseRequestHead(this.#input.latin1Slice(start, end), this.head)
    // What a client is told must not depend on how its bytes were cut.
    if (error !== undefined) return this.#findLastingFault(end) ?? error
    this.#position = end
    this.#emptyLines = 0
    this.#body.start(this.head.framing, this.head.contentLength)
    return true
  }

  #isAtEmptyLine(): boolean {
    const [input, position] = [this.#input, this.#position]
    return input[position] === CR && input[position + 1] === LF && position + 1 < this.#end
  }

  /** What can be said against a head before it is whole: from `end` on nothing is known yet. */
  #findLastingFault(end: number): MessageError | undefined {
    const [input, start] = [this.#input, this.#position]
    // A handshake that meant the HTTPS port, or anything else that is not a method: no need to wait for its end.
    if (tokenOctet[input[start]!] !== 1 && input[start] !== CR) return messageErrors.startLine
    if (hasBareLineEnd(input, start, Math.min(end, start + maxHeadBytes))) return messageErrors.lineEnd
    if (end - start <= maxHeadBytes) return undefined
    const lineEnd = input.indexOf(CR, start)
    const isInTarget = lineEnd === -1 || lineEnd >= end || lineEnd - start > maxTargetLength
    return isInTarget ? messageErrors.targetTooLong : messageErrors.headTooLarge
  }

  /** The next event of the body that follows `head`; after `data` its bytes are `bodyPiece`, after `error` see `bodyError`. */
  readBody(): BodyEvent {
    const event = this.#body.next(this.#input, this.#position, this.#end)
    this.#position = this.#body.position
    return event
  }

  /** A view of the bytes that came in; they are the reader's until the next `push`. */
  get bodyPiece(): Buffer {
    return this.#input.subarray(this.#body.dataStart, this.#position)
  }

  /** After `end`: lines of the trailer fields that may be passed on; '' for none. */
  get trailers(): string {
    return this.#body.trailers
  }

  get bodyError(): MessageError {
    return this.#body.error
  }

  /** Whether the body is known to end within so many more bytes. */
  bodyEndsWithin(bytes: number): boolean {
    return this.#body.endsWithin(bytes)
  }

  /** From here on every byte is body, until the client closes. */
  startTunnel(): void {
    this.#body.start(Framing.untilClose, 0)
  }

  get isTunnel(): boolean {
    return this.#body.endsOnClose
  }
}
