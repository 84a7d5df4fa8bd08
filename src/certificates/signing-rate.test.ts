import { expect, it } from 'vitest'
import { SigningRate } from './signing-rate.ts'

/** Waits of this many askers at one moment. */
function waits(rate: SigningRate, count: number, nowMs: number): (number | undefined)[] {
  return Array.from({ length: count }, () => rate.takeTurn(nowMs))
}

it('lets a thousand names be signed at once, and the next ones ten milliseconds after each other', () => {
  const rate = new SigningRate()
  expect(new Set(waits(rate, 1_000, 0))).toEqual(new Set([0]))
  expect(waits(rate, 3, 0)).toEqual([10, 20, 30])
})

it('refuses whoever would have to wait for more than five seconds, and takes no turn for them', () => {
  const rate = new SigningRate()
  const given = waits(rate, 5_000, 0)
  expect(given.filter(wait => wait !== undefined)).toHaveLength(1_500)
  expect(rate.takeTurn(10)).toBe(5_000)
})

it('forgets what it gave after a while', () => {
  const rate = new SigningRate()
  waits(rate, 1_500, 0)
  expect(new Set(waits(rate, 1_000, 15_000))).toEqual(new Set([0]))
})
