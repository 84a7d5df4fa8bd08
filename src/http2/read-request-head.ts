// Hot path: runs for every HTTP/2 request.
// A request head of HTTP/2 (RFC 9113 §8.3.1). It is written down as HTTP/1.1 would say it and then read by the strict parser
// of that version: one grammar holds for both, and what a backend is sent is one head whatever a client put into a field.
import type { RequestHead } from '../http/request-head.ts'
import { newWebSocketKey } from '../http/web-socket-key.ts'
import type { HeadLimits } from '../http1/head-limits.ts'
import { type MessageError, messageErrors } from '../http1/message-error.ts'
import { parseRequestHead } from '../http1/parse-request-head.ts'

const COLON = 58
const SLASH = 47

/**
 * Reads names and values in turn, as nghttp2 let them through, into `head`. `bodyFollows`: the head did not end the stream.
 * A WebSocket (RFC 8441) becomes the request to switch protocols that HTTP/1.1 has for it, under a key of ours.
 * Returns why the request is refused, if it is; `head` is then unusable.
 */
export function readRequestHead(
  fields: readonly string[],
  bodyFollows: boolean,
  head: RequestHead,
  { headBytes, targetBytes }: HeadLimits,
): MessageError | undefined {
  let method = ''
  let path = ''
  let protocol: string | undefined
  let authority: string | undefined
  let host: string | undefined
  let cookies = ''
  let lines = ''
  let lineCount = 0
  let hasLength = false
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const value = fields[i + 1]!
    switch (name) {
      case ':method':
        method = value
        continue
      case ':path':
        path = value
        continue
      case ':authority':
        authority = value
        continue
      case ':protocol':
        protocol = value
        continue
      case ':scheme':
        // A proxy that translates may name another scheme than that of its connection; of ours only these two exist.
        if (value !== 'https' && value !== 'http') return messageErrors.scheme
        continue
      case 'host':
        if (host !== undefined) return messageErrors.hostRepeated
        host = value
        continue
      case 'cookie':
        // Clients cut their cookies up for the sake of compression (RFC 9113 §8.2.3); backends know one line.
        cookies += cookies === '' ? value : `; ${value}`
        continue
      case 'connection':
      case 'transfer-encoding':
      case 'upgrade':
      case 'keep-alive':
      case 'proxy-connection':
        return messageErrors.connectionField
      case 'content-length':
        hasLength = true
        break
      case 'sec-websocket-key':
        // It means nothing here (RFC 8441 §5); the backend gets one of ours.
        if (protocol !== undefined) continue
        break
    }
    if (name.charCodeAt(0) === COLON) return messageErrors.pseudoField
    lines += `${name}: ${value}\r\n`
    lineCount++
    // References into the compression table are shorter than what they stand for: no more is written down than is taken.
    if (lines.length > headBytes) return messageErrors.headTooLarge
  }
  const isTunnel = protocol !== undefined
  if (isTunnel && method !== 'CONNECT') return messageErrors.pseudoField
  if (isTunnel && protocol !== 'websocket') return messageErrors.tunnelProtocol
  if (!isTunnel && method === 'CONNECT') return messageErrors.connectMethod
  head.webSocketKey = isTunnel ? newWebSocketKey() : ''
  if (isTunnel) {
    method = 'GET'
    lines += `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ${head.webSocketKey}\r\n`
    lineCount += 3
  }
  if (path.charCodeAt(0) !== SLASH && path !== '*') return messageErrors.target
  if (host !== undefined && authority !== undefined && host.toLowerCase() !== authority.toLowerCase())
    return messageErrors.hostDisagrees
  const named = authority ?? host
  if (named !== undefined) {
    lines = `host: ${named}\r\n${lines}`
    lineCount++
  }
  if (cookies !== '') {
    lines += `cookie: ${cookies}\r\n`
    lineCount++
  }
  // The end of the stream is what ends such a body; to everybody behind, that is what chunks are for.
  if (bodyFollows && !hasLength && !isTunnel) {
    lines += 'transfer-encoding: chunked\r\n'
    lineCount++
  }
  if (lines.length > headBytes) return messageErrors.headTooLarge
  const error = parseRequestHead(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, head, targetBytes)
  if (error !== undefined) return error
  // nghttp2 lets no line end through; if it did, a field would have become two.
  if (head.fields.count !== lineCount) return messageErrors.fieldValue
  if (!bodyFollows && head.hasBody) return messageErrors.truncated
  head.version = '2.0'
  return undefined
}
