import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'

test('a percentile is right within a twelfth', () => {
  const durations = fc.array(fc.double({ min: 0.002, max: 60_000, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const latencies = new Latencies()
      for (const ms of all) latencies.add(ms)
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1]!
      // Whole microseconds are counted.
      expect(Math.abs(latencies.percentile(share)! - exact)).toBeLessThanOrEqual(exact / 12 + 0.001)
    }),
  )
})

test('without durations there is no percentile', () => {
  expect(new Latencies().percentile(0.5)).toBeUndefined()
})

test('what came since a copy was made is told apart', () => {
  const latencies = new Latencies()
  latencies.add(1)
  const before = latencies.copy()
  latencies.add(1000)
  const since = latencies.since(before)
  expect(since.count).toBe(1)
  expect(since.percentile(0.5)).toBeGreaterThan(900)
})
