import { expect, test } from 'vitest'
import { newWebSocketKey, webSocketAcceptOf } from './web-socket-key.ts'

test('a key is answered as RFC 6455 says', () => {
  // The example of §1.3.
  expect(webSocketAcceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
})

test('keys are 16 octets, and never the same', () => {
  expect(Buffer.from(newWebSocketKey(), 'base64')).toHaveLength(16)
  expect(newWebSocketKey()).not.toBe(newWebSocketKey())
})
