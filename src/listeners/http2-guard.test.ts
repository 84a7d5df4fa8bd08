import { expect, test } from 'vitest'
import type { Deadlines } from '../sockets/deadlines.ts'
import { Http2Guard } from './http2-guard.ts'

test('200 streams may break off at once, and 20 a second from then on', () => {
  const clock = { now: 0 }
  const guard = new Http2Guard(clock as Deadlines)
  for (let i = 0; i < 200; i++) expect(guard.allowsReset()).toBe(true)
  expect(guard.allowsReset()).toBe(false)
  clock.now = 1_100
  for (let i = 0; i < 20; i++) expect(guard.allowsReset()).toBe(true)
  clock.now = 1_000_000
  for (let i = 0; i < 200; i++) expect(guard.allowsReset()).toBe(true)
  expect(guard.allowsReset()).toBe(false)
})

test('frames may cost as much as they bring, four times over, and a little for nothing', () => {
  const guard = new Http2Guard({ now: 0 } as Deadlines)
  expect(guard.allowsReceived(256 * 1024, 0)).toBe(true)
  guard.noteUseful(1024 * 1024)
  expect(guard.allowsReceived(4 * 1024 * 1024, 0)).toBe(true)
  expect(guard.allowsReceived(5 * 1024 * 1024, 0)).toBe(false)
})

test('a body that waits to be taken counts when it comes, and not again when it is', () => {
  const guard = new Http2Guard({ now: 0 } as Deadlines)
  const mebibyte = 1024 * 1024
  expect(guard.allowsReceived(4 * mebibyte, mebibyte)).toBe(true)
  guard.noteUseful(mebibyte)
  expect(guard.allowsReceived(5 * mebibyte, 0)).toBe(false)
})
