// Hot path: runs for every HTTP/2 request.
// One stream of an HTTP/2 connection as a request: what is read and written when, how long it may take, and how it ends.
// The object serves many streams, one after the other, as a connection of HTTP/1.1 does: no closures per request.
import { constants, type ServerHttp2Stream } from 'node:http2'
import type {
  ClientAbort,
  ClientStream,
  ConnectionFacts,
  OutgoingHead,
  StreamHandler,
} from '../http/client-stream.ts'
import { Framing, RequestHead } from '../http/request-head.ts'
import { type MessageError, messageErrors } from '../http1/message-error.ts'
import { refusalOf } from '../http1/render-refusal.ts'
import { readRequestHead } from '../http2/read-request-head.ts'
import { readTrailers } from '../http2/read-trailers.ts'
import { renderFieldObject } from '../http2/render-fields.ts'
import { reportBug } from '../sockets/report-bug.ts'
import type { Http2Guard } from './http2-guard.ts'
import { Http2Responses } from './http2-responses.ts'
import type { ListenerContext } from './listener-context.ts'
import { http2DiscardMs, maxDiscardedBytes, minBodyProgressBytes, requestTimeout } from './receiving.ts'

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants

/** Whose streams these are. */
export interface Http2StreamOwner {
  readonly facts: ConnectionFacts
  readonly context: ListenerContext
  readonly guard: Http2Guard
  /** The client has half of all streams under way that it may have. */
  readonly isCrowded: boolean
  /** The stream is closed. `isReusable`: both sides had their say, and the object may serve another one. */
  onStreamClosed(stream: Http2ClientStream, isReusable: boolean): void
  /** The client broke a request off, or made us do so. */
  onStreamBroken(): void
  /** Cuts the connection: its client does not even take the end of a stream. */
  destroy(): void
}

/** One request and its response. */
export class Http2ClientStream implements ClientStream {
  readonly head = new RequestHead()
  readonly connection: ConnectionFacts
  /** On the clock of the context's deadlines; whoever owns the stream looks at it. */
  deadline = Infinity
  readonly #owner: Http2StreamOwner
  readonly #context: ListenerContext
  readonly #handler: StreamHandler
  readonly #responses: Http2Responses
  #stream!: ServerHttp2Stream
  /** A request was handed over and its response has not ended. */
  #inFlight = false
  /** The client has sent all it is going to. */
  #inputEnded = false
  #bodyPaused = false
  /** The backend has agreed to a WebSocket: bytes go through both ways for as long as they like. */
  #tunnelling = false
  #continueDue = false
  #receivedBytes = 0
  #progressBytes = 0
  /** Received bytes that are read and dropped before the client is told to stop. */
  #discardedUpTo = 0
  #trailers = ''

  constructor(owner: Http2StreamOwner) {
    this.#owner = owner
    this.#context = owner.context
    this.connection = owner.facts
    this.#responses = new Http2Responses(() => this.#onWritten())
    this.#handler = owner.context.openStream(this)
  }

