import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RequestView } from '../../../src/admin/api/live-types.ts'
import { splitTime } from './time-split.ts'

test('splits a request into waiting, connecting, waiting for the head, and the rest', () => {
  const request = {
    durationMs: 100,
    queueMs: 10,
    connectMs: 5,
    firstByteMs: 60,
    attempts: [{ endpoint: 'a:1', status: 200, headMs: 50, durationMs: 90 }],
  } as unknown as RequestView
  expect(splitTime(request).map(({ name, ms }) => [name, ms])).toEqual([
    ['queue', 10],
    ['connect', 5],
    ['wait', 45],
    ['transfer', 40],
  ])
})

test('tells attempts that failed from the one that answered', () => {
  const request = {
    durationMs: 100,
    queueMs: 0,
    connectMs: 0,
    firstByteMs: 100,
    attempts: [
      { endpoint: 'a:1', durationMs: 70, failure: 'connect-failed' },
      { endpoint: 'b:1', status: 200, headMs: 30, durationMs: 30 },
    ],
  } as unknown as RequestView
  expect(splitTime(request).map(({ name, ms }) => [name, ms])).toEqual([
    ['retries', 70],
    ['wait', 30],
  ])
})

test('has all of the time in its parts, and nothing negative, whatever was measured', () => {
  const ms = fc.integer({ min: 0, max: 1000 })
  const attempt = fc.record({
    endpoint: fc.constant('a:1'),
    headMs: fc.option(ms, { nil: undefined }),
    durationMs: ms,
  })
  const record = fc.record({
    durationMs: ms,
    queueMs: ms,
    connectMs: ms,
    firstByteMs: fc.option(ms, { nil: undefined }),
    attempts: fc.array(attempt, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(record, times => {
      const { durationMs, queueMs, firstByteMs = durationMs } = times
      fc.pre(queueMs <= firstByteMs && firstByteMs <= durationMs)
      const parts = splitTime(times as unknown as RequestView)
      expect(parts.every(part => part.ms > 0)).toBe(true)
      expect(parts.reduce((sum, part) => sum + part.ms, 0)).toBe(durationMs)
    }),
  )
})
