// Hot path: runs for every request.
// A request on its way to an endpoint and its response on the way back: what is done at each event of its two connections.
// Attempts, bodies both ways, tunnels, and what follows when either side fails; handle-request.ts decides whom it goes to.
import type { ClientAbort, OutgoingHead, StreamHandler } from '../http/client-stream.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { conditionOfStatus } from '../policies/backends/next-upstream.ts'
import type { RequestTap } from '../policies/request-tap.ts'
import { reportBug } from '../sockets/report-bug.ts'
import type { AttemptFailure } from '../upstreams/attempt-failure.ts'
import { EndpointState } from '../upstreams/endpoint-state.ts'
import type { EndpointHandler, EndpointStream } from '../upstreams/endpoint-stream.ts'
import { Attempts } from './attempts.ts'
import type { BodyFilter, BodySink, BodySource } from './body-filter.ts'
import { BufferedBody, type BufferedBodyOwner } from './buffered-body.ts'
import { askForPage, causeOf, challengeOf, findPageMaker, pageMissing, statusOf } from './error-backend.ts'
import { abortStatus, failureFacts, type ProxyFailure } from './failure.ts'
import { startGrpcDeadline } from './grpc-deadline.ts'
import { handleRequest, type OwnResponse } from './handle-request.ts'
import { openFilters } from './open-filters.ts'
import { openTapsOf } from './open-taps.ts'
import { recordRefusal } from './record-of.ts'
import { renderRequest, sentTrailers } from './request-lines.ts'
import { RequestState } from './request-state.ts'
import { respond } from './respond.ts'
import { renderInterimLines, renderResponseLines } from './response-lines.ts'
import { breaksHandshake } from './web-socket-handshake.ts'

