// Response heads of hostile and careless backends: what is refused, and what is read from the rest (RFC 9112 §4, §6.3).
import { describe, expect, test } from 'vitest'
import { Framing } from '../http/request-head.ts'
import { ResponseHead } from '../http/response-head.ts'
import { parseResponseHead } from './parse-response-head.ts'

function headOf(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`
}

function ok(...lines: string[]): string {
  return headOf('HTTP/1.1 200 OK', ...lines)
}

function read(text: string, method = 'GET'): ResponseHead {
  const head = new ResponseHead()
  expect(parseResponseHead(text, head, method)).toBeUndefined()
  return head
}

describe('refuses what can not be trusted', () => {
  test.each([
    ['another protocol', headOf('HTTPX/1.1 200 OK')],
    ['HTTP/2.0', headOf('HTTP/2.0 200 OK')],
    ['HTTP/1.2', headOf('HTTP/1.2 200 OK')],
    ['no status line', headOf('<html>')],
    ['a status of four digits', headOf('HTTP/1.1 2000 OK')],
    ['a status of two digits', headOf('HTTP/1.1 20 OK')],
    ['status 999', headOf('HTTP/1.1 999 OK')],
    ['status 000', headOf('HTTP/1.1 000 OK')],
    ['a status that is no number', headOf('HTTP/1.1 2x0 OK')],
    ['NUL in the reason', headOf('HTTP/1.1 200 O\x00K')],
    ['bare CR in the reason', headOf('HTTP/1.1 200 O\rK')],
    ['two lengths', ok('Content-Length: 2', 'Content-Length: 2')],
    ['a list of lengths', ok('Content-Length: 2, 2')],
    ['a negative length', ok('Content-Length: -2')],
    ['both framings', ok('Content-Length: 2', 'Transfer-Encoding: chunked')],
    ['an empty coding beside a length', ok('Transfer-Encoding:', 'Content-Length: 2')],
    ['a coding before chunked', ok('Transfer-Encoding: gzip, chunked')],
    ['a coding nobody asked for', ok('Transfer-Encoding: gzip')],
    ['chunked twice', ok('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['a coding in HTTP/1.0', headOf('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')],
    ['Connection naming the length', ok('Connection: content-length', 'Content-Length: 2')],
    ['a blank before the colon', ok('X : z')],
    ['bare CR in a value', ok('X: a\rSet-Cookie: e=1')],
    ['a folded value', ok('X: a', ' b')],
    ['an empty name', ok(': a')],
    ['101 fields', ok(...Array.from({ length: 101 }, (_, i) => `h${i}: x`))],
  ])('%s', (_, text) => {
    expect(parseResponseHead(text, new ResponseHead(), 'GET')).toBeDefined()
  })
})

describe('reads how the body ends', () => {
  test.each([
    ['by length', 'GET', ok('Content-Length: 2'), Framing.length, 2],
    ['by chunks', 'GET', ok('Transfer-Encoding: chunked'), Framing.chunked, 0],
    ['with the connection', 'GET', ok(), Framing.untilClose, 0],
    ['at once for 204', 'GET', headOf('HTTP/1.1 204 No Content', 'Content-Length: 4'), Framing.none, 0],
    ['at once for 103', 'GET', headOf('HTTP/1.1 103 Early Hints', 'Content-Length: 0'), Framing.none, 0],
    ['at once for HEAD without a length', 'HEAD', ok('Transfer-Encoding: chunked'), Framing.none, 0],
    ['at once for 304 without a length', 'GET', headOf('HTTP/1.1 304 Not Modified'), Framing.none, 0],
    ['and keeps what HEAD tells of it', 'HEAD', ok('Content-Length: 7'), Framing.length, 7],
    [
      'and keeps what 304 tells of it',
      'GET',
      headOf('HTTP/1.1 304 x', 'Content-Length: 7'),
      Framing.length,
      7,
    ],
  ])('%s', (_, method, text, framing, contentLength) => {
    const head = read(text, method)
    expect({ framing: head.framing, contentLength: head.contentLength }).toEqual({ framing, contentLength })
  })
})

test.each([
  ['HTTP/1.1 200 OK', 200, 'OK'],
  ['HTTP/1.1 200 ', 200, ''],
  ['HTTP/1.1 200', 200, ''],
  ['HTTP/1.1 200 O\x01K\xff', 200, 'OK'],
  ['HTTP/1.0 404 Not Found at all \xe9', 404, 'Not Found at all \xe9'],
])('reads the status line %j', (line, status, reason) => {
  expect(read(headOf(line))).toMatchObject({ status, reason })
})

describe('reads whether the connection lasts', () => {
  test.each([
    [ok(), true],
    [ok('Connection: close'), false],
    [headOf('HTTP/1.0 200 OK'), false],
    [headOf('HTTP/1.0 200 OK', 'Connection: keep-alive'), true],
  ])('%j', (text, keepAlive) => {
    expect(read(text).keepAlive).toBe(keepAlive)
  })

  test.each([
    ['Keep-Alive: timeout=5', 5],
    ['Keep-Alive: max=100, timeout=72', 72],
    ['Keep-Alive: xtimeout=5', -1],
    ['X-KeepAlive: timeout=5', -1],
  ])('%s for so many seconds', (line, seconds) => {
    expect(read(ok(line)).keepAliveSeconds).toBe(seconds)
  })
})

test('reads the protocol of a 101, and of nothing else', () => {
  const lines = ['Connection: Upgrade', 'Upgrade: WebSocket']
  expect(read(headOf('HTTP/1.1 101 Switching Protocols', ...lines)).upgrade).toBe('websocket')
  expect(read(headOf('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket')).upgrade).toBe('')
  expect(read(ok(...lines)).upgrade).toBe('')
})
