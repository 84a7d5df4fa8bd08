// Hot path: runs for every request to a backend that is spoken to in HTTP/2.
// One attempt over a stream of an HTTP/2 session: request out, response in, both bodies held back by whoever is slower.
import { type ClientHttp2Stream, constants } from 'node:http2'
import { Framing } from '../http/request-head.ts'
import { ResponseHead } from '../http/response-head.ts'
import { messageErrors } from '../http1/message-error.ts'
import { readResponseHead } from '../http2/read-response-head.ts'
import { readTrailers } from '../http2/read-trailers.ts'
import { renderFields } from '../http2/render-fields.ts'
import type { Deadlined, Deadlines } from '../sockets/deadlines.ts'
import { reportBug } from '../sockets/report-bug.ts'
import type { AttemptFailure } from './attempt-failure.ts'
import type { AttemptTimeouts, EndpointHandler, EndpointStream, OutgoingRequest } from './endpoint-stream.ts'
import { awaitDrain, type Http2Attempt, listenTo, listenToBody } from './http2-attempt-events.ts'
import type { Http2EndpointSession } from './http2-endpoint-session.ts'

const {
  NGHTTP2_CANCEL,
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_FLAG_END_STREAM,
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants

/** More 1xx than this before a final response are refused: they could go on for ever. */
const maxInterimResponses = 16

/** An attempt's stream. Made by a session, which it leaves when it is over. */
export class Http2EndpointStream implements EndpointStream, Http2Attempt, Deadlined {
  deadline = Infinity
  readonly timeouts: AttemptTimeouts
  #session: Http2EndpointSession
  readonly #deadlines: Deadlines
  /** Whether the session had answered before. */
  #reused = false
  readonly #beganAt: number
  readonly #head = new ResponseHead()
  /** Until the attempt is over. */
  #handler: EndpointHandler | undefined
  /** From `sendHead` on. */
  #stream: ClientHttp2Stream | undefined
  #method = ''
  /** Of the request. */
  trailers = ''
  #requestSent = false
  /** Pieces of body wait for the endpoint. */
  #blocked = false
  #paused = false
  #headSeen = false
  /** The endpoint has said that nothing more comes. */
  isWhole = false
  #interimResponses = 0
  #bodyBytes = 0
  #responseTrailers = ''
  #flushDue = false

  constructor(
    session: Http2EndpointSession,
    handler: EndpointHandler,
    timeouts: AttemptTimeouts,
    deadlines: Deadlines,
  ) {
    this.#session = session
    this.#handler = handler
    this.timeouts = timeouts
    this.#deadlines = deadlines
    this.#beganAt = deadlines.now
    deadlines.add(this)
  }

  /** Before it began: another session takes it. */
  moveTo(session: Http2EndpointSession): void {
    this.#session = session
  }

  /** The session is open. */
  begin(): void {
    this.#handler?.onEndpointReady()
  }

  /** The session did not come about. */
  onDialFailure(failure: AttemptFailure): void {
    this.#detach()?.onAttemptFailure(failure, false)
  }

  // --- the request -------------------------------------------------------------------------------------------------

  sendHead(request: OutgoingRequest): void {
    this.#method = request.method
    this.#reused = this.#session.hasAnswered
    this.#requestSent = !request.hasBody
    const fields = this.#fieldsOf(request)
    try {
      const stream = this.#session.request(fields, this.#requestSent, request.mayHaveTrailers)
      this.#stream = stream
      listenTo(stream, this, request.mayHaveTrailers)
    } catch (error) {
      reportBug(error)
      setImmediate(() => this.#fail('internal-error'))
    }
    this.#expectResponse()
  }

  /** Names and values in turn. Where the client named no host the endpoint's own address is named. */
  #fieldsOf({ method, target, host, lines, hasBody, chunked, ...more }: OutgoingRequest): string[] {
    const { endpoint, tls } = this.#session
    const authority = host === '' ? endpoint.key : host
    const scheme = tls === undefined ? 'http' : 'https'
    const fields = [':method', method, ':scheme', scheme, ':authority', authority, ':path', target]
    renderFields(lines, fields)
    if (hasBody && !chunked) fields.push('content-length', String(more.contentLength))
    if (more.acceptsTrailers) fields.push('te', 'trailers')
    return fields
  }

  /** As `ClientStream.sendBody`: on `false` the bytes are needed until `onEndpointDrain`. */
  sendBody(chunk: Buffer): boolean {
    const stream = this.#stream
    if (stream === undefined || stream.closed) return true
    // What fits into the stream's buffer is taken, so it is copied; of what does not, the end is waited for.
    const isTaken = stream.write(chunk.length < stream.writableHighWaterMark ? Buffer.from(chunk) : chunk)
    if (!isTaken && !this.#blocked) {
      this.#blocked = true
      awaitDrain(stream)
      this.deadline = this.#deadlines.after(this.timeouts.sendMs)
    }
    return !this.#blocked
  }

  onDrain(): void {
    if (!this.#blocked) return
    this.#blocked = false
    this.deadline = Infinity
    this.#expectResponse()
    if (!this.#requestSent) this.#handler?.onEndpointDrain()
  }

  endRequest(trailers: string): void {
    this.trailers = trailers
    this.#requestSent = true
    this.#stream?.end()
    this.#expectResponse()
  }

  /** Node sends at the end of a turn what was written in it. */
  flush(): void {}

  /** Sets the time until something has to be read: from when the request is out, and while the client takes what was read. */
  #expectResponse(): void {
    if (this.#requestSent && !this.#blocked && !this.#paused)
      this.deadline = this.#deadlines.after(this.timeouts.readMs)
  }

  // --- the response ------------------------------------------------------------------------------------------------

  onInterim(fields: readonly string[]): void {
    if (this.#handler === undefined) return
    const error = readResponseHead(fields, true, this.#head, this.#method)
    if (error !== undefined || this.#headSeen || ++this.#interimResponses > maxInterimResponses)
      return this.#fail('response-malformed')
    this.#session.noteHeard()
    this.#expectResponse()
    // 100 Continue was asked for by nobody: Expect stops at Portico, which answers it itself.
    if (this.#head.status !== 100) this.#handler.onInterim(this.#head)
  }

  onHead(fields: readonly string[], flags: number): void {
    if (this.#handler === undefined) return
    const bodyFollows = (flags & NGHTTP2_FLAG_END_STREAM) === 0
    const error = readResponseHead(fields, bodyFollows, this.#head, this.#method)
    if (error === messageErrors.tooManyFields) return this.#fail('head-too-large')
    if (error !== undefined || this.#headSeen || this.#head.status < 200)
      return this.#fail('response-malformed')
    this.#headSeen = true
    this.#session.noteHeard()
    this.#session.endpoint.health.noteResponse()
    this.#expectResponse()
    this.#handler.onResponseHead(this.#head)
    // Listening lets the body flow; the handler may have ended the attempt.
    if (this.#handler === undefined) return
    listenToBody(this.#stream!)
    this.#flushSoon()
  }

  onData(chunk: Buffer): void {
    if (this.#handler === undefined) return
    this.#bodyBytes += chunk.length
    this.#session.noteHeard()
    this.#expectResponse()
    if (!this.#handler.onResponseBody(chunk) && this.#handler !== undefined) this.#pauseResponse()
    this.#flushSoon()
  }

  #pauseResponse(): void {
    this.#paused = true
    this.#stream!.pause()
    if (!this.#blocked) this.deadline = Infinity
  }

  resumeResponse(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#expectResponse()
    this.#stream!.resume()
  }

  onTrailers(fields: readonly string[]): void {
    const trailers = readTrailers(fields, this.#head, true)
    if (typeof trailers !== 'string' || !this.#headSeen) this.#fail('response-malformed')
    else this.#responseTrailers = trailers
  }

  /** Head, body and end of a small response come in one turn, and leave in one write. */
  #flushSoon(): void {
    if (this.#flushDue) return
    this.#flushDue = true
    setImmediate(flushResponse, this)
  }

  /** Lets the client have what has come. */
  flushResponse(): void {
    this.#flushDue = false
    this.#handler?.onResponseFlush()
  }

  /** The body is over; whether it is whole, its length and the endpoint's last frame have to say. */
  onEnd(): void {
    if (this.#handler === undefined) return
    const { framing, contentLength } = this.#head
    const isShort = framing === Framing.length && this.#bodyBytes !== contentLength && this.#bodyIsDue
    if (isShort || !this.#headSeen || !this.isWhole) return this.onClose()
    const isSent = this.#requestSent
    const handler = this.#detach()!
    // An answer that came before the request was whole: nobody wants the rest of it.
    if (!isSent) this.#cancel()
    handler.onResponseEnd(this.#responseTrailers)
  }

  /** Whether the length that was announced is that of what is sent (RFC 9110 §8.6). */
  get #bodyIsDue(): boolean {
    return this.#method !== 'HEAD' && this.#head.status !== 304
  }

  // --- the end -----------------------------------------------------------------------------------------------------

  onClose(): void {
    if (this.#handler !== undefined) this.#fail(this.#failureAtClose())
    if (this.#stream!.closed) this.#session.leave(this)
  }

  #failureAtClose(): AttemptFailure {
    const { rstCode, id } = this.#stream!
    if (rstCode === NGHTTP2_REFUSED_STREAM) {
      this.#session.noteRefusal()
      return 'stream-refused'
    }
    if (this.#headSeen) return 'body-truncated'
    if (rstCode === NGHTTP2_ENHANCE_YOUR_CALM && !this.#session.isOver) {
      // The next one would fare no better on it.
      this.#session.retire()
      return 'endpoint-overloaded'
    }
    const failure = this.#session.failureOfLost(id)
    const isOurs = failure === 'reset-before-response' && rstCode === NGHTTP2_PROTOCOL_ERROR
    return isOurs ? 'response-malformed' : failure
  }

  onDeadline(): void {
    this.#session.doubt()
    this.#fail(this.#blocked ? 'send-timeout' : 'response-timeout')
  }

  #fail(failure: AttemptFailure): void {
    const handler = this.#detach()
    if (handler === undefined) return
    this.#cancel()
    // A stream that was reset was not closed for its idleness; one that went down with its session may have been.
    const wasStale = this.#reused && this.#session.isOver
    this.#session.endpoint.noteFailure(failure, wasStale, this.#beganAt)
    handler.onAttemptFailure(failure, wasStale)
  }

  /** Ends the attempt without telling the request: it is the one that wants this. */
  destroy(): void {
    if (this.#detach() !== undefined) this.#cancel()
  }

  /** Node ends what it closes, with END_STREAM before the reset: half a request would be a whole one. */
  #cancel(): void {
    const stream = this.#stream
    if (stream === undefined) return this.#session.leave(this)
    // Node closes what is over only when all of it has been read, which nobody does any more.
    if (stream.closed) {
      stream.destroy()
      return
    }
    if (!this.#requestSent) stream._final = done => done()
    stream.close(NGHTTP2_CANCEL)
    stream.resume()
    this.#session.noteCancelled()
  }

  /** Parts from the handler: it hears nothing more. */
  #detach(): EndpointHandler | undefined {
    const handler = this.#handler
    this.#handler = undefined
    this.deadline = Infinity
    this.#deadlines.delete(this)
    return handler
  }
}

function flushResponse(stream: Http2EndpointStream): void {
  stream.flushResponse()
}