/** The requests of one client stream, from head to last byte. */
export class Exchange
  extends RequestState
  implements StreamHandler, EndpointHandler, BodySource, BodySink, BufferedBodyOwner
{
  readonly #attempts = new Attempts(this)
  /** The connection of the attempt under way. */
  #attempt: EndpointStream | undefined
  /** The decision that is waited for. */
  #pending: Promise<OwnResponse | undefined> | undefined
  /** What response bodies go through on their way to the client. */
  #filter: BodyFilter | undefined
  /** Who reads the request along. */
  #taps: readonly RequestTap[] | undefined

  // --- the request arrives -------------------------------------------------------------------------------------------

  onRequest(): void {
    this.reset()
    this.#taps = undefined
    if (this.version === '2.0') this.grpcDeadline = startGrpcDeadline(this, () => this.#expire())
    const own = handleRequest(this, this.proxy)
    if (own instanceof Promise) this.#await(own)
    else this.#actOn(own)
  }

  /** Somebody needs time to admit the request; its body waits meanwhile. */
  #await(pending: Promise<OwnResponse | undefined>): void {
    this.times.wait()
    this.#pending = pending
    if (this.stream.head.hasBody) this.stream.pauseBody()
    pending.then(
      own => this.#onDecided(pending, () => this.#actOn(own)),
      error => {
        reportBug(error)
        this.#onDecided(pending, () => this.#fail('internal-error'))
      },
    )
  }

  /** A client that left in the meantime is not waited for any more. */
  #onDecided(pending: Promise<OwnResponse | undefined>, act: () => void): void {
    if (this.#pending !== pending) return
    this.#pending = undefined
    try {
      act()
    } catch (error) {
      reportBug(error)
      this.#breakOff('internal-error')
    }
  }

  #actOn(own: OwnResponse | undefined): void {
    if (own !== undefined) return this.#answer(own)
    if (this.stream.head.hasBody && this.wantsWholeBody) return this.#buffer()
    this.#begin()
  }

  #begin(): void {
    const endpoint = this.#attempts.begin()
    if (!(endpoint instanceof EndpointState)) return this.#answer(endpoint)
    this.#taps ??= openTapsOf(this)
    this.#tryAt(endpoint)
  }

  /** Reads the body whole; its end goes on. */
  #buffer(): void {
    this.times.wait()
    this.#taps = openTapsOf(this)
    this.bufferedBody = new BufferedBody(this, this.policies.requestBuffering.memoryBytes)
    this.stream.wantBody()
    this.stream.resumeBody()
  }

  onBodyKept(): void {
    this.stream.resumeBody()
  }

  onBodyLost(): void {
    this.#fail('body-not-kept')
  }

  onRequestBody(chunk: Buffer): boolean {
    this.requestBodyBytes += chunk.length
    // Without a connection the response is decided already: what still comes is dropped by the listener.
    if (this.asksForPage || (this.#attempt ?? this.bufferedBody) === undefined) return true
    if (this.tunnelling || this.requestBodyBytes <= this.maxBodyBytes) {
      this.#attempts.keptBody?.add(chunk)
      if (this.#taps !== undefined) for (const tap of this.#taps) tap.onBody(chunk)
      return this.bufferedBody === undefined ? this.#attempt!.sendBody(chunk) : this.bufferedBody.add(chunk)
    }
    this.#fail('body-too-large')
    return true
  }

  onRequestEnd(trailers: string): void {
    this.requestEnded = true
    this.requestTrailers = sentTrailers(this, trailers)
    if (this.asksForPage) return
    if (this.#taps !== undefined) for (const tap of this.#taps) tap.onEnd()
    if (this.bufferedBody === undefined) this.#attempt?.endRequest(this.requestTrailers)
    else this.#begin()
  }

  onRequestFlush(): void {
    this.#attempt?.flush()
  }

  onClientDrain(): void {
    if (this.#filter !== undefined) this.#filter.onSinkDrain()
    else this.#attempt?.resumeResponse()
  }

  onClientAbort(reason: ClientAbort): void {
    this.status ||= abortStatus[reason]
    this.cause = `client-${reason}`
    this.proxy.counters.clientAborts.add(reason)
    this.#pending = undefined
    this.#dropAttempt()
    this.finish()
  }

  onRequestRefused(status: number, reason: string): void {
    recordRefusal(this, status, reason)
  }

  // --- it goes out ---------------------------------------------------------------------------------------------------

  /** Sends the request to an endpoint, over an idle connection if there is one. */
  #tryAt(endpoint: EndpointState): void {
    this.tried = this.tried.length === 0 ? [endpoint] : [...this.tried, endpoint]
    this.#attempts.note()
    this.#attempt = endpoint.takeIdle(this, this.policies.timeouts)
    if (this.#attempt === undefined) this.#connect()
    else this.#send(this.#attempt)
  }

  /** Opens a new connection to the endpoint tried last; the body waits so that a refused attempt can be made elsewhere. */
  #connect(): void {
    if (!this.proxy.upstreams.makeRoom()) return this.onAttemptFailure('local-limit', false)
    if (this.stream.head.hasBody && !this.requestEnded) this.stream.pauseBody()
    this.#attempt = this.tried.at(-1)!.connect(this, this.policies.timeouts)
  }

  onEndpointReady(): void {
    this.times.noteConnected()
    this.#send(this.#attempt!)
  }

  #send(attempt: EndpointStream): void {
    this.#attempts.hold?.end()
    attempt.sendHead(renderRequest(this))
    if (!this.sendsBody) return
    if (this.bufferedBody !== undefined)
      return this.bufferedBody.sendTo(attempt, () => this.#attempt === attempt)
    const isTaken = this.requestBodyBytes === 0 || attempt.sendBody(this.#attempts.keptBody!.read())
    // A repeated request whose body has come already: no event will end it once more.
    if (this.requestEnded) return attempt.endRequest(this.requestTrailers)
    if (!isTaken) return this.stream.pauseBody()
    if (!this.stream.bodyAtHand) attempt.flush()
    this.stream.wantBody()
    this.stream.resumeBody()
  }

  onEndpointDrain(): void {
    if (this.bufferedBody === undefined || this.tunnelling) this.stream.resumeBody()
    else this.bufferedBody.goOn()
  }

  // --- the response comes back ---------------------------------------------------------------------------------------

  onInterim(head: ResponseHead): void {
    this.#attempts.interimSent = true
    this.stream.sendInterim(head.status, head.reason, renderInterimLines(head.fields))
    this.stream.flush()
  }

  onResponseHead(head: ResponseHead): void {
    if (head.fields.text.length > this.policies.responseBuffers.maxHeadBytes)
      return this.#distrust('head-too-large')
    if (breaksHandshake(this.stream.head, head)) return this.#distrust('switch-refused')
    this.#attempts.visit?.noteHead(head.status, this.proxy.deadlines.now)
    if (head.status >= 400) {
      if (this.#passesOver(head.status)) return
      if (this.#replaces(head.status, '', () => head.fields.get('www-authenticate'))) return
    }
    this.#noteHead(head.status)
    const outgoing: OutgoingHead = {
      status: head.status,
      reason: head.reason,
      lines: renderResponseLines(head, this),
      framing: head.framing,
      contentLength: head.contentLength,
    }
    const filtered =
      this.handling.moments.filtering.length === 0 ? undefined : openFilters(this, outgoing, this)
    this.#filter = filtered?.filter
    // What a filter holds back comes later.
    if (filtered !== undefined) this.times.endTurn()
    this.sendResponseHead(filtered?.head ?? outgoing)
  }

  /** The backend switched protocols: from here on bytes go through both ways, whatever they mean. */
  onUpgrade(head: ResponseHead): void {
    if (breaksHandshake(this.stream.head, head)) return this.#distrust('switch-refused')
    this.#attempts.visit?.noteHead(head.status, this.proxy.deadlines.now)
    this.#noteHead(head.status)
    this.tunnelling = true
    const lines = renderResponseLines(head, this)
    this.stream.startTunnel(`${lines}Upgrade: ${head.upgrade}\r\n`)
  }

  /** The head of a response says that the rest is not worth reading. */
  #distrust(failure: AttemptFailure): void {
    this.#attempt?.destroy()
    this.onAttemptFailure(failure, false)
  }

  #noteHead(status: number): void {
    const { times } = this
    times.noteHead()
    this.tried.at(-1)!.noteResponseTime(times.head - times.attempt)
    this.#attempts.keptBody = undefined
    this.headSent = true
    this.status = status
    this.upstreamStatus = status
  }

  onResponseBody(chunk: Buffer): boolean {
    return this.#filter === undefined ? this.sendBody(chunk) : this.#filter.sendBody(chunk)
  }

  onResponseFlush(): void {
    this.times.endTurn()
    if (this.#filter === undefined) this.stream.flush()
    else this.#filter.flush()
  }

  onResponseEnd(trailers: string): void {
    this.#attempt = undefined
    if (this.#filter === undefined) this.endBody(trailers)
    else this.#filter.endBody(trailers)
  }

  // --- the end of the way of a body, behind its filters if there are any ---------------------------------------------

  sendBody(chunk: Buffer): boolean {
    this.responseBodyBytes += chunk.length
    return this.stream.sendBody(chunk)
  }

  flush(): void {
    this.stream.flush()
  }

  endBody(trailers: string): void {
    this.#filter = undefined
    this.finish()
    this.stream.end(trailers)
  }

  onBodyDrain(): void {
    this.#attempt?.resumeResponse()
  }

  onBodyFailure(): void {
    this.#fail('internal-error')
  }

  // --- something fails -----------------------------------------------------------------------------------------------

  /** Try elsewhere, try again, answer, or cut the response, whichever is still honest. */
  onAttemptFailure(failure: AttemptFailure, wasReused: boolean): void {
    this.#attempt = undefined
    const { status, next, unsent } = failureFacts[failure]
    this.proxy.counters.failedAttempts.add(failure)
    this.#attempts.visit?.noteFailure(failure, this.proxy.deadlines.now)
    this.recordFailedAttempt(failure, this.headSent ? this.upstreamStatus : status)
    if (failure === 'local-limit') this.proxy.upstreams.closeIdle()
    if (this.headSent || next === 'never') return this.#fail(failure)
    const endpoint = this.#attempts.next(next, unsent)
    if (endpoint !== undefined) {
      this.proxy.counters.retries.add(failure)
      this.#tryAt(endpoint)
    } else if (this.#attempts.repeatsAfter(failure, wasReused)) {
      this.#repeat()
    } else if (!this.#attempts.waitsAfter(failure, () => this.#tryAgain())) {
      this.#fail(failure)
    }
  }

  /** A request that waits for its backend looks whether it is back. */
  #tryAgain(): void {
    const endpoint = this.#attempts.again()
    if (endpoint === undefined) this.#fail('no-endpoint')
    else this.#tryAt(endpoint)
  }

  /** A backend may close an idle connection just as a request goes out: once more, over a new one (RFC 9112 §9.3.1). */
  #repeat(): void {
    this.proxy.counters.retries.add('stale-connection')
    this.#attempts.note()
    this.#connect()
  }

  /** Whether a response of this status is dropped because another endpoint may have a better one. */
  #passesOver(status: number): boolean {
    // Whoever answers for an error answers with its status.
    const condition = this.errorStatus === 0 ? conditionOfStatus(status) : undefined
    const endpoint = condition === undefined ? undefined : this.#attempts.next(condition)
    if (endpoint === undefined) return false
    this.#dropAttempt()
    this.recordFailedAttempt(condition!, status)
    this.proxy.counters.retries.add(condition!)
    this.#tryAt(endpoint)
    return true
  }

  /** Ends the request with a response of ours, unless a page of somebody else takes its place. */
  #answer(own: OwnResponse): void {
    if (!this.#replaces(statusOf(own), causeOf(own), () => challengeOf(own))) respond(this, own)
  }

  /** Whether an error response is replaced (custom-http-errors); then its page is asked for. `cause`: why it is ours. */
  #replaces(status: number, cause: string, challenge: () => string | undefined): boolean {
    const maker = findPageMaker(this, status, cause !== '')
    if (maker === undefined) return false
    this.cause = cause
    const words = challenge()
    if (this.#attempt !== undefined) this.recordFailedAttempt('replaced', status)
    this.#dropAttempt()
    if (maker === 'none') {
      respond(this, pageMissing(status))
      return true
    }
    askForPage(this, maker, status, words)
    const endpoint = this.#attempts.begin()
    if (endpoint instanceof EndpointState) this.#tryAt(endpoint)
    else this.#answer(endpoint)
    return true
  }

  /** The client waits no longer. */
  #expire(): void {
    this.#pending = undefined
    this.#fail('deadline-exceeded')
  }

  #fail(failure: ProxyFailure): void {
    this.#attempts.keptBody = undefined
    this.#dropAttempt()
    if (!this.headSent) return this.#answer({ kind: 'failure', failure, reason: undefined })
    // The client has part of a response: the only honest signal left is to break it off visibly.
    this.#breakOff(failure)
  }

  #breakOff(failure: ProxyFailure): void {
    this.cause = failure
    this.#dropAttempt()
    this.finish()
    this.stream.abort()
  }

  /** Gives up the backend connection; it is closed, because nobody knows what still comes over it. */
  #dropAttempt(): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    attempt?.destroy()
    this.#filter?.destroy()
    this.#filter = undefined
  }
}
