// The response to a message that is not HTTP as we speak it. Complete and closing: there is no request to answer.
import { allowedMethods } from '../http/allowed-methods.ts'
import { reasonPhrase } from '../http/reason-phrases.ts'
import type { MessageError } from './message-error.ts'

/**
 * Head and body, Latin-1, for a request of this method, if that much of it was understood: HEAD gets no content (RFC 9110
 * §9.3.2). `Proxy-Status` as in RFC 9209.
 */
export function renderRefusal(error: MessageError, method = ''): string {
  const title = `${error.status} ${reasonPhrase(error.status)}`
  const body = `${title}: ${error.reason}\n`
  const allow = error.status === 405 ? `Allow: ${allowedMethods}\r\n` : ''
  return (
    `HTTP/1.1 ${title}\r\nServer: portico\r\nDate: ${new Date().toUTCString()}\r\n` +
    `Proxy-Status: portico; error=http_request_error\r\n${allow}Content-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${method === 'HEAD' ? '' : body}`
  )
}
