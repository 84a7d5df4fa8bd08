// Hot path: runs for every forwarded request.
// A request on its way to an endpoint and its response on the way back: attempts, bodies both ways, tunnels, and what is
// done when either side fails. Which backend it is has been decided before.
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { defaultRoutePolicies } from '../policies/all.ts'
import type { UpstreamFailure } from '../upstreams/upstream-failure.ts'
import type { AttemptTimeouts } from '../upstreams/upstream-handler.ts'
import type { Exchange } from './exchange.ts'
import { failureFacts } from './failure.ts'
import { renderRequestHead } from './request-lines.ts'
import { sendFailure } from './respond.ts'
import { renderInterimLines, renderResponseLines } from './response-lines.ts'

/** ingress-nginx's proxy-next-upstream-tries. */
const maxAttempts = 3

// --- the request -----------------------------------------------------------------------------------------------------

/** Starts the first attempt for the backend that was chosen. */
export function forward(exchange: Exchange): void {
  exchange.upstreamState = exchange.proxy.upstreams.stateOf(exchange.backend!.upstream!)
  attempt(exchange)
}

/** Sends the request to the next endpoint that has not been tried, over an idle connection if there is one. */
function attempt(exchange: Exchange): void {
  const endpoint = exchange.upstreamState?.pick(exchange.clientAddress, exchange.tried)
  if (endpoint === undefined) return sendFailure(exchange, 'no-endpoint')
  exchange.tried = exchange.tried.length === 0 ? [endpoint] : [...exchange.tried, endpoint]
  const idle = endpoint.takeIdle(exchange, timeoutsOf(exchange))
  if (idle === undefined) return connectTo(exchange)
  exchange.upstream = idle
  sendRequest(exchange)
}

/** Opens a new connection to the endpoint tried last; the body waits so that a refused attempt can be made elsewhere. */
function connectTo(exchange: Exchange): void {
  if (hasBody(exchange)) exchange.stream.pauseBody()
  exchange.upstream = exchange.tried.at(-1)!.connect(exchange, timeoutsOf(exchange))
}

function timeoutsOf(exchange: Exchange): AttemptTimeouts {
  return (exchange.route?.policies ?? defaultRoutePolicies).timeouts
}

/** The connection is ready: sends the head and lets the body come. */
export function sendRequest(exchange: Exchange): void {
  const { head } = exchange.stream
  if (exchange.startedAt !== 0) exchange.attemptStartedAt = performance.now()
  const withBody = hasBody(exchange)
  exchange.upstream!.sendHead({
    headText: renderRequestHead(exchange, exchange.upstreamTarget),
    method: head.method,
    chunked: head.framing === Framing.chunked,
    hasBody: withBody,
    upgrade: head.upgrade,
  })
  if (!withBody) return
  if (!exchange.stream.bodyAtHand) exchange.upstream!.flush()
  exchange.stream.wantBody()
  exchange.stream.resumeBody()
}

function hasBody(exchange: Exchange): boolean {
  const { head } = exchange.stream
  return head.framing === Framing.chunked || head.contentLength > 0
}

/** Passes body bytes on, within the size the route allows. */
export function sendRequestBody(exchange: Exchange, chunk: Buffer): boolean {
  exchange.requestBodyBytes += chunk.length
  const { upstream } = exchange
  // Without a connection the response is already decided: what still comes is dropped by the listener.
  if (upstream === undefined) return true
  if (!exchange.tunnelling && exchange.requestBodyBytes > exchange.maxBodyBytes) {
    exchange.dropUpstream()
    if (exchange.responseStarted) cutResponse(exchange, 'body-too-large')
    else sendFailure(exchange, 'body-too-large')
    return true
  }
  return upstream.sendBody(chunk)
}

export function sendRequestEnd(exchange: Exchange): void {
  exchange.upstream?.endRequest()
}

// --- the response ----------------------------------------------------------------------------------------------------

export function sendInterim(exchange: Exchange, head: ResponseHead): void {
  exchange.stream.sendInterim(head.status, head.reason, renderInterimLines(head.fields))
  exchange.stream.flush()
}

export function sendResponseHead(exchange: Exchange, head: ResponseHead): void {
  exchange.responseStarted = true
  exchange.status = head.status
  exchange.upstreamStatus = head.status
  exchange.stream.sendHead({
    status: head.status,
    reason: head.reason,
    lines: renderResponseLines(head.fields, exchange.proxy.httpDate),
    framing: head.framing,
    contentLength: head.contentLength,
  })
}

/** The backend switched protocols: from here on bytes go through both ways, whatever they mean. */
export function startTunnel(exchange: Exchange, head: ResponseHead): void {
  exchange.responseStarted = true
  exchange.tunnelling = true
  exchange.status = 101
  exchange.upstreamStatus = 101
  const lines = renderResponseLines(head.fields, exchange.proxy.httpDate)
  exchange.stream.startTunnel(`${lines}Upgrade: ${head.upgrade}\r\n`)
}

export function finishResponse(exchange: Exchange): void {
  exchange.finish()
  exchange.stream.end()
}

// --- failures --------------------------------------------------------------------------------------------------------

/** The attempt failed: try elsewhere, try again, answer, or cut the response, whichever is still honest. */
export function takeUpstreamFailure(exchange: Exchange, failure: UpstreamFailure): void {
  const { retry } = failureFacts[failure]
  if (exchange.responseStarted) return cutResponse(exchange, failure)
  if (retry === 'elsewhere' && canTryElsewhere(exchange)) return attempt(exchange)
  if (retry === 'if-repeatable' && isRepeatable(exchange)) return connectTo(exchange)
  sendFailure(exchange, failure)
}

function canTryElsewhere(exchange: Exchange): boolean {
  const endpoints = exchange.upstreamState?.endpoints ?? []
  return exchange.tried.length < maxAttempts && endpoints.some(endpoint => !exchange.tried.includes(endpoint))
}

/**
 * A backend may close an idle connection just as a request goes out. Repeated once, over a new connection, if the method
 * is idempotent and nothing of the body has been passed on (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
 */
function isRepeatable(exchange: Exchange): boolean {
  if (!exchange.lastAttemptReused || exchange.requestBodyBytes > 0) return false
  return idempotentMethods.has(exchange.method)
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** The client has part of a response: the only honest signal left is to break it off visibly. */
function cutResponse(exchange: Exchange, failure: UpstreamFailure | 'body-too-large'): void {
  exchange.cause = failure
  exchange.dropUpstream()
  exchange.finish()
  exchange.stream.abort()
}
