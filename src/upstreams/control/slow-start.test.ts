// How an endpoint's share grows.
import { expect, test } from 'vitest'
import { SlowStart } from './slow-start.ts'

function turnsOf(slowStart: SlowStart<string>, member: string, of: number, now: number): number {
  return Array.from({ length: of }, () => slowStart.takesTurn(member, now)).filter(Boolean).length
}

test('endpoints that were there from the beginning take every turn', () => {
  const slowStart = new SlowStart<string>(10_000)
  slowStart.update(['a', 'b'], 0)
  expect(turnsOf(slowStart, 'a', 10, 0)).toBe(10)
})

test('a new endpoint takes a tenth of its turns, then more and more, then all', () => {
  const slowStart = new SlowStart<string>(10_000)
  slowStart.update(['a'], 0)
  slowStart.update(['a', 'b'], 1_000)
  expect(turnsOf(slowStart, 'b', 100, 1_000)).toBeCloseTo(10, -0.5)
  expect(turnsOf(slowStart, 'b', 100, 6_000)).toBeCloseTo(55, -0.5)
  expect(turnsOf(slowStart, 'b', 100, 11_000)).toBe(100)
  expect(turnsOf(slowStart, 'a', 100, 1_000)).toBe(100)
})

test('an endpoint that comes back begins anew', () => {
  const slowStart = new SlowStart<string>(10_000)
  slowStart.update(['a'], 0)
  slowStart.noteAway('a')
  expect(turnsOf(slowStart, 'a', 100, 50_000)).toBeLessThan(12)
})

test('an endpoint that went and came is new', () => {
  const slowStart = new SlowStart<string>(10_000)
  slowStart.update(['a', 'b'], 0)
  slowStart.update(['a'], 1_000)
  slowStart.update(['a', 'b'], 2_000)
  expect(turnsOf(slowStart, 'b', 100, 2_000)).toBeLessThan(12)
})
