import { expect, test } from 'vitest'
import { findHeadEnd, hasBareLineEnd } from './find-head-end.ts'

test('finds the place behind the first empty line', () => {
  expect(findHeadEnd(Buffer.from('GET / HTTP/1.1\r\n\r\nrest\r\n\r\n'), 0)).toBe(18)
})

test('finds the next head from where the last one ended', () => {
  const bytes = Buffer.from('GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n')
  expect(findHeadEnd(bytes, 19)).toBe(bytes.length)
})

test('finds nothing before the empty line is whole', () => {
  expect(findHeadEnd(Buffer.from('GET / HTTP/1.1\r\nX: y\r\n\r'), 0)).toBe(-1)
})

test.each([
  ['GET / HTTP/1.1\nHost', true],
  ['GET / HTTP/1.1\r\nHost: a\n', true],
  ['\nGET', true],
  ['GET / HTTP/1.1\r\nHost: a\r', false],
  ['GET / HTTP/1.1', false],
  ['GET / HTTP/1.1\rHost: a\r', true],
  ['\r\r', true],
])('knows whether %j has half a line end', (text, expected) => {
  expect(hasBareLineEnd(Buffer.from(text), 0)).toBe(expected)
})

test('does not look for half a line end behind the head', () => {
  expect(hasBareLineEnd(Buffer.from('GET / HTTP/1.1\r\n\r\na\nb'), 0, 18)).toBe(false)
})
