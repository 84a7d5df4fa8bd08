// Responses that Portico makes itself: redirects and other answers of policies, health, and every failure.
import { allowedMethods } from '../http/allowed-methods.ts'
import { reasonPhrase } from '../http/reason-phrases.ts'
import { Framing } from '../http/request-head.ts'
import type { Answer } from '../policies/request-facts.ts'
import { editedLines } from './edited-lines.ts'
import { failureFacts, type ProxyFailure } from './failure.ts'
import { grpcErrorLines, isGrpc } from './grpc.ts'
import type { OwnResponse } from './handle-request.ts'
import type { RequestState } from './request-state.ts'

/** Sends a whole response of Portico's own and ends the request. */
export function respond(request: RequestState, own: OwnResponse): void {
  switch (own.kind) {
    case 'failure':
      return sendFailure(request, own)
    case 'answer':
      return sendAnswer(request, own.answer)
    case 'health':
      return send(request, 200, 'Content-Type: text/plain; charset=utf-8\r\n', 'ok\n')
    case 'options':
      return send(request, 200, `Allow: ${allowedMethods}\r\n`, '')
  }
}

function sendFailure(
  request: RequestState,
  { failure, reason, retryAfterSeconds }: Extract<OwnResponse, { kind: 'failure' }>,
): void {
  const facts = failureFacts[failure]
  request.cause = failure
  const lines = `Proxy-Status: portico; error=${facts.proxyStatus}\r\n`
  const allow = facts.status === 405 ? `Allow: ${allowedMethods}\r\n` : ''
  const retryAfter = retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`
  const allLines = lines + allow + retryAfter
  const words = request.failureReason(failure, reason)
  if (isGrpc(request)) sendGrpcError(request, facts.status, words, allLines, failure)
  else sendPage(request, facts.status, words, allLines)
}

function sendAnswer(request: RequestState, answer: Answer): void {
  let lines = ''
  for (const [name, value] of answer.fields) lines += `${name}: ${value}\r\n`
  request.cause = answer.cause ?? 'policy'
  request.answeredBy = answer.by ?? ''
  if (answer.status >= 300 && isGrpc(request))
    return sendGrpcError(request, answer.status, answer.reason, lines)
  if (answer.body === undefined) return sendPage(request, answer.status, answer.reason, lines)
  const { contentType, text } = answer.body
  send(request, answer.status, `${lines}Content-Type: ${contentType}\r\n`, text)
}

/** Status 200, no body, and the error in fields: all that a client of gRPC reads. */
function sendGrpcError(
  request: RequestState,
  status: number,
  reason: string,
  lines: string,
  failure?: ProxyFailure,
): void {
  send(request, 200, lines + grpcErrorLines(status, failure, reason), '')
}

function sendPage(request: RequestState, status: number, reason: string, lines: string): void {
  const page = request.renderPage({ status, reason, requestId: request.requestId })
  const cacheLine = status >= 400 ? 'Cache-Control: no-store\r\n' : ''
  send(
    request,
    status,
    `${lines}${cacheLine}${page.lines ?? ''}Content-Type: ${page.contentType}\r\n`,
    page.body,
  )
}

function send(request: RequestState, status: number, lines: string, text: string): void {
  const { stream, proxy } = request
  const body = Buffer.from(text, 'utf8')
  request.status = status
  request.headSent = true
  if (request.method !== 'HEAD') request.responseBodyBytes = body.length
  request.sendResponseHead({
    status,
    reason: reasonPhrase(status),
    lines: editedLines(request, status, true, `Server: portico\r\nDate: ${proxy.httpDate.text}\r\n${lines}`),
    framing: Framing.length,
    contentLength: body.length,
    // Of what follows on such a connection nobody knows what it is, or for whom.
    closes: status === 400 || status === 421,
  })
  stream.sendBody(body)
  request.finish()
  stream.end('')
}
