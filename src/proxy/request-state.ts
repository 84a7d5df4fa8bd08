// Hot path: runs for every request.
// Everything that is known of one request while it lasts. It decides and does nothing; one object serves all requests of
// an HTTP/1.1 connection, one after the other.
import type { ClientStream, OutgoingHead } from '../http/client-stream.ts'
import { cookieValue } from '../http/cookies.ts'
import { FieldKind } from '../http/field-kind.ts'
import { type MaxForwards, readMaxForwards } from '../http/max-forwards.ts'
import { Framing, type HttpVersion } from '../http/request-head.ts'
import type { TlsFacts } from '../http/tls-facts.ts'
import { hasPassed } from '../http/via.ts'
import type { Admitted } from '../policies/admission.ts'
import type { RoutePolicies } from '../policies/all.ts'
import { editRequest } from '../policies/ask.ts'
import { type ResolvedClient, resolveClient } from '../policies/clients/forwarded-headers.ts'
import { defaultHandling, type Handling } from '../policies/handling.ts'
import type { Backend, Canary, Route } from '../routing/table.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import { Admissions } from './admissions.ts'
import { type AttemptRecord, attemptRecordOf } from './attempt-record.ts'
import type { BufferedBody } from './buffered-body.ts'
import { countRequest } from './count-request.ts'
import { type ErrorDetails, type ErrorPage, renderErrorPage } from './error-page.ts'
import type { ProxyFailure } from './failure.ts'
import { ForwardedLines } from './forwarded-lines.ts'
import type { GrpcDeadline } from './grpc-deadline.ts'
import type { DecidableRequest } from './handle-request.ts'
import type { ProxyContext } from './proxy-context.ts'
import { publicReason } from './public-reason.ts'
import { recordOf } from './record-of.ts'
import { RequestEdits } from './request-edits.ts'
import { sentFields } from './request-lines.ts'
import { RequestTimes } from './request-times.ts'
import type { RequestTrace } from './request-trace.ts'
import { sentField } from './sent-field.ts'

const none: readonly never[] = Object.freeze([])

/** One request: its facts for policies, what was decided about it, and how far it has come. */
export class RequestState implements DecidableRequest {
  readonly proxy: ProxyContext
  readonly stream: ClientStream
  readonly forwardedLines = new ForwardedLines()
  readonly times = new RequestTimes()

  // What was decided.
  path = ''
  route: Route | undefined
  handling: Handling = defaultHandling
  hostHasTls = false
  backend: Backend | undefined
  canary: Canary | undefined
  upstreamTarget = ''
  captures: readonly string[] = none
  errorStatus = 0
  maxBodyBytes = Infinity
  /** Set when somebody had to admit the request. */
  admissions: Admissions | undefined

  // How far it has come.
  newStay = ''
  /** It is the error backend that is asked now, for a page; the client's body stays with us. */
  asksForPage = false
  /** Endpoints tried so far, the last one being asked now. */
  tried: readonly EndpointState[] = none
  failedAttempts: readonly AttemptRecord[] = none
  /** The client has sent its whole request. */
  requestEnded = false
  /** Trailer lines that came at the end of the request, for a repetition of it. */
  requestTrailers = ''
  /** The client has been sent the head of its response. */
  headSent = false
  tunnelling = false
  requestBodyBytes = 0
  /** Set when the body is read whole before a backend is asked. */
  bufferedBody: BufferedBody | undefined
  /** Set where the client gave its request a time. */
  grpcDeadline: GrpcDeadline | undefined
  responseBodyBytes = 0
  /** What the client was told; 499 when it left before, 101 for a WebSocket also where HTTP/2 says 200. 0 so far. */
  status = 0
  /** What the backend said; 0 so far. */
  upstreamStatus = 0
  /** Why Portico answered itself or cut the response; empty for neither. */
  cause = ''
  /** Name of the policy that answered in the backend's place; empty where none did. */
  answeredBy = ''
  /** Who the client is, and how it came, by what trusted proxies say; `undefined` where nobody's word is asked for. */
  client: ResolvedClient | undefined
  #requestId = ''
  /** What the client was sent; kept only where somebody asks for its fields. */
  #sentHead: OutgoingHead | undefined
  #trace: RequestTrace | undefined

  constructor(proxy: ProxyContext, stream: ClientStream) {
    this.proxy = proxy
    this.stream = stream
  }

  /** Forgets the last request: the stream has read the head of the next. */
  protected reset(): void {
    this.path = ''
    this.route = undefined
    this.handling = defaultHandling
    this.hostHasTls = false
    this.backend = undefined
    this.canary = undefined
    this.upstreamTarget = ''
    this.captures = none
    this.errorStatus = 0
    this.asksForPage = false
    this.maxBodyBytes = Infinity
    this.admissions = undefined
    this.newStay = ''
    this.tried = none
    this.failedAttempts = none
    this.requestEnded = false
    this.requestTrailers = ''
    this.headSent = false
    this.tunnelling = false
    this.requestBodyBytes = 0
    this.responseBodyBytes = 0
    this.grpcDeadline = undefined
    this.status = 0
    this.upstreamStatus = 0
    this.cause = ''
    this.answeredBy = ''
    this.times.begin()
    this.proxy.counters.requestsBegun++
    this.#requestId = ''
    this.#sentHead = undefined
    this.#trace = undefined
    this.client = this.#resolveClient()
  }

  /** Whether a canary took the request; error pages are no canary's. */
  get isCanary(): boolean {
    return this.canary !== undefined
  }

