// Hot path: runs for every body.
// Finds the end of a body in the bytes of a connection (RFC 9112 §6, §7.1). Chunked bodies are decoded: sizes and
// extensions are checked, bounded, and end here; of trailers it keeps what may be passed on.
import { Framing } from '../http/request-head.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { valueOctet } from './octets.ts'
import { readTrailers, type TrailedHead } from './read-trailers.ts'

/** What `next` found. */
export const BodyEvent = { more: 0, data: 1, end: 2, error: 3 } as const
export type BodyEvent = (typeof BodyEvent)[keyof typeof BodyEvent]

const State = {
  size: 0,
  extension: 1,
  sizeLf: 2,
  data: 3,
  dataCr: 4,
  dataLf: 5,
  trailerStart: 6,
  trailerLine: 7,
  trailerLf: 8,
  lastLf: 9,
} as const
type State = (typeof State)[keyof typeof State]

/** 2^52 and a bit: 13 hexadecimal digits always fit a double. Leading zeros count, so a size line is bounded too. */
const maxSizeDigits = 13
const maxLeadingZeros = 16
/** Sum over all chunks of a body; a per-chunk bound alone lets a body be almost all extension. */
const maxExtensionBytes = 16 * 1024
const maxTrailerBytes = 8 * 1024
const emptyLineBytes = 2

const CR = 13
const LF = 10
const SEMICOLON = 59

/** Reads one body after the other; holds no bytes but those of trailers, only where in a body it is. */
export class BodyReader {
  /** After `next`: how far it has read. */
  position = 0
  /** After `data`: the decoded bytes are `[dataStart, position)`. */
  dataStart = 0
  /** After `end`: lines of the trailer fields that may be passed on, Latin-1; '' for none. */
  trailers = ''
  /** After `error`. */
  error: MessageError = messageErrors.chunkSize
  readonly #head: TrailedHead
  #framing: Framing = Framing.none
  #remaining = 0
  #state: State = State.size
  #digits = 0
  #zeros = 0
  #extensionBytes = 0

  /** `head` is that of the message whose body is being read. */
  constructor(head: TrailedHead) {
    this.#head = head
  }

  /** Starts a new body. */
  start(framing: Framing, contentLength: number): void {
    this.#framing = framing
    this.#remaining = contentLength
    this.trailers = ''
    if (framing !== Framing.chunked) return
    this.#startChunk()
    this.#extensionBytes = 0
  }

  /** Whether a peer that closes now has sent a whole body. */
  get endsOnClose(): boolean {
    return this.#framing === Framing.untilClose
  }

  /** Whether the body is known to end within so many more bytes. */
  endsWithin(bytes: number): boolean {
    return this.#framing === Framing.none || (this.#framing === Framing.length && this.#remaining <= bytes)
  }

  /** Looks at `[start, end)` of `bytes`; call again from `position` until it says `more`, `end` or `error`. */
  next(bytes: Buffer, start: number, end: number): BodyEvent {
    switch (this.#framing) {
      case Framing.none:
        this.position = start
        return BodyEvent.end
      case Framing.length:
        return this.#nextOfLength(start, end)
      case Framing.untilClose:
        this.position = end
        this.dataStart = start
        return start === end ? BodyEvent.more : BodyEvent.data
      case Framing.chunked:
        return this.#nextChunked(bytes, start, end)
    }
  }

