// What Portico's own parser makes of bytes, through the readers that client and endpoint connections use.
import type { FieldLines } from '../../src/http/field-lines.ts'
import { Framing } from '../../src/http/request-head.ts'
import type { ResponseHead } from '../../src/http/response-head.ts'
import { BodyEvent } from '../../src/http1/body-reader.ts'
import { RequestReader } from '../../src/http1/request-reader.ts'
import { ResponseReader } from '../../src/http1/response-reader.ts'
import type { Message, Pair, Reading } from './reading.ts'

/** Reads requests as a client connection does. */
export function readRequests(pieces: readonly Buffer[]): Reading {
  const reading = new RequestReading()
  for (const piece of pieces) reading.push(piece)
  return reading
}

class RequestReading implements Reading {
  readonly messages: Message[] = []
  refusal: string | undefined
  readonly #reader = new RequestReader()
  #current: Message | undefined
  #given = 0

  push(piece: Buffer): void {
    // A connection reads nothing after a refusal.
    if (this.refusal !== undefined) return
    this.#reader.push(piece)
    this.#given += piece.length
    while (this.refusal === undefined && this.#step()) {}
  }

  #step(): boolean {
    return this.#current === undefined ? this.#readHead() : this.#readBody(this.#current)
  }

  #readHead(): boolean {
    if (this.messages.at(-1)?.keepAlive === false) return false
    const read = this.#reader.readHead()
    if (read === true) {
      this.#current = requestMessage(this.#reader)
      this.messages.push(this.#current)
    } else if (read !== false) {
      this.refusal = `${read.status} ${read.reason}`
    }
    return read === true
  }

  #readBody(message: Message): boolean {
    const reader = this.#reader
    const event = reader.readBody()
    if (event === BodyEvent.data) message.body += reader.bodyPiece.latin1Slice(0, reader.bodyPiece.length)
    if (event === BodyEvent.error) this.refusal = `${reader.bodyError.status} ${reader.bodyError.reason}`
    if (event === BodyEvent.end) {
      finish(message, this.#given, reader.trailers)
      message.keepAlive = reader.head.keepAlive
      this.#current = undefined
    }
    return event === BodyEvent.data || event === BodyEvent.end
  }
}

function requestMessage({ head }: RequestReader): Message {
  return {
    start: [head.method, head.target, head.authority, `1.${head.minorVersion}`],
    fields: pairsOf(head.fields),
    framing: framingOf(head.framing, head.contentLength),
    body: '',
    trailers: [],
    keepAlive: head.keepAlive,
    upgrade: head.upgrade !== '',
    complete: false,
    end: -1,
  }
}

/** Reads what answers a request of this method, up to its final response; then the backend closes. */
export function readResponse(pieces: readonly Buffer[], method: string): Reading {
  const reading = new ResponseReading(method)
  for (const piece of pieces) reading.push(piece)
  return reading.close()
}

class ResponseReading {
  readonly #method: string
  readonly #reader = new ResponseReader()
  readonly #messages: Message[] = []
  #given = 0
  #inBody = false
  #over = false
  #refusal: string | undefined

  constructor(method: string) {
    this.#method = method
    this.#reader.expect(method)
  }

  push(piece: Buffer): void {
    // A connection reads nothing after a refusal.
    if (this.#refusal !== undefined) return
    this.#reader.push(piece)
    this.#given += piece.length
    while (!this.#over && this.#refusal === undefined && this.#step()) {}
  }

  close(): Reading {
    const endsNow = this.#inBody && this.#refusal === undefined && this.#reader.bodyEndsOnClose
    if (endsNow) finish(this.#messages.at(-1)!, this.#given, '')
    else if (!this.#over) this.#refusal ??= 'truncated'
    return { messages: this.#messages, refusal: this.#refusal }
  }

  #step(): boolean {
    return this.#inBody ? this.#readBody() : this.#readHead()
  }

  #readHead(): boolean {
    const read = this.#reader.readHead()
    if (read === true) return this.#takeHead()
    if (read !== false) this.#refusal = 'malformed'
    return false
  }

  #takeHead(): boolean {
    const { head } = this.#reader
    if (head.status === 101 && head.upgrade === '') {
      this.#refusal = 'malformed'
      return false
    }
    const isBodyless =
      head.status < 200 || this.#method === 'HEAD' || head.status === 204 || head.status === 304
    this.#messages.push(responseMessage(head, isBodyless ? Framing.none : head.framing))
    if (head.status >= 200) {
      this.#inBody = true
    } else {
      finish(this.#messages.at(-1)!, this.#given, '')
      this.#over = head.upgrade !== ''
    }
    return true
  }

  #readBody(): boolean {
    const reader = this.#reader
    const event = reader.readBody()
    const message = this.#messages.at(-1)!
    if (event === BodyEvent.data) message.body += reader.bodyPiece.latin1Slice(0, reader.bodyPiece.length)
    if (event === BodyEvent.error) this.#refusal = 'malformed'
    if (event === BodyEvent.end) {
      finish(message, this.#given, reader.trailers)
      message.keepAlive &&= reader.head.keepAlive
      this.#over = true
    }
    return event === BodyEvent.data
  }
}

function responseMessage(head: ResponseHead, framing: Framing): Message {
  return {
    start: [String(head.status), head.reason, `1.${head.minorVersion}`],
    fields: pairsOf(head.fields),
    framing: framingOf(framing, head.contentLength),
    body: '',
    trailers: [],
    keepAlive: head.keepAlive && framing !== Framing.untilClose,
    upgrade: head.upgrade !== '',
    complete: false,
    end: -1,
  }
}

function finish(message: Message, given: number, trailerLines: string): void {
  message.complete = true
  message.trailers = [...trailerLines.matchAll(/([^:]*):[ \t]*(.*?)[ \t]*\r\n/g)].map(
    ([, name, value]) => [name!, value!] as const,
  )
  message.end = given
}

/** The fields of a head, in order. */
export function pairsOf(fields: FieldLines): Pair[] {
  return Array.from({ length: fields.count }, (_, i) => [fields.name(i), fields.value(i)] as const)
}

function framingOf(framing: Framing, contentLength: number): string {
  switch (framing) {
    case Framing.none:
      return 'none'
    case Framing.length:
      return `length ${contentLength}`
    case Framing.chunked:
      return 'chunked'
    case Framing.untilClose:
      return 'untilClose'
  }
}
