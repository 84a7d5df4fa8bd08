// Request heads as attackers and careless clients write them: what is refused, with which status, and what is read from
// the rest. The rules are those of RFC 9112 and RFC 9110.
import { describe, expect, test } from 'vitest'
import { Framing, RequestHead } from '../http/request-head.ts'
import { parseRequestHead } from './parse-request-head.ts'

const none: readonly string[] = []

/** A head around the given lines; every one of them ends with CRLF. */
function headOf(requestLine: string, ...lines: string[]): string {
  return `${[requestLine, ...lines].join('\r\n')}\r\n\r\n`
}

function post(...lines: string[]): string {
  return headOf('POST / HTTP/1.1', 'Host: a.test', ...lines)
}

function get(...lines: string[]): string {
  return headOf('GET / HTTP/1.1', 'Host: a.test', ...lines)
}

function statusOf(text: string): number | undefined {
  return parseRequestHead(text, new RequestHead())?.status
}

function read(text: string): RequestHead {
  const head = new RequestHead()
  expect(parseRequestHead(text, head)).toBeUndefined()
  return head
}

describe('refuses two framings, or one that can be read in two ways', () => {
  test.each([
    ['both', 400, post('Content-Length: 6', 'Transfer-Encoding: chunked')],
    ['both, the other way round', 400, post('Transfer-Encoding: chunked', 'Content-Length: 6')],
    ['both, with length 0', 400, post('Content-Length: 0', 'Transfer-Encoding: chunked')],
    ['a length and an empty coding', 400, post('Content-Length: 5', 'Transfer-Encoding:')],
    ['an unknown coding and a length', 400, post('Transfer-Encoding: cow', 'Content-Length: 5')],
    ['an empty coding', 400, post('Transfer-Encoding:')],
    ['an unknown coding', 501, post('Transfer-Encoding: xchunked')],
    ['chunked not last', 400, post('Transfer-Encoding: chunked, identity')],
    ['a coding before chunked', 400, post('Transfer-Encoding: gzip, chunked')],
    ['chunked twice', 400, post('Transfer-Encoding: chunked, chunked')],
    ['chunked in two fields', 400, post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['a second coding field', 400, post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
    ['a leading comma', 400, post('Transfer-Encoding: ,chunked')],
    ['a trailing comma', 400, post('Transfer-Encoding: chunked,')],
    ['a parameter', 400, post('Transfer-Encoding: chunked;q=1')],
    ['quotes', 400, post('Transfer-Encoding: "chunked"')],
    ['a vertical tab before the coding', 400, post('Transfer-Encoding: \x0bchunked')],
    ['a NUL behind the coding', 400, post('Transfer-Encoding: chunked\x00')],
    ['a blank before the colon', 400, post('Transfer-Encoding : chunked')],
    ['a folded coding', 400, post('Transfer-Encoding:', ' chunked')],
    ['a name cut in two', 400, post('Transfer-', 'Encoding: chunked')],
    ['a coding smuggled behind a bare LF', 400, post('X: y\nTransfer-Encoding: chunked')],
    ['a coding in HTTP/1.0', 400, headOf('POST / HTTP/1.0', 'Host: a.test', 'Transfer-Encoding: chunked')],
    ['Connection naming the length', 400, post('Connection: content-length', 'Content-Length: 5')],
    [
      'Connection naming the coding',
      400,
      post('Connection: Transfer-Encoding', 'Transfer-Encoding: chunked'),
    ],
    ['Connection naming Host', 400, get('Connection: close, host')],
  ])('%s', (_, status, text) => {
    expect(statusOf(text)).toBe(status)
  })
})

describe('refuses a Content-Length that is not one decimal number', () => {
  test.each([
    '+5',
    '-0',
    '-5',
    '5 5',
    '5, 5',
    '5.0',
    '0x5',
    '5Z',
    '5\x0b',
    '',
    ' ',
    '"5"',
    '5;',
    '5_0',
    '\u00b2',
  ])('%j', value => {
    expect(statusOf(post(`Content-Length: ${value}`))).toBe(400)
  })

  test('twice, even if equal', () => {
    expect(statusOf(post('Content-Length: 5', 'Content-Length: 5'))).toBe(400)
  })

  test('beyond 2^53 with 413', () => {
    expect(statusOf(post('Content-Length: 9007199254740993'))).toBe(413)
    expect(statusOf(post(`Content-Length: ${'9'.repeat(400)}`))).toBe(413)
  })
})

describe('refuses malformed fields', () => {
  test.each([
    ['an empty name', 400, get(': ignored')],
    ['a blank in a name', 400, get('a b: c')],
    ['a tab in a name', 400, get('a\tb: c')],
    ['a control in a name', 400, get('a\x01: c')],
    ['DEL in a name', 400, get('X\x7f: y')],
    ['a high octet in a name', 400, get('\xefoo: bar')],
    ['no colon', 400, get('X')],
    ['NUL in a value', 400, get('X: a\x00b')],
    ['bare LF in a value', 400, get('X: a\nb')],
    ['bare CR in a value', 400, get('X: a\rb')],
    ['DEL in a value', 400, get('X: a\x7fb')],
    ['a folded value', 400, get('X: a', ' b')],
    ['a blank before the first field', 400, headOf('GET / HTTP/1.1', ' X: y', 'Host: a.test')],
    ['a line of blanks', 400, headOf('GET / HTTP/1.1', ' ', 'Host: a.test')],
    ['101 fields', 431, get(...Array.from({ length: 100 }, (_, i) => `h${i}:`))],
  ])('%s', (_, status, text) => {
    expect(statusOf(text)).toBe(status)
  })

  test('takes 100 fields', () => {
    expect(statusOf(get(...Array.from({ length: 99 }, (_, i) => `h${i}:`)))).toBeUndefined()
  })
})

describe('refuses malformed request lines', () => {
  test.each([
    ['two blanks', 400, 'GET  / HTTP/1.1'],
    ['two blanks before the version', 400, 'GET /  HTTP/1.1'],
    ['tabs', 400, 'GET\t/\tHTTP/1.1'],
    ['a blank in front', 400, ' GET / HTTP/1.1'],
    ['a blank behind', 400, 'GET / HTTP/1.1 '],
    ['no version', 400, 'GET /'],
    ['HTTP/1.2', 505, 'GET / HTTP/1.2'],
    ['HTTP/2.0', 505, 'GET / HTTP/2.0'],
    ['HTTP/1.01', 400, 'GET / HTTP/1.01'],
    ['lower-case http', 400, 'GET / http/1.1'],
    ['another protocol', 400, 'GET / RTSP/1.0'],
    ['something behind the version', 400, 'GET / HTTP/1.1x'],
    ['separators in the method', 400, 'G=":<>(e) / HTTP/1.1'],
    ['an empty method', 400, ' / HTTP/1.1'],
    ['a blank in the path', 400, 'GET /a b HTTP/1.1'],
    ['NUL in the path', 400, 'GET /a\x00b HTTP/1.1'],
    ['CR in the path', 400, 'GET /a\rb HTTP/1.1'],
    ['DEL in the path', 400, 'GET /a\x7fb HTTP/1.1'],
    ['a high octet in the path', 400, 'GET /\xe9 HTTP/1.1'],
    ['a fragment', 400, 'GET /a#b HTTP/1.1'],
    ['a backslash in the path', 400, 'GET /a\\b HTTP/1.1'],
    ['quotes and angle brackets', 400, 'GET /a"<b> HTTP/1.1'],
    ['a relative target', 400, 'GET admin HTTP/1.1'],
    ['an authority as target', 400, 'GET a.test:80 HTTP/1.1'],
    ['an asterisk that is not for OPTIONS', 400, 'GET * HTTP/1.1'],
    ['an asterisk with more behind it', 400, 'OPTIONS */x HTTP/1.1'],
    ['another scheme', 400, 'GET ftp://a.test/ HTTP/1.1'],
    ['an absolute target without authority', 400, 'GET http:///x HTTP/1.1'],
    ['user information in the target', 400, 'GET http://x@a.test/ HTTP/1.1'],
    ['CONNECT', 405, 'CONNECT a.test:443 HTTP/1.1'],
    ['CONNECT with a path', 400, 'CONNECT / HTTP/1.1'],
    ['a target of 9,000 octets', 414, `GET /${'a'.repeat(9_000)} HTTP/1.1`],
  ])('%s', (_, status, line) => {
    expect(statusOf(headOf(line, 'Host: a.test'))).toBe(status)
  })
})

describe('refuses a Host that is missing, repeated or not a host', () => {
  test.each([
    ['missing', none],
    ['empty', ['Host:']],
    ['repeated', ['Host: a.test', 'Host: a.test']],
    ['repeated in another case', ['Host: a.test', 'hOsT: b.test']],
    ['two in one', ['Host: a.test, b.test']],
    ['with a blank', ['Host: a.test b.test']],
    ['with user information', ['Host: x@a.test']],
    ['with a path', ['Host: a.test/x']],
    ['with an empty label', ['Host: a..test']],
    ['with a port beyond 65535', ['Host: a.test:99999']],
    ['with a port that is no number', ['Host: a.test:8o']],
    ['with an escape', ['Host: a%2etest']],
    ['with NUL', ['Host: a.test\x00.b']],
    ['with an open bracket', ['Host: [::1']],
  ])('%s', (_, lines) => {
    expect(statusOf(headOf('GET / HTTP/1.1', ...lines))).toBe(400)
  })

  test('also beside an absolute target', () => {
    expect(statusOf(headOf('GET http://b.test/ HTTP/1.1', 'Host: x@a.test'))).toBe(400)
    expect(statusOf(headOf('GET http://b.test/ HTTP/1.1'))).toBe(400)
  })
})

describe('refuses expectations and upgrades it can not meet', () => {
  test.each([
    ['an unknown expectation', 417, get('Expect: 200-ok')],
    ['an obfuscated expectation', 417, post('Expect: y 100-continue', 'Content-Length: 5')],
    ['an upgrade with a body', 400, post('Connection: upgrade', 'Upgrade: foo', 'Content-Length: 5')],
    [
      'an upgrade with chunks',
      400,
      post('Connection: upgrade', 'Upgrade: websocket', 'Transfer-Encoding: chunked'),
    ],
  ])('%s', (_, status, text) => {
    expect(statusOf(text)).toBe(status)
  })
})

describe('reads the framing', () => {
  test.each([
    ['none without either', get(), Framing.none, 0],
    ['a length', post('Content-Length: 5'), Framing.length, 5],
    ['a length with leading zeros', post('Content-Length: 05'), Framing.length, 5],
    ['a length between blanks', post('Content-Length: \t5 \t'), Framing.length, 5],
    ['chunks', post('Transfer-Encoding: chunked'), Framing.chunked, 0],
    ['chunks in another case', post('transfer-encoding: CHUNKED'), Framing.chunked, 0],
    ['chunks behind a tab', post('Transfer-Encoding:\tchunked'), Framing.chunked, 0],
    ['chunks before a blank', post('Transfer-Encoding: chunked '), Framing.chunked, 0],
    ['a length in HTTP/1.0', headOf('POST / HTTP/1.0', 'Content-Length: 5'), Framing.length, 5],
  ])('%s', (_, text, framing, contentLength) => {
    const head = read(text)
    expect({ framing: head.framing, contentLength: head.contentLength }).toEqual({ framing, contentLength })
  })

  test('anew for each request of a connection', () => {
    const head = read(post('Content-Length: 5', 'Expect: 100-continue', 'Connection: close'))
    expect(parseRequestHead(get(), head)).toBeUndefined()
    expect(head).toMatchObject({
      framing: Framing.none,
      contentLength: 0,
      expectContinue: false,
      keepAlive: true,
    })
  })
})

describe('reads target and host', () => {
  test.each([
    ['GET /x?y=1 HTTP/1.1', 'Host: A.Test:8080', '/x?y=1', 'A.Test:8080', 'a.test'],
    ['GET / HTTP/1.1', 'Host: a.test.', '/', 'a.test.', 'a.test'],
    ['GET / HTTP/1.1', 'Host: [::1]:80', '/', '[::1]:80', '::1'],
    ['GET //b.test/x HTTP/1.1', 'Host: a.test', '//b.test/x', 'a.test', 'a.test'],
    ['GET http://b.test/x?y HTTP/1.1', 'Host: a.test', '/x?y', 'b.test', 'b.test'],
    ['GET HTTP://b.test HTTP/1.1', 'Host: a.test', '/', 'b.test', 'b.test'],
    ['GET http://b.test?y HTTP/1.1', 'Host: a.test', '/?y', 'b.test', 'b.test'],
    ['OPTIONS * HTTP/1.1', 'Host: a.test', '*', 'a.test', 'a.test'],
    ['GET /?a\\b{|} HTTP/1.1', 'Host: a.test', '/?a\\b{|}', 'a.test', 'a.test'],
  ])('%s, %s', (line, hostLine, target, authority, host) => {
    expect(read(headOf(line, hostLine))).toMatchObject({ target, authority, host })
  })

  test('of HTTP/1.0 without Host', () => {
    expect(read(headOf('GET / HTTP/1.0'))).toMatchObject({ authority: '', host: '', minorVersion: 0 })
  })

  test('of a request that names another host than the one before it', () => {
    const head = read(get())
    expect(parseRequestHead(headOf('GET / HTTP/1.1', 'Host: b.test'), head)).toBeUndefined()
    expect(head.host).toBe('b.test')
    expect(parseRequestHead(headOf('GET / HTTP/1.0'), head)).toBeUndefined()
    expect(head.host).toBe('')
    expect(parseRequestHead(headOf('GET / HTTP/1.1', 'Host: b.test'), head)).toBeUndefined()
    expect(head.host).toBe('b.test')
  })
})

describe('reads whether the connection lasts', () => {
  test.each([
    ['HTTP/1.1', none, true],
    ['HTTP/1.1', ['Connection: close'], false],
    ['HTTP/1.1', ['Connection: x', 'Connection: CLOSE'], false],
    ['HTTP/1.1', ['Connection: keep-alive, close'], false],
    ['HTTP/1.0', none, false],
    ['HTTP/1.0', ['Connection: Keep-Alive'], true],
  ])('%s %j', (version, lines, keepAlive) => {
    expect(read(headOf(`GET / ${version}`, 'Host: a.test', ...lines)).keepAlive).toBe(keepAlive)
  })
})

describe('reads Upgrade and Expect', () => {
  test('an upgrade that Connection names', () => {
    expect(read(get('Connection: keep-alive, Upgrade', 'Upgrade: WebSocket')).upgrade).toBe('websocket')
  })

  test.each([
    ['without Connection', get('Upgrade: websocket')],
    ['in HTTP/1.0', headOf('GET / HTTP/1.0', 'Host: a.test', 'Connection: upgrade', 'Upgrade: websocket')],
    ['to h2c', get('Connection: upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk')],
  ])('no upgrade %s', (_, text) => {
    expect(read(text).upgrade).toBe('')
  })

  test('100-continue, but not from HTTP/1.0 and not without a body', () => {
    expect(read(post('Expect: 100-Continue', 'Content-Length: 5')).expectContinue).toBe(true)
    expect(read(get('Expect: 100-continue')).expectContinue).toBe(false)
    const old = headOf('POST / HTTP/1.0', 'Host: a.test', 'Expect: 100-continue', 'Content-Length: 5')
    expect(read(old).expectContinue).toBe(false)
  })
})

test('trims blanks around values and keeps those inside', () => {
  expect(read(get('X:  \t a \t b \t ')).fields.get('x')).toBe('a \t b')
})

test('takes names that objects have by themselves for plain names', () => {
  const { fields } = read(get('constructor: x', 'toString: y', '__proto__: z'))
  expect([fields.get('constructor'), fields.get('tostring'), fields.get('__proto__')]).toEqual([
    'x',
    'y',
    'z',
  ])
})

test('takes blanks around values out, so that no backend can take them for a part of the value', () => {
  const head = new RequestHead()
  const text = 'GET / HTTP/1.1\r\nHost:\ta.test \r\nX-A:b\r\nX-B: \t \r\nX-C: c d\t\r\nX-D:\r\n\r\n'

  expect(parseRequestHead(text, head)).toBeUndefined()

  expect(head.fields.text).toBe(
    'GET / HTTP/1.1\r\nHost: a.test\r\nX-A: b\r\nX-B: \r\nX-C: c d\r\nX-D: \r\n\r\n',
  )
  expect(head.host).toBe('a.test')
})
