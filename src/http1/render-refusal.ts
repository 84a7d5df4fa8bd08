// The response to a message that is not HTTP as we speak it. Complete and closing: there is no request to answer.
import { allowedMethods } from '../http/allowed-methods.ts'
import { reasonPhrase } from '../http/reason-phrases.ts'
import type { MessageError } from './message-error.ts'

/** Field lines and content, whichever version carries them. `Proxy-Status` as in RFC 9209. */
export function refusalOf({ status, reason }: MessageError): {
  readonly lines: string
  readonly body: string
} {
  const body = `${status} ${reasonPhrase(status)}: ${reason}\n`
  const allow = status === 405 ? `Allow: ${allowedMethods}\r\n` : ''
  const lines =
    `Server: portico\r\nDate: ${new Date().toUTCString()}\r\n` +
    `Proxy-Status: portico; error=http_request_error\r\n${allow}Content-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${body.length}\r\n`
  return { lines, body }
}

/**
 * Head and body, Latin-1, for a request of this method, if that much of it was understood: HEAD gets no content (RFC 9110
 * §9.3.2).
 */
export function renderRefusal(error: MessageError, method = ''): string {
  const { lines, body } = refusalOf(error)
  const head = `HTTP/1.1 ${error.status} ${reasonPhrase(error.status)}\r\n${lines}Connection: close\r\n\r\n`
  return method === 'HEAD' ? head : head + body
}
