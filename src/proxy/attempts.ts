// Hot path: runs for every request.
// Where a request goes first, and where it may go next when an attempt has failed (nginx's proxy_next_upstream): what has
// been sent, what can be sent again, and how long there is time for it. Decides; sending is the exchange's.
import type { NextUpstreamCondition } from '../policies/next-upstream.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { UpstreamState } from '../upstreams/upstream-state.ts'
import { KeptBody } from './kept-body.ts'
import type { RequestState } from './request-state.ts'

/** RFC 9110 §9.2.2; TRACE is not forwarded. Any other method may do something twice when it is sent twice. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** The attempts at one request; one object serves all requests of an exchange. */
export class Attempts {
  /** The client has been sent a 1xx of an attempt. */
  interimSent = false
  /** What the body has been so far, where the request may be sent again. */
  keptBody: KeptBody | undefined
  readonly #request: RequestState
  #upstream: UpstreamState | undefined
  /** On the clock of `Deadlines`: when the first attempt began. */
  #firstAt = 0
  #wasRepeated = false

  constructor(request: RequestState) {
    this.#request = request
  }

  /** The first endpoint to ask; `undefined` when there is none. */
  begin(): EndpointState | undefined {
    const request = this.#request
    const { upstreams, deadlines } = request.proxy
    this.#upstream = upstreams.stateOf(request.backend!.upstream!)
    this.#firstAt = deadlines.now
    this.#wasRepeated = false
    this.interimSent = false
    this.keptBody = request.sendsBody && this.#isRepeatable ? new KeptBody() : undefined
    return this.#upstream?.pick(request, request.tried)
  }

  /**
   * Where the request goes next, if proxy-next-upstream and its limits allow it. `unsent`: nothing of it had left, so it
   * may go elsewhere whatever its method.
   */
  next(condition: NextUpstreamCondition, unsent = false): EndpointState | undefined {
    const request = this.#request
    const { conditions, tries, timeoutMs } = request.policies.nextUpstream
    if (conditions.includes('off') || (tries !== 0 && request.tried.length >= tries)) return undefined
    if (timeoutMs !== 0 && request.proxy.deadlines.now - this.#firstAt >= timeoutMs) return undefined
    if (!conditions.includes(condition) || !(unsent || this.#mayBeSentAgain)) return undefined
    return this.#upstream?.pick(request, request.tried)
  }

  /**
   * Whether the request may be sent once more to the same endpoint, and notes that it is: one automatic repetition, never
   * one of a repetition (RFC 9110 §9.2.2).
   */
  repeat(): boolean {
    const isOff = this.#request.policies.nextUpstream.conditions.includes('off')
    if (this.#wasRepeated || isOff || !this.#mayBeSentAgain) return false
    this.#wasRepeated = true
    return true
  }

  get #isRepeatable(): boolean {
    const { method, policies } = this.#request
    return idempotentMethods.has(method) || policies.nextUpstream.conditions.includes('non_idempotent')
  }

  /**
   * Whether the request may be sent once more after it was sent, and can be: nothing of this attempt's has reached the
   * client, and all of its body that left is still here.
   */
  get #mayBeSentAgain(): boolean {
    if (this.interimSent || !this.#isRepeatable) return false
    if (!this.#request.sendsBody || this.#request.requestBodyBytes === 0) return true
    return this.keptBody?.isWhole === true
  }
}
