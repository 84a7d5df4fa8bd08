// Hot path: runs for every request.
// A request on its way to an endpoint and its response on the way back: what is done at each event of its two connections.
// Attempts, bodies both ways, tunnels, and what follows when either side fails. Which backend it goes to is decided in
// handle-request.ts.
import type { ClientAbort, StreamHandler } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import type { AttemptFailure } from '../upstreams/attempt-failure.ts'
import type { EndpointHandler, EndpointStream } from '../upstreams/endpoint-stream.ts'
import type { UpstreamState } from '../upstreams/upstream-state.ts'
import { failureFacts, type ProxyFailure } from './failure.ts'
import { handleRequest } from './handle-request.ts'
import { renderRequestHead } from './request-lines.ts'
import { RequestState } from './request-state.ts'
import { respond } from './respond.ts'
import { renderInterimLines, renderResponseLines } from './response-lines.ts'

/** ingress-nginx's proxy-next-upstream-tries. */
const maxAttempts = 3

/** RFC 9110 §9.2.2; TRACE is not forwarded. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

const abortStatus: Readonly<Record<ClientAbort, number>> = {
  closed: 499,
  'write-timeout': 499,
  'body-malformed': 400,
  'body-timeout': 408,
}

/** The requests of one client stream, from head to last byte. */
export class Exchange extends RequestState implements StreamHandler, EndpointHandler {
  #upstream: UpstreamState | undefined
  /** The connection of the attempt under way. */
  #attempt: EndpointStream | undefined

  // --- the request arrives -------------------------------------------------------------------------------------------

  onRequest(): void {
    this.reset()
    const own = handleRequest(this, this.proxy.live, this.proxy.random)
    if (own !== undefined) return respond(this, own)
    this.#upstream = this.proxy.upstreams.stateOf(this.backend!.upstream!)
    this.#tryNext()
  }

  onRequestBody(chunk: Buffer): boolean {
    this.requestBodyBytes += chunk.length
    // Without a connection the response is decided already: what still comes is dropped by the listener.
    if (this.#attempt === undefined) return true
    if (this.tunnelling || this.requestBodyBytes <= this.maxBodyBytes) return this.#attempt.sendBody(chunk)
    this.#dropAttempt()
    this.#fail('body-too-large')
    return true
  }

  onRequestEnd(trailers: string): void {
    this.requestEnded = true
    this.requestTrailers = trailers
    this.#attempt?.endRequest(trailers)
  }

  onRequestFlush(): void {
    this.#attempt?.flush()
  }

  onClientDrain(): void {
    this.#attempt?.resumeResponse()
  }

  onClientAbort(reason: ClientAbort): void {
    this.status ||= abortStatus[reason]
    this.cause = `client-${reason}`
    this.#dropAttempt()
    this.finish()
  }

  // --- it goes out ---------------------------------------------------------------------------------------------------

  /** Sends the request to the next endpoint that has not been tried, over an idle connection if there is one. */
  #tryNext(): void {
    const endpoint = this.#upstream?.pick(this.clientAddress, this.tried)
    if (endpoint === undefined) return this.#fail('no-endpoint')
    this.tried = this.tried.length === 0 ? [endpoint] : [...this.tried, endpoint]
    this.#attempt = endpoint.takeIdle(this, this.policies.timeouts)
    if (this.#attempt === undefined) this.#connect()
    else this.#send(this.#attempt)
  }

  /** Opens a new connection to the endpoint tried last; the body waits so that a refused attempt can be made elsewhere. */
  #connect(): void {
    if (this.stream.head.hasBody) this.stream.pauseBody()
    this.#attempt = this.tried.at(-1)!.connect(this, this.policies.timeouts)
  }

  onEndpointReady(): void {
    this.#send(this.#attempt!)
  }

  #send(attempt: EndpointStream): void {
    const { head } = this.stream
    if (this.startedAt !== 0) this.attemptStartedAt = performance.now()
    attempt.sendHead({
      headText: renderRequestHead(this),
      method: head.method,
      chunked: head.framing === Framing.chunked,
      hasBody: head.hasBody,
      upgrade: head.upgrade,
    })
    if (!head.hasBody) return
    // A repeated request whose empty chunked body has come already: no event will end it once more.
    if (this.requestEnded) return attempt.endRequest(this.requestTrailers)
    if (!this.stream.bodyAtHand) attempt.flush()
    this.stream.wantBody()
    this.stream.resumeBody()
  }

  onEndpointDrain(): void {
    this.stream.resumeBody()
  }

  // --- the response comes back ---------------------------------------------------------------------------------------

  onInterim(head: ResponseHead): void {
    this.stream.sendInterim(head.status, head.reason, renderInterimLines(head.fields))
    this.stream.flush()
  }

  onResponseHead(head: ResponseHead): void {
    this.#noteHead(head.status)
    this.stream.sendHead({
      status: head.status,
      reason: head.reason,
      lines: renderResponseLines(head, this),
      framing: head.framing,
      contentLength: head.contentLength,
    })
  }

  /** The backend switched protocols: from here on bytes go through both ways, whatever they mean. */
  onUpgrade(head: ResponseHead): void {
    this.#noteHead(head.status)
    this.tunnelling = true
    const lines = renderResponseLines(head, this)
    this.stream.startTunnel(`${lines}Upgrade: ${head.upgrade}\r\n`)
  }

  #noteHead(status: number): void {
    this.headSent = true
    this.status = status
    this.upstreamStatus = status
  }

  onResponseBody(chunk: Buffer): boolean {
    this.responseBodyBytes += chunk.length
    return this.stream.sendBody(chunk)
  }

  onResponseFlush(): void {
    this.stream.flush()
  }

  onResponseEnd(trailers: string): void {
    this.#attempt = undefined
    this.finish()
    this.stream.end(trailers)
  }

  // --- something fails -----------------------------------------------------------------------------------------------

  /** Try elsewhere, try again, answer, or cut the response, whichever is still honest. */
  onAttemptFailure(failure: AttemptFailure, wasReused: boolean): void {
    this.#attempt = undefined
    const { retry } = failureFacts[failure]
    if (!this.headSent && retry === 'elsewhere' && this.#canTryElsewhere()) this.#tryNext()
    else if (!this.headSent && retry === 'if-repeatable' && this.#isRepeatable(wasReused)) this.#connect()
    else this.#fail(failure)
  }

  #canTryElsewhere(): boolean {
    const endpoints = this.#upstream?.endpoints ?? []
    return this.tried.length < maxAttempts && endpoints.some(endpoint => !this.tried.includes(endpoint))
  }

  /**
   * A backend may close an idle connection just as a request goes out. Repeated once, over a new connection, if the method
   * is idempotent and nothing of the body has been passed on (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
   */
  #isRepeatable(wasReused: boolean): boolean {
    return wasReused && this.requestBodyBytes === 0 && idempotentMethods.has(this.method)
  }

  #fail(failure: ProxyFailure): void {
    if (!this.headSent) return respond(this, { kind: 'failure', failure, reason: undefined })
    // The client has part of a response: the only honest signal left is to break it off visibly.
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
  }
}
