// Responses that Portico makes itself: redirects and other answers of policies, health, and every failure.
import { reasonPhrase } from '../http/reason-phrases.ts'
import { Framing } from '../http/request-head.ts'
import type { Answer } from '../policies/request-facts.ts'
import { renderErrorPage } from './error-page.ts'
import type { Exchange } from './exchange.ts'
import { failureFacts, type ProxyFailure } from './failure.ts'

/** Answers with what a failure means; `reason` replaces its general one. */
export function sendFailure(exchange: Exchange, failure: ProxyFailure, reason?: string): void {
  const facts = failureFacts[failure]
  exchange.cause = failure
  const lines = facts.proxyStatus === undefined ? '' : `Proxy-Status: portico; error=${facts.proxyStatus}\r\n`
  const allow = facts.status === 405 ? 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n' : ''
  sendPage(exchange, facts.status, reason ?? facts.reason, lines + allow)
}

/** Sends what a policy answers in the backend's place. */
export function sendAnswer(exchange: Exchange, answer: Answer): void {
  let lines = ''
  for (const [name, value] of answer.fields) lines += `${name}: ${value}\r\n`
  sendPage(exchange, answer.status, answer.reason, lines)
}

/** `/healthz` on a host that no rule claims. */
export function answerHealth(exchange: Exchange): void {
  send(exchange, 200, 'Content-Type: text/plain; charset=utf-8\r\n', 'ok\n')
}

/** `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7). */
export function answerOptions(exchange: Exchange): void {
  send(exchange, 200, 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n', '')
}

function sendPage(exchange: Exchange, status: number, reason: string, lines: string): void {
  const details = { status, reason, requestId: exchange.requestId }
  const page = renderErrorPage(details, exchange.header('accept'))
  const cacheLine = status >= 400 ? 'Cache-Control: no-store\r\n' : ''
  send(exchange, status, `${lines}${cacheLine}Content-Type: ${page.contentType}\r\n`, page.body)
}

function send(exchange: Exchange, status: number, lines: string, text: string): void {
  const { stream, proxy } = exchange
  const body = Buffer.from(text, 'utf8')
  exchange.status = status
  exchange.responseStarted = true
  if (exchange.method !== 'HEAD') exchange.responseBodyBytes = body.length
  stream.sendHead({
    status,
    reason: reasonPhrase(status),
    lines: `Server: portico\r\nDate: ${proxy.httpDate.text}\r\n${lines}`,
    framing: Framing.length,
    contentLength: body.length,
  })
  stream.sendBody(body)
  exchange.finish()
  stream.end()
}