  /** Takes a stream that has just begun, and its fields: names and values in turn. */
  begin(stream: ServerHttp2Stream, fields: readonly string[]): void {
    this.#stream = stream
    this.#inputEnded = stream.endAfterHeaders
    this.#bodyPaused = false
    this.#tunnelling = false
    this.#continueDue = false
    this.#receivedBytes = 0
    this.#trailers = ''
    this.deadline = Infinity
    stream.on('error', ignore).on('close', this.#onClose)
    const error = readRequestHead(fields, !this.#inputEnded, this.head, this.#context.headLimits)
    this.#owner.guard.noteUseful(this.head.fields.text.length)
    this.#responses.begin(stream, this.head)
    if (error !== undefined) return this.#refuseHead(error)
    this.#start(stream)
  }

  #start(stream: ServerHttp2Stream): void {
    const { head } = this
    this.#inFlight = true
    if (head.hasBody) {
      this.#continueDue = head.expectContinue
      this.#allowBody()
      // A reset without an error closes a stream only when all that came of it has been read.
      stream.on('aborted', this.#onAborted).on('trailers', this.#onTrailers)
      stream.on('data', this.#onData).on('end', this.#onEnd)
    } else if (head.webSocketKey !== '' && !this.#inputEnded) {
      // What the client sends before the backend has agreed waits.
      this.#bodyPaused = true
      stream.pause().on('data', this.#onData).on('end', this.#onEnd)
    } else if (!this.#inputEnded) {
      // An empty frame may still come to end it. A stream that has ended already is left alone: reading it would cost 4 µs.
      stream.on('end', this.#onEmptyEnd).resume()
    }
    try {
      this.#handler.onRequest()
    } catch (error) {
      this.#fail(error)
    }
  }

  // --- reading -----------------------------------------------------------------------------------------------------

  readonly #onData = (piece: Buffer): void => {
    this.#receivedBytes += piece.length
    this.#owner.guard.noteUseful(piece.length)
    if (!this.#inFlight) {
      if (this.#receivedBytes > this.#discardedUpTo) this.#stopBody()
      return
    }
    this.#noteBody(piece.length)
    try {
      if (!this.#handler.onRequestBody(piece) && this.#inFlight) this.pauseBody()
      // What has come together goes on together.
      if (this.#inFlight && this.#stream.readableLength === 0) this.#handler.onRequestFlush()
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #onTrailers = (_: unknown, _flags: number, fields: string[]): void => {
    const trailers = readTrailers(fields, this.head)
    if (typeof trailers === 'string') this.#trailers = trailers
    else this.#failBody('body-malformed', trailers)
  }

  readonly #onEnd = (): void => {
    // Node also says `end` of a stream that was reset or lost: only one that is still open was ended by its client.
    if (this.#stream.closed || this.#stream.destroyed) return
    this.#inputEnded = true
    if (!this.#inFlight) return this.#awaitReader()
    const { framing, contentLength } = this.head
    if (framing === Framing.length && this.#receivedBytes !== contentLength)
      return this.#failBody('body-malformed', messageErrors.truncated)
    this.#allow(Infinity)
    try {
      this.#handler.onRequestEnd(this.#trailers)
      if (this.#inFlight) this.#handler.onRequestFlush()
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #onEmptyEnd = (): void => {
    this.#inputEnded = true
  }

  /** Octets of the body that came and were not taken yet. */
  get unreadBytes(): number {
    return this.#stream.readableLength
  }

  get bodyAtHand(): boolean {
    return this.#stream.readableLength > 0
  }

  get headBytesSent(): number {
    return this.#responses.headBytes
  }

  wantBody(): void {
    if (!this.#continueDue) return
    this.#continueDue = false
    this.#responses.sendInterim({ ':status': 100 })
  }

  pauseBody(): void {
    this.#bodyPaused = true
    this.#stream.pause()
    this.#allow(Infinity)
  }

  resumeBody(): void {
    if (!this.#bodyPaused) return
    this.#bodyPaused = false
    if (this.#inputEnded || this.#stream.destroyed) return
    this.#allowBody()
    this.#stream.resume()
  }

  /** Time in which the body has to come on by a kilobyte, or to its end; how long a tunnel may be idle is its backend's to say. */
  #allowBody(): void {
    this.#progressBytes = 0
    this.#allow(this.#tunnelling ? Infinity : this.#context.timeouts.bodyIdleMs)
  }

  #noteBody(bytes: number): void {
    this.#progressBytes += bytes
    // Once the response has begun, client and backend may talk in pieces as small as they like.
    if (this.#progressBytes >= minBodyProgressBytes || this.#responses.headSent) this.#allowBody()
  }

  /** Time for what the client is to do next; while it has to read first, the time for that runs. */
  #allow(ms: number): void {
    if (!this.#responses.blocked) this.deadline = this.#context.deadlines.after(ms)
  }

  // --- writing -----------------------------------------------------------------------------------------------------

  sendInterim(status: number, _reason: string, lines: string): void {
    this.#responses.sendInterim({ ...renderFieldObject(lines), ':status': status })
  }

  sendHead(head: OutgoingHead): void {
    this.#continueDue = false
    this.#responses.sendHead(head)
  }

  sendBody(chunk: Buffer): boolean {
    this.#owner.guard.noteUseful(chunk.length)
    const isTaken = this.#responses.sendBody(chunk)
    if (!isTaken) this.#awaitReader()
    // Who listens need not say anything meanwhile.
    else if (!this.#inputEnded && !this.#bodyPaused) this.#allowBody()
    return isTaken
  }

  end(trailers: string): void {
    this.#inFlight = false
    // Node counts a stream until its end has been read, or at once when there is nothing to read. A client that opens the next
    // one as soon as it can would meet the limit with both.
    if (this.#inputEnded && this.#owner.isCrowded) this.#stream.readable = false
    this.#responses.end(trailers)
    if (this.#inputEnded) this.#awaitReader()
    else this.#discardBody()
  }

  /**
   * The response was whole before the request. What comes of a short one, as clients of gRPC have sent it already, is read and
   * dropped: some of them lose the response when a reset is right behind it.
   */
  #discardBody(): void {
    this.#discardedUpTo = this.#receivedBytes + maxDiscardedBytes
    this.#awaitReader()
    if (!this.#responses.blocked) this.deadline = this.#context.deadlines.after(http2DiscardMs)
    // A stream that is paused never ends.
    this.#stream.resume()
  }

  /** The client is told that nobody waits for more (RFC 9113 §8.1); that waits for the response to be out. */
  #stopBody(): void {
    this.#awaitReader()
    // What is closed while its response waits could not be cut any more.
    if (this.#stream.writableFinished) this.#close()
    else if (!this.#stream.closed) this.#stream.pause().once('finish', this.#close)
  }

  readonly #close = (): void => this.#stream.close(NGHTTP2_NO_ERROR)

  flush(): void {
    this.#responses.flush()
    if (this.#responses.blocked) this.#awaitReader()
  }

  abort(): void {
    this.#inFlight = false
    // To a WebSocket this is what a reset is to a connection (RFC 8441 §5).
    this.#cut(this.#tunnelling ? NGHTTP2_CANCEL : NGHTTP2_INTERNAL_ERROR)
  }

  /** The connection is about to be cut: its handler is told, and the response does not look whole. */
  cut(): void {
    this.#leave('closed')
    this.#cut(NGHTTP2_INTERNAL_ERROR)
  }

  #cut(code: number): void {
    if (this.#stream.closed || this.#stream.destroyed) return
    this.#awaitReader()
    // Node ends what it closes, with END_STREAM before the reset: half a response would be a whole one.
    this.#stream._final = done => done()
    this.#stream.close(code)
  }

  startTunnel(lines: string): void {
    this.#tunnelling = true
    this.#responses.startTunnel(lines)
    if (this.#inputEnded) this.#handler.onRequestEnd('')
    else this.resumeBody()
  }

  /** The client falls behind: time to take what it was sent. */
  #awaitReader(): void {
    this.deadline = this.#context.deadlines.after(this.#context.timeouts.writeIdleMs)
  }

  #onWritten(): void {
    if (this.#inFlight) {
      this.deadline = Infinity
      if (!this.#inputEnded && !this.#bodyPaused) this.#allowBody()
      this.#handler.onClientDrain()
    }
  }

  // --- the end -----------------------------------------------------------------------------------------------------

  #refuseHead(error: MessageError): void {
    this.#handler.onRequestRefused(error.status, error.reason)
    // Its body is dropped up to the limit for those, as that of any early response.
    if (!this.#inputEnded) this.#stream.on('data', this.#onData).on('end', this.#onEnd)
    this.#refuse(error)
  }

  /** Answers a request that is not HTTP as we speak it. */
  #refuse(error: MessageError): void {
    const { lines, body } = refusalOf(error)
    const { status } = error
    this.#responses.sendHead({ status, reason: '', lines, framing: Framing.none, contentLength: 0 })
    this.#responses.sendBody(Buffer.from(body, 'latin1'))
    this.end('')
  }

  /** The request broke off: its handler is told, the client too if it has not heard anything yet. */
  #failBody(abort: ClientAbort, error: MessageError): void {
    if (!this.#inFlight) return
    this.#breakOff(abort)
    if (abort === 'body-malformed') this.#cut(NGHTTP2_PROTOCOL_ERROR)
    else if (this.#responses.headSent) this.abort()
    else this.#refuse(error)
  }

  /** A bug of ours ends the request, and no other. */
  #fail(error: unknown): void {
    reportBug(error)
    this.abort()
  }

  /** Called now and then while the stream is open; `now`: on the clock of `deadline`. */
  onSweep(now: number): void {
    if (this.#stream.closed) {
      // Node says nothing of a reset without an error until all that came has been read, and who is paused reads nothing.
      this.#breakOff('closed')
      this.#stream.resume()
    }
    if (this.deadline <= now) this.#onDeadline()
  }

  #onDeadline(): void {
    this.deadline = Infinity
    if (this.#stream.closed) {
      this.#owner.destroy()
    } else if (!this.#inFlight && !this.#inputEnded && !this.#responses.blocked && !this.#stream.isPaused()) {
      this.#stopBody()
    } else if (!this.#inFlight || this.#responses.blocked) {
      this.#leave('write-timeout')
      this.#cut(NGHTTP2_INTERNAL_ERROR)
    } else {
      this.#failBody('body-timeout', requestTimeout)
    }
  }

  readonly #onAborted = (): void => {
    this.#breakOff(this.#stream.rstCode === NGHTTP2_PROTOCOL_ERROR ? 'body-malformed' : 'closed')
  }

  readonly #onClose = (): void => {
    const isReusable = !this.#inFlight && this.#stream.rstCode === NGHTTP2_NO_ERROR && this.#inputEnded
    this.#breakOff('closed')
    this.deadline = Infinity
    this.#owner.guard.noteUseful(this.unreadBytes)
    this.#owner.onStreamClosed(this, isReusable)
  }

  /** The client is gone before its response has ended. */
  #leave(abort: ClientAbort): void {
    if (!this.#inFlight) return
    this.#inFlight = false
    try {
      this.#handler.onClientAbort(abort)
    } catch (error) {
      reportBug(error)
    }
  }

  /** The same by the client's own doing. */
  #breakOff(abort: ClientAbort): void {
    if (!this.#inFlight) return
    this.#leave(abort)
    this.#owner.onStreamBroken()
  }
}

/** What is wrong with a stream shows in its code; without a listener it would be an exception. */
function ignore(): void {}
