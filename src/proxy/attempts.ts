// Hot path: runs for every request.
// Where a request goes first, and where it may go next when an attempt has failed (nginx's proxy_next_upstream): what has
// been sent, what can be sent again, and how long there is time for it. Decides; sending is the exchange's.
import type { NextUpstreamCondition } from '../policies/backends/next-upstream.ts'
import type { AttemptFailure } from '../upstreams/attempt-failure.ts'
import { type TrafficControl, Visit } from '../upstreams/control/traffic-control.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { UpstreamState } from '../upstreams/upstream-state.ts'
import type { OwnResponse } from './handle-request.ts'
import { Hold } from './hold.ts'
import { KeptBody } from './kept-body.ts'
import type { RequestState } from './request-state.ts'

/** RFC 9110 §9.2.2; TRACE is not forwarded. Any other method may do something twice when it is sent twice. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

const noEndpoint: OwnResponse = { kind: 'failure', failure: 'no-endpoint', reason: undefined }

/** The attempts at one request; one object serves all requests of an exchange. */
export class Attempts {
  /** The client has been sent a 1xx of an attempt. */
  interimSent = false
  /** What the body has been so far, where the request may be sent again. */
  keptBody: KeptBody | undefined
  /** Set where the backend counts its requests. */
  visit: Visit | undefined
  /** Set while the request waits for its backend, and afterwards. */
  hold: Hold | undefined
  readonly #request: RequestState
  #upstream: UpstreamState | undefined
  /** On the clock of `Deadlines`: when the first attempt began. */
  #firstAt = 0
  #wasRepeated = false

  constructor(request: RequestState) {
    this.#request = request
  }

  /** The first endpoint to ask; what to answer when there is none, or the backend's own limits let no request through. */
  begin(): EndpointState | OwnResponse {
    const request = this.#request
    const { upstreams, deadlines } = request.proxy
    this.#upstream = upstreams.stateOf(request.backend!.upstream!)
    this.#firstAt = deadlines.now
    this.#wasRepeated = false
    request.newStay = ''
    this.interimSent = false
    this.hold = undefined
    const mayBeRefused = this.#upstream?.refusesStreams === true
    this.keptBody = request.sendsBody && (this.#isRepeatable || mayBeRefused) ? new KeptBody() : undefined
    this.visit = undefined
    const refusal = this.#upstream?.control === undefined ? undefined : this.#enter(this.#upstream.control)
    return refusal ?? this.#upstream?.pick(request, request.tried) ?? noEndpoint
  }

  /** The backend counts its requests: this one begins, and is counted out when it is over. */
  #enter(control: TrafficControl): OwnResponse | undefined {
    const { deadlines } = this.#request.proxy
    const visit = control.begin(deadlines.now)
    if (!(visit instanceof Visit)) {
      const { reason: failure, retryAfterSeconds } = visit
      return { kind: 'failure', failure, reason: undefined, retryAfterSeconds }
    }
    this.visit = visit
    this.#request.whenOver(() => visit.end(deadlines.now))
    return undefined
  }

  /** An attempt begins at the endpoint tried last. */
  note(): void {
    const { proxy, times, tried } = this.#request
    proxy.counters.attempts++
    this.visit?.noteAttempt(tried.at(-1)!)
    times.beginAttempt()
    this.#request.trace?.beginAttempt()
  }

  /**
   * Where the request goes next, if proxy-next-upstream and its limits allow it. `unsent`: no endpoint has had it, so it may go
   * elsewhere whatever its method.
   */
  next(condition: NextUpstreamCondition, unsent = false): EndpointState | undefined {
    const request = this.#request
    const { conditions, tries, timeoutMs } = request.policies.nextUpstream
    if (conditions.includes('off') || (tries !== 0 && request.tried.length >= tries)) return undefined
    if (timeoutMs !== 0 && request.proxy.deadlines.now - this.#firstAt >= timeoutMs) return undefined
    if (!conditions.includes(condition) || !this.#canBeSentAgain(unsent)) return undefined
    // Who waits for a backend that listens nowhere burdens nobody by looking at all of its endpoints.
    const isWaiting = this.hold !== undefined
    if (!isWaiting && this.visit?.mayRetry(request.proxy.deadlines.now) === false) return undefined
    return this.#upstream?.pick(request, request.tried)
  }

  /**
   * Whether the request waits until its backend takes connections again; `tryAgain` is called when it is time to look. It
   * waits where no endpoint could be connected to, so that nothing of it was sent, and the backend is said to come back.
   */
  waitsAfter(failure: AttemptFailure, tryAgain: () => void): boolean {
    if (failure !== 'connect-failed' && failure !== 'name-unresolved') return false
    if (!this.#isBodyAtHand) return false
    this.hold ??= this.#beginHold(tryAgain)
    if (this.hold === undefined || this.hold.isOver) return false
    if (this.hold.pause()) return true
    this.#request.proxy.counters.policyEvents.add('hold gave-up')
    return false
  }

  #beginHold(tryAgain: () => void): Hold | undefined {
    const room = this.#upstream?.waitingRoom
    const { deadlines, counters } = this.#request.proxy
    if (room === undefined) return undefined
    if (!room.enter()) {
      counters.policyEvents.add('hold full')
      return undefined
    }
    counters.policyEvents.add('hold waited')
    const hold = new Hold(deadlines, room, tryAgain)
    this.#request.whenOver(() => hold.end())
    return hold
  }

  /** The pause of a waiting request is over: all endpoints are asked anew. Logs show the last round only. */
  again(): EndpointState | undefined {
    this.#request.forgetAttempts()
    return this.#upstream?.pick(this.#request, this.#request.tried)
  }

  /**
   * Whether the request is sent once more to the same endpoint, over a new connection, because the one it went out on was at its
   * end: one automatic repetition, never one of a repetition (RFC 9110 §9.2.2, RFC 9113 §8.7).
   */
  repeatsAfter(failure: AttemptFailure, wasReused: boolean): boolean {
    const isRefused = failure === 'stream-refused'
    if (!isRefused && !(wasReused && failure === 'reset-before-response')) return false
    const isOff = this.#request.policies.nextUpstream.conditions.includes('off')
    if (this.#wasRepeated || isOff || !this.#canBeSentAgain(isRefused)) return false
    this.#wasRepeated = true
    return true
  }

  get #isRepeatable(): boolean {
    const { method, policies } = this.#request
    return idempotentMethods.has(method) || policies.nextUpstream.conditions.includes('non_idempotent')
  }

  /**
   * Whether the request may be sent once more, and can be: the endpoint has not had it, or nothing of the attempt's has reached
   * the client and doing it twice does no harm; and all of its body that left is still here.
   */
  #canBeSentAgain(unsent: boolean): boolean {
    if (!unsent && (this.interimSent || !this.#isRepeatable)) return false
    return this.#isBodyAtHand
  }

  /** Whether nothing of the body is missing that an earlier attempt was sent. */
  get #isBodyAtHand(): boolean {
    const { sendsBody, requestBodyBytes, bufferedBody } = this.#request
    if (!sendsBody || requestBodyBytes === 0 || bufferedBody !== undefined) return true
    return this.keptBody?.isWhole === true
  }
}
