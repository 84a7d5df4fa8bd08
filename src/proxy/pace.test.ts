import { expect, it } from 'vitest'
import { Pace } from './pace.ts'

it('allows the rate of each second, the first one at once', () => {
  const pace = new Pace(1000, 0, 5_000)
  expect(pace.allowance(5_000)).toBe(1000)
  pace.note(1000)
  expect(pace.allowance(5_000)).toBe(0)
  expect(pace.msUntil(500, 5_000)).toBe(500)
  expect(pace.allowance(5_500)).toBe(500)
})

it('lets the first bytes go at full speed', () => {
  const pace = new Pace(1000, 4000, 0)
  pace.note(5000)
  expect([pace.allowance(0), pace.allowance(250)]).toEqual([0, 250])
})

it('makes up for late timers', () => {
  const pace = new Pace(1000, 0, 0)
  for (let now = 0; now <= 10_000; now += 370) pace.note(pace.allowance(now))
  expect(pace.allowance(10_000)).toBe(10_000 - 9_990)
})
