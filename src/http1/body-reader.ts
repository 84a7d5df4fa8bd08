// Hot path: runs for every body.
// Finds the end of a body in the bytes of a connection (RFC 9112 §6, §7.1). Chunked bodies are decoded: sizes,
// extensions and trailers are checked, bounded, and end here.
import { Framing } from '../http/request-head.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { tokenOctet, valueOctet } from './octets.ts'

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
  trailerName: 7,
  trailerValue: 8,
  trailerLf: 9,
  lastLf: 10,
} as const
type State = (typeof State)[keyof typeof State]

/** 2^52 and a bit: 13 hexadecimal digits always fit a double. Leading zeros count, so a size line is bounded too. */
const maxSizeDigits = 13
const maxLeadingZeros = 16
/** Sum over all chunks of a body; a per-chunk bound alone lets a body be almost all extension. */
const maxExtensionBytes = 16 * 1024
const maxTrailerBytes = 8 * 1024

const CR = 13
const LF = 10
const SEMICOLON = 59
const COLON = 58

/** Reads one body after the other; holds no bytes, only where in a body it is. */
export class BodyReader {
  /** After `next`: how far it has read. */
  position = 0
  /** After `data`: the decoded bytes are `[dataStart, position)`. */
  dataStart = 0
  /** After `error`. */
  error: MessageError = messageErrors.chunkSize
  #framing: Framing = Framing.none
  #remaining = 0
  #state: State = State.size
  #digits = 0
  #zeros = 0
  #extensionBytes = 0
  #trailerBytes = 0

  /** Starts a new body. */
  start(framing: Framing, contentLength: number): void {
    this.#framing = framing
    this.#remaining = contentLength
    if (framing !== Framing.chunked) return
    this.#startChunk()
    this.#extensionBytes = 0
    this.#trailerBytes = 0
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
      const code = bytes[position++]!
      if (this.#state === State.lastLf) {
        this.position = position
        return code === LF ? BodyEvent.end : this.#fail(messageErrors.trailers)
      }
      const error = this.#step(code)
      if (error !== undefined) {
        this.position = position
        return this.#fail(error)
      }
    }
    this.position = position
    return BodyEvent.more
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

  /** One octet of everything that is not chunk data. */
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
      case State.dataLf:
        if (code !== LF) return messageErrors.chunkEnd
        this.#startChunk()
        return undefined
      default:
        return this.#stepTrailer(code)
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

  /** Trailer fields are checked like any others and then dropped, which RFC 9110 §6.5.1 allows. */
  #stepTrailer(code: number): MessageError | undefined {
    if (++this.#trailerBytes > maxTrailerBytes) return messageErrors.trailers
    switch (this.#state) {
      case State.trailerStart:
        if (code === CR) this.#state = State.lastLf
        else if (tokenOctet[code] === 1) this.#state = State.trailerName
        else return messageErrors.trailers
        return undefined
      case State.trailerName:
        if (code === COLON) this.#state = State.trailerValue
        else if (tokenOctet[code] !== 1) return messageErrors.trailers
        return undefined
      case State.trailerValue:
        if (code === CR) this.#state = State.trailerLf
        else if (valueOctet[code] !== 1) return messageErrors.trailers
        return undefined
      default:
        if (code !== LF) return messageErrors.trailers
        this.#state = State.trailerStart
        return undefined
    }
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}
