// Hot path: runs for every HTTP/2 response.
// The response of a stream as HTTP/2 writes it: head, body, trailers. Small pieces of body wait for the next flush, so that
// a short response leaves in as few frames as it can. When something is written is for the stream to say.
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing, type RequestHead } from '../http/request-head.ts'
import { renderFieldObject, renderFields } from '../http2/render-fields.ts'

/** Pieces up to this size are copied into one write with what is around them. */
const copiedBytes = 8 * 1024
const maxCollected = 64 * 1024
/** Text that may wait for a slow client before its source is held. */
const maxWaiting = 64 * 1024
/** `HTTP/1.1 200 OK` with the ends of its line and of the head. */
const statusLineBytes = 19

/** Writes the responses of streams, one after the other; each begins with `begin`. */
export class Http2Responses {
  /** What was handed over waits for the client: nothing more should come. */
  blocked = false
  /** The head is on its way; until then another one may take its place. */
  headSent = false
  /** Of the current response, as HTTP/1.1 would write it; 0 while there is none. */
  headBytes = 0
  readonly #onCaughtUp: () => void
  #stream!: ServerHttp2Stream
  #request!: RequestHead
  #head: OutgoingHead | undefined
  #collected = ''
  /** No body is sent, whatever its length is said to be. */
  #bodyless = false
  #trailers = ''

  /** `onCaughtUp`: all that was written is out, after `blocked` was set. */
  constructor(onCaughtUp: () => void) {
    this.#onCaughtUp = onCaughtUp
  }

  /** The response to this request is to come. */
  begin(stream: ServerHttp2Stream, request: RequestHead): void {
    this.#stream = stream
    this.#request = request
    this.#head = undefined
    this.#collected = ''
    // Node has ended the streams of HEAD before anybody hears of them.
    this.#bodyless = stream.writableEnded
    this.#trailers = ''
    this.blocked = false
    this.headSent = false
    this.headBytes = 0
  }

  /** A 1xx other than 101. */
  sendInterim(fields: OutgoingHttpHeaders): void {
    if (!this.headSent && this.#isOpen) this.#stream.additionalHeaders(fields)
  }

  sendHead(head: OutgoingHead): void {
    this.#head = head
    const { status } = head
    this.headBytes = statusLineBytes + head.lines.length
    // Node ends the stream with these itself.
    if (status === 204 || status === 205 || status === 304) this.#bodyless = true
  }

  /** Agrees to a WebSocket (RFC 8441 §5): what was to be proven by Sec-WebSocket-Accept, the status says. */
  startTunnel(lines: string): void {
    const passing = lines.replace(/^sec-websocket-accept:[^\r]*\r\n/gim, '')
    this.sendHead({ status: 200, reason: '', lines: passing, framing: Framing.untilClose, contentLength: 0 })
    this.flush()
  }

  /** As `ClientStream.sendBody`. */
  sendBody(piece: Buffer): boolean {
    if (this.#bodyless || piece.length === 0) return true
    if (piece.length <= copiedBytes) {
      this.#collected += piece.latin1Slice(0, piece.length)
      if (this.#collected.length > maxCollected) this.flush()
    } else {
      this.flush()
      this.#write(piece)
    }
    return !this.blocked
  }

  /** Writes what was collected. */
  flush(): void {
    if (this.#head !== undefined) this.#respond(this.#bodyless)
    if (this.#collected === '') return
    const text = this.#collected
    this.#collected = ''
    this.#write(text)
  }

  /** The response is whole. */
  end(trailers: string): void {
    const { acceptsTrailers } = this.#request
    this.#trailers = acceptsTrailers ? trailers : ''
    const isEmpty = this.#collected === '' && this.#trailers === ''
    if (this.#head !== undefined) this.#respond(this.#bodyless || isEmpty)
    if (!this.#isOpen || this.#stream.writableEnded) return
    const text = this.#collected
    this.#collected = ''
    if (text === '') this.#stream.end()
    else this.#stream.end(text, 'latin1')
  }

  get #isOpen(): boolean {
    return !this.#stream.closed && !this.#stream.destroyed
  }

  #respond(endStream: boolean): void {
    const { status, lines, framing, contentLength } = this.#head!
    this.#head = undefined
    if (!this.#isOpen) return
    const fields = [':status', String(status)]
    renderFields(lines, fields)
    // The length of a 205 would have to be that of its content, which is dropped; 304 may name another (RFC 9110 §15.3.6, §15.4.5).
    if (framing === Framing.length && status !== 204 && status !== 205)
      fields.push('content-length', String(contentLength))
    const waitForTrailers = !endStream && this.#request.acceptsTrailers
    if (waitForTrailers) this.#stream.on('wantTrailers', this.#onWantTrailers)
    this.headSent = true
    const options = { endStream, waitForTrailers, sendDate: false }
    this.#stream.respond(fields, options)
  }

  readonly #onWantTrailers = (): void => {
    if (this.#isOpen) this.#stream.sendTrailers(renderFieldObject(this.#trailers))
  }

  #write(data: string | Buffer): void {
    if (!this.#isOpen) return
    const isText = typeof data === 'string'
    if (isText) this.#stream.write(data, 'latin1', this.#onWritten)
    else this.#stream.write(data, this.#onWritten)
    // Text is the stream's own from now on. A piece of body is a view of a buffer that is used again.
    if (!isText || this.#stream.writableLength > maxWaiting) this.blocked = true
  }

  readonly #onWritten = (): void => {
    if (!this.blocked || this.#stream.destroyed || this.#stream.writableLength > 0) return
    this.blocked = false
    this.#onCaughtUp()
  }
}
