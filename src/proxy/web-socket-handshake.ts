// Hot path: runs for every response.
// What a backend says to the WebSocket handshake that Portico makes for a client of HTTP/2 (RFC 8441): nobody but Portico
// knows the key it answers.
import type { RequestHead } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { webSocketAcceptOf } from '../http/web-socket-key.ts'

/**
 * Whether the client can not be told so: a switch of protocols under another key, or success without one, by which a
 * client of HTTP/2 would take it to have switched. Never for those who made the handshake themselves.
 */
export function breaksHandshake({ webSocketKey }: RequestHead, { status, fields }: ResponseHead): boolean {
  if (webSocketKey === '' || status >= 300) return false
  return status !== 101 || fields.get('sec-websocket-accept') !== webSocketAcceptOf(webSocketKey)
}
