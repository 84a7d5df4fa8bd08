import { describe, expect, test } from 'vitest'
import { RequestHead } from '../http/request-head.ts'
import { defaultHeadLimits } from '../http1/head-limits.ts'
import { messageErrors } from '../http1/message-error.ts'
import { readRequestHead } from './read-request-head.ts'

const tunnel = [':method', 'CONNECT', ':scheme', 'https', ':authority', 'a.test', ':path', '/chat']
const base = [':method', 'GET', ':scheme', 'https', ':authority', 'A.test:443', ':path', '/a?b']

function read(fields: readonly string[], bodyFollows = false) {
  const head = new RequestHead()
  return { head, error: readRequestHead(fields, bodyFollows, head, defaultHeadLimits) }
}

describe('reads', () => {
  test('a request as HTTP/1.1 would have said it', () => {
    const { head, error } = read([...base, 'accept', '*/*', 'te', 'trailers'])
    expect(error).toBeUndefined()
    expect(head).toMatchObject({
      version: '2.0',
      minorVersion: 1,
      method: 'GET',
      target: '/a?b',
      authority: 'A.test:443',
      host: 'a.test',
      hasBody: false,
      keepAlive: true,
      acceptsTrailers: true,
    })
    expect(head.fields.get('accept')).toBe('*/*')
  })

  test('a body whose length nobody said, and one whose length was', () => {
    expect(read(base, true).head).toMatchObject({ hasBody: true, contentLength: 0 })
    expect(read([...base, 'content-length', '5'], true).head).toMatchObject({
      hasBody: true,
      contentLength: 5,
    })
  })

  test('a WebSocket as the request to switch protocols, under a key of ours', () => {
    const theirs = ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version', '13']
    const { head, error } = read([...tunnel, ':protocol', 'websocket', ...theirs], true)
    expect(error).toBeUndefined()
    expect(head).toMatchObject({ method: 'GET', target: '/chat', upgrade: 'websocket', hasBody: false })
    expect(head.fields.get('sec-websocket-key')).toBe(head.webSocketKey)
    expect(Buffer.from(head.webSocketKey, 'base64')).toHaveLength(16)
    expect(read(base).head.webSocketKey).toBe('')
  })

  test('an expectation only with a body', () => {
    expect(read([...base, 'expect', '100-continue'], true).head.expectContinue).toBe(true)
    expect(read([...base, 'expect', '100-continue']).head.expectContinue).toBe(false)
  })

  test('cookies as one field, and the host from its field where no authority is named', () => {
    const fields = [
      ':method',
      'OPTIONS',
      ':scheme',
      'http',
      ':path',
      '*',
      'cookie',
      'a=1',
      'host',
      'b.test',
      'cookie',
      'b=2',
    ]
    const { head, error } = read(fields)
    expect(error).toBeUndefined()
    expect([head.target, head.host, head.fields.get('cookie')]).toEqual(['*', 'b.test', 'a=1; b=2'])
  })
})

// nghttp2 lets none of most of these through; whoever comes to rely on something else is still safe.
test.each<[keyof typeof messageErrors, string[], boolean?]>([
  ['fieldValue', [...base, 'a', 'b\r\ntransfer-encoding: chunked']],
  ['fieldValue', [...base, 'a', 'b\0c']],
  ['fieldName', [...base, 'a\r\nhost', 'c']],
  ['fieldName', [...base, 'a b', 'c']],
  ['fieldName', [...base, '', 'c']],
  ['connectionField', [...base, 'transfer-encoding', 'chunked']],
  ['connectionField', [...base, 'connection', 'close']],
  ['connectionField', [...base, 'upgrade', 'websocket']],
  ['pseudoField', [...base, ':protocol', 'websocket']],
  ['hostDisagrees', [...base, 'host', 'b.test']],
  ['hostRepeated', [...base, 'host', 'a.test:443', 'host', 'a.test:443']],
  ['hostInvalid', [':method', 'GET', ':scheme', 'http', ':authority', 'x@a.test', ':path', '/']],
  ['hostMissing', [':method', 'GET', ':scheme', 'http', ':path', '/']],
  ['target', [':method', 'GET', ':scheme', 'http', ':authority', 'a.test', ':path', 'http://b.test/']],
  [
    'fieldValue',
    [':method', 'GET', ':scheme', 'http', ':authority', 'a.test', ':path', '/a HTTP/1.1\r\nb: c'],
  ],
  ['startLine', [':method', 'GET /b', ':scheme', 'http', ':authority', 'a.test', ':path', '/']],
  ['methodCase', [':method', 'get', ':scheme', 'http', ':authority', 'a.test', ':path', '/']],
  ['scheme', [':method', 'GET', ':scheme', 'ftp', ':authority', 'a.test', ':path', '/']],
  ['tunnelProtocol', [...tunnel, ':protocol', 'connect-udp']],
  ['upgradeWithBody', [...tunnel, ':protocol', 'websocket', 'content-length', '5']],
  ['connectMethod', [':method', 'CONNECT', ':authority', 'a.test:443']],
  ['lengthInvalid', [...base, 'content-length', '5', 'content-length', '5'], true],
  ['truncated', [...base, 'content-length', '5']],
  [
    'targetTooLong',
    [':method', 'GET', ':scheme', 'http', ':authority', 'a.test', ':path', `/${'a'.repeat(8192)}`],
  ],
  ['headTooLarge', [...base, 'a', 'b'.repeat(16 * 1024)]],
  ['tooManyFields', [...base, ...Array.from({ length: 202 }, () => 'a')]],
])('refuses with %s (row %#)', (name, fields, bodyFollows = false) => {
  expect(read(fields, bodyFollows).error).toBe(messageErrors[name])
})