  #nextOfLength(start: number, end: number): BodyEvent {
    this.position = start
    if (this.#remaining === 0) return BodyEvent.end
    if (start === end) return BodyEvent.more
    const taken = Math.min(this.#remaining, end - start)
    this.#remaining -= taken
    this.dataStart = start
    this.position = start + taken
    return BodyEvent.data
  }

  #nextChunked(bytes: Buffer, start: number, end: number): BodyEvent {
    let position = start
    while (position < end) {
      if (this.#state === State.data) {
        const taken = Math.min(this.#remaining, end - position)
        this.#remaining -= taken
        if (this.#remaining === 0) this.#state = State.dataCr
        this.dataStart = position
        this.position = position + taken
        return BodyEvent.data
      }
      if (this.#state >= State.trailerStart) return this.#nextOfTrailers(bytes, position, end)
      const error = this.#step(bytes[position++]!)
      if (error !== undefined) {
        this.position = position
        return this.#fail(error)
      }
    }
    this.position = position
    return BodyEvent.more
  }

  /** Collects the trailer section; where it is empty, as it nearly always is, nothing is copied. */
  #nextOfTrailers(bytes: Buffer, start: number, end: number): BodyEvent {
    let position = start
    let isMalformed = false
    let isWhole = false
    while (position < end && !isWhole && !isMalformed) {
      const code = bytes[position++]!
      isWhole = this.#state === State.lastLf
      isMalformed = !this.#stepTrailer(code)
    }
    this.position = position
    if (isMalformed) return this.#fail(messageErrors.trailers)
    if (isWhole && this.trailers === '' && position - start === emptyLineBytes) return BodyEvent.end
    this.trailers += bytes.latin1Slice(start, position)
    if (this.trailers.length > maxTrailerBytes) return this.#fail(messageErrors.trailers)
    return isWhole ? this.#endTrailers() : BodyEvent.more
  }

  #endTrailers(): BodyEvent {
    const trailers = readTrailers(this.trailers, this.#head)
    if (typeof trailers !== 'string') return this.#fail(trailers)
    this.trailers = trailers
    return BodyEvent.end
  }

  #fail(error: MessageError): BodyEvent {
    this.error = error
    return BodyEvent.error
  }

  #startChunk(): void {
    this.#state = State.size
    this.#remaining = 0
    this.#digits = 0
    this.#zeros = 0
  }

  /** One octet of what stands around the data of a chunk. */
  #step(code: number): MessageError | undefined {
    switch (this.#state) {
      case State.size:
        return this.#stepSize(code)
      case State.extension:
        if (code === CR) this.#state = State.sizeLf
        else if (valueOctet[code] !== 1 || ++this.#extensionBytes > maxExtensionBytes)
          return messageErrors.chunkExtension
        return undefined
      case State.sizeLf:
        if (code !== LF) return messageErrors.chunkSize
        this.#state = this.#remaining === 0 ? State.trailerStart : State.data
        return undefined
      case State.dataCr:
        if (code !== CR) return messageErrors.chunkEnd
        this.#state = State.dataLf
        return undefined
      default:
        if (code !== LF) return messageErrors.chunkEnd
        this.#startChunk()
        return undefined
    }
  }

  #stepSize(code: number): MessageError | undefined {
    const digit = hexDigit(code)
    if (digit !== -1) {
      if (digit === 0 && this.#digits === 0) {
        return ++this.#zeros > maxLeadingZeros ? messageErrors.chunkSize : undefined
      }
      if (++this.#digits > maxSizeDigits) return messageErrors.chunkSize
      this.#remaining = this.#remaining * 16 + digit
      return undefined
    }
    if (this.#digits + this.#zeros === 0) return messageErrors.chunkSize
    if (code === CR) this.#state = State.sizeLf
    else if (code === SEMICOLON) this.#state = State.extension
    else return messageErrors.chunkSize
    return undefined
  }

  /** Finds the lines of the trailer section; whether each is a field is seen at its end. `false`: it can not be one. */
  #stepTrailer(code: number): boolean {
    switch (this.#state) {
      case State.trailerStart:
        this.#state = code === CR ? State.lastLf : State.trailerLine
        return code === CR || valueOctet[code] === 1
      case State.trailerLine:
        if (code === CR) this.#state = State.trailerLf
        return code === CR || valueOctet[code] === 1
      default:
        this.#state = State.trailerStart
        return code === LF
    }
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}