  #resolveClient(): ResolvedClient | undefined {
    const settings = this.proxy.live.table.unclaimed.policies.forwardedHeaders
    if (!settings.useForwardedHeaders && !settings.enableRealIp) return undefined
    const { connection, head } = this.stream
    return resolveClient(settings, {
      connection,
      authority: head.authority,
      list: lowerName => head.fields.join(lowerName),
    })
  }

  get method(): string {
    return this.stream.head.method
  }
  get secure(): boolean {
    return this.client === undefined ? this.stream.connection.secure : this.client.scheme === 'https'
  }
  get tls(): TlsFacts | undefined {
    return this.stream.connection.tls
  }
  get host(): string {
    return this.stream.head.host
  }
  get publicHost(): string {
    return this.client?.publicHost ?? this.stream.head.host
  }
  get authority(): string {
    return this.client === undefined ? this.stream.head.authority : this.client.authority
  }
  get target(): string {
    return this.stream.head.target
  }
  get contentLength(): number {
    return this.stream.head.contentLength
  }
  get version(): HttpVersion {
    return this.stream.head.version
  }
  get scheme(): 'http' | 'https' {
    return this.secure ? 'https' : 'http'
  }
  get clientAddress(): string {
    return this.client === undefined ? this.stream.connection.clientAddress : this.client.address
  }
  get localPort(): number {
    return this.stream.connection.localPort
  }
  get httpsPort(): number {
    // Which port leads to the proxy that was asked for another host is not known here.
    return this.client?.publicHost === undefined ? this.proxy.httpsPort : 443
  }
  /** Whether the backend gets the body of the client. */
  get sendsBody(): boolean {
    return this.stream.head.hasBody && !this.asksForPage
  }
  /** Whether it goes out in chunks: as it came, unless its length has become known. */
  get sendsChunks(): boolean {
    return this.sendsBody && this.stream.head.framing === Framing.chunked && this.bufferedBody === undefined
  }
  /** Whether the body is to be read whole before a backend is asked. HTTP/1.0 has no chunks: there its length must be known. */
  get wantsWholeBody(): boolean {
    const { requestBuffering, backendMessage } = this.policies
    const isUnsized = this.stream.head.framing === Framing.chunked
    return requestBuffering.isOn || (isUnsized && backendMessage.httpVersion === '1.0')
  }
  dropBufferedBody(): void {
    this.bufferedBody?.destroy()
    this.bufferedBody = undefined
  }
  /** The protocol the backend is asked to switch to; empty for none. */
  get upgrade(): string {
    return this.asksForPage ? '' : this.stream.head.upgrade
  }
  get maxForwards(): MaxForwards {
    return readMaxForwards(this.stream.head.fields)
  }
  get isLooping(): boolean {
    return this.proxy.via !== '' && hasPassed(this.stream.head.fields, this.proxy.via)
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

  /** Its place in a trace, once its route is known; `undefined` while nobody traces it. */
  get trace(): RequestTrace | undefined {
    const { tracing } = this.proxy
    if (tracing === undefined) return undefined
    this.#trace ??= tracing.begin(this)
    return this.#trace
  }

  get policies(): RoutePolicies {
    return this.handling.policies
  }

  get timeouts(): RoutePolicies['timeouts'] {
    return this.policies.timeouts
  }
  passingFields(): string[] {
    const { fields } = this.stream.head
    const passing: string[] = []
    for (let i = 0; i < fields.count; i++) {
      const kind = fields.kind(i)
      if (kind === FieldKind.other || kind === FieldKind.cookie) passing.push(fields.name(i), fields.value(i))
    }
    return this.trace === undefined ? passing : this.trace.applyTo(passing)
  }

  backendFields(): string[] {
    return sentFields(this)
  }

  certificateFields(): string[] {
    if (this.handling.moments.editingRequests.length === 0) return []
    const edits = new RequestEdits(this.authority)
    editRequest(this.handling, this, edits)
    return edits.fieldsWith('ssl-client-')
  }

  /** Sends the head of the response, a backend's or ours. */
  sendResponseHead(head: OutgoingHead): void {
    if (this.proxy.keepsSentHeads) this.#sentHead = head
    this.stream.sendHead(head)
  }

  /** A field of the response as the client got it, the first of its name; `undefined` where nobody keeps them. */
  sentField(lowerName: string): string | undefined {
    return this.#sentHead === undefined ? undefined : sentField(this.#sentHead, lowerName)
  }

  whenOver(callback: () => void): void {
    this.admissions ??= new Admissions()
    this.admissions.whenOver(callback)
  }
  addAdmission(admitted: Admitted): void {
    this.admissions ??= new Admissions()
    this.admissions.all.push(admitted)
  }

  /** What the client is told of a failure; what is known beyond its kind stays inside. */
  failureReason(failure: ProxyFailure, _known: string | undefined): string {
    return publicReason(failure)
  }
  /** The body of an error of ours, in the form that the client asks for. */
  renderPage(details: ErrorDetails): ErrorPage {
    return renderErrorPage(details, this.header('accept'))
  }

  /** The endpoints are to be asked anew. */
  forgetAttempts(): void {
    this.tried = none
    this.failedAttempts = none
  }

  /** The attempt under way failed, or its response is passed over. */
  protected recordFailedAttempt(failure: string, status: number): void {
    const { times } = this
    if (times.attempt === 0) return
    const record = attemptRecordOf(this, status, performance.now(), failure)
    this.failedAttempts = [...this.failedAttempts, record]
    times.attempt = 0
  }

  /** The request is over, one way or the other: whoever observes is told. */
  finish(): void {
    this.times.end()
    this.admissions?.end()
    this.grpcDeadline?.end()
    this.dropBufferedBody()
    const { counters, observers } = this.proxy
    counters.countRequest(this.status, this.cause)
    countRequest(this, counters.series)
    if (observers.length === 0) return
    const record = recordOf(this)
    for (const observe of observers) observe(record, this)
  }
}
