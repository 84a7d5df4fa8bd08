// Hot path: runs for every request.
// One request and its response: everything that is known of it while it lasts, and the events of its two connections.
// What happens is decided in handle-request.ts and forward.ts; this file only holds state and passes events on. One object
// serves all requests of an HTTP/1.1 connection, one after the other.
import type { ClientAbort, ClientStream, StreamHandler } from '../http/client-stream.ts'
import { cookieValue } from '../http/cookies.ts'
import { FieldKind } from '../http/field-kind.ts'
import type { ResponseHead } from '../http/response-head.ts'
import type { RequestFacts } from '../policies/request-facts.ts'
import type { Backend, Route } from '../routing/table.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { Http1Upstream } from '../upstreams/http1-upstream.ts'
import type { UpstreamFailure } from '../upstreams/upstream-failure.ts'
import type { UpstreamHandler } from '../upstreams/upstream-handler.ts'
import type { UpstreamState } from '../upstreams/upstream-state.ts'
import { recordOf } from './access-record.ts'
import {
  finishResponse,
  sendInterim,
  sendRequest,
  sendRequestBody,
  sendRequestEnd,
  sendResponseHead,
  startTunnel,
  takeUpstreamFailure,
} from './forward.ts'
import { handleRequest } from './handle-request.ts'
import type { ProxyContext } from './proxy-context.ts'

const none: readonly EndpointState[] = Object.freeze([])

export class Exchange implements StreamHandler, UpstreamHandler, RequestFacts {
  readonly proxy: ProxyContext
  readonly stream: ClientStream

  // What was decided.
  path = ''
  route: Route | undefined
  hostHasTls = false
  backend: Backend | undefined
  isCanary = false
  /** The target sent on: as received, or rewritten. */
  upstreamTarget = ''
  maxBodyBytes = Infinity

  // The attempt under way.
  upstreamState: UpstreamState | undefined
  upstream: Http1Upstream | undefined
  tried: readonly EndpointState[] = none
  /** Whether the failed attempt went over a connection that had served others before. */
  lastAttemptReused = false

  // How far it has come.
  responseStarted = false
  tunnelling = false
  requestBodyBytes = 0
  responseBodyBytes = 0
  status = 0
  upstreamStatus = 0
  cause = ''
  startedAt = 0
  attemptStartedAt = 0
  #requestId = ''

  constructor(proxy: ProxyContext, stream: ClientStream) {
    this.proxy = proxy
    this.stream = stream
  }

  #reset(): void {
    this.path = ''
    this.route = undefined
    this.hostHasTls = false
    this.backend = undefined
    this.isCanary = false
    this.upstreamTarget = ''
    this.maxBodyBytes = Infinity
    this.upstreamState = undefined
    this.upstream = undefined
    this.tried = none
    this.lastAttemptReused = false
    this.responseStarted = false
    this.tunnelling = false
    this.requestBodyBytes = 0
    this.responseBodyBytes = 0
    this.status = 0
    this.upstreamStatus = 0
    this.cause = ''
    this.startedAt = this.proxy.onFinished === undefined ? 0 : performance.now()
    this.attemptStartedAt = 0
    this.#requestId = ''
  }

  // --- RequestFacts: what policies may ask ---------------------------------------------------------------------------

  get method(): string {
    return this.stream.head.method
  }
  get secure(): boolean {
    return this.stream.connection.secure
  }
  get host(): string {
    return this.stream.head.host
  }
  get authority(): string {
    return this.stream.head.authority
  }
  get target(): string {
    return this.stream.head.target
  }
  get clientAddress(): string {
    return this.stream.connection.clientAddress
  }
  get httpsPort(): number {
    return this.proxy.httpsPort
  }
  header(name: string): string | undefined {
    return this.stream.head.fields.get(name)
  }
  cookie(name: string): string | undefined {
    const { fields } = this.stream.head
    for (let i = fields.findKind(FieldKind.cookie); i !== -1; i = fields.findKind(FieldKind.cookie, i + 1)) {
      const value = cookieValue(fields.value(i), name)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** The client's X-Request-ID, else one of ours; the same for all attempts. */
  get requestId(): string {
    if (this.#requestId === '') {
      const index = this.stream.head.fields.findKind(FieldKind.requestId)
      const own = index === -1 ? '' : this.stream.head.fields.value(index)
      this.#requestId = own === '' ? this.proxy.requestIds.next() : own
    }
    return this.#requestId
  }

  // --- StreamHandler: events of the client's side --------------------------------------------------------------------

  onRequest(): void {
    this.#reset()
    handleRequest(this)
  }

  onRequestBody(chunk: Buffer): boolean {
    return sendRequestBody(this, chunk)
  }

  onRequestEnd(): void {
    sendRequestEnd(this)
  }

  onRequestFlush(): void {
    this.upstream?.flush()
  }

  onClientDrain(): void {
    this.upstream?.resumeResponse()
  }

  onClientAbort(reason: ClientAbort): void {
    this.status ||= reason === 'body-timeout' ? 408 : reason === 'body-malformed' ? 400 : 499
    this.cause = `client-${reason}`
    this.dropUpstream()
    this.finish()
  }

  // --- UpstreamHandler: events of the backend's side -----------------------------------------------------------------

  onUpstreamConnected(): void {
    sendRequest(this)
  }

  onInterim(head: ResponseHead): void {
    sendInterim(this, head)
  }

  onResponseHead(head: ResponseHead): void {
    sendResponseHead(this, head)
  }

  onUpgrade(head: ResponseHead): void {
    startTunnel(this, head)
  }

  onResponseBody(chunk: Buffer): boolean {
    this.responseBodyBytes += chunk.length
    return this.stream.sendBody(chunk)
  }

  onResponseEnd(): void {
    this.upstream = undefined
    finishResponse(this)
  }

  onResponseFlush(): void {
    this.stream.flush()
  }

  onUpstreamDrain(): void {
    this.stream.resumeBody()
  }

  onUpstreamFailure(failure: UpstreamFailure): void {
    this.lastAttemptReused = this.upstream?.reused === true
    this.upstream = undefined
    takeUpstreamFailure(this, failure)
  }

  /** Gives up the backend connection; it is closed, because nobody knows what still comes over it. */
  dropUpstream(): void {
    const { upstream } = this
    this.upstream = undefined
    upstream?.destroy()
  }

  /** The request is over, one way or the other. */
  finish(): void {
    if (this.proxy.onFinished !== undefined) this.proxy.onFinished(recordOf(this))
  }
}
