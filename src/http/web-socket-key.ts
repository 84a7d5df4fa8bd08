// The two fields by which an HTTP/1.1 server shows that it understood a WebSocket handshake (RFC 6455 §4.2.2). Portico needs
// them for clients whose wire has no such fields.
import { createHash, randomBytes } from 'node:crypto'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A new Sec-WebSocket-Key: 16 random octets in Base64. */
export function newWebSocketKey(): string {
  return randomBytes(16).toString('base64')
}

/** The Sec-WebSocket-Accept that answers a key. */
export function webSocketAcceptOf(key: string): string {
  return createHash('sha1').update(key).update(guid).digest('base64')
}
