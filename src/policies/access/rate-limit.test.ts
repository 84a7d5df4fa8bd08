import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Rate, RateLimit } from './rate-limit.ts'

const onePerSecond: Rate = { perSecond: 1_000, burst: 5_000 }

function ask(limit: RateLimit, rate: Rate, now: number, client = 'a'): boolean {
  if (!limit.allows(client, rate, now)) return false
  limit.count(client, rate, now)
  return true
}

function askTimes(times: number, limit: RateLimit, rate: Rate, now: number): number {
  let passed = 0
  for (let i = 0; i < times; i++) if (ask(limit, rate, now)) passed++
  return passed
}

it('lets the first request and the burst pass at once, then one per second', () => {
  const limit = new RateLimit(10)
  expect(askTimes(10, limit, onePerSecond, 0)).toBe(6)
  expect(askTimes(10, limit, onePerSecond, 999)).toBe(0)
  expect(askTimes(10, limit, onePerSecond, 1_000)).toBe(1)
  expect(askTimes(10, limit, onePerSecond, 3_500)).toBe(2)
  expect(askTimes(10, limit, onePerSecond, 4_000)).toBe(1)
})

it('does not count what it refuses', () => {
  const limit = new RateLimit(10)
  askTimes(1_000, limit, onePerSecond, 0)
  expect(askTimes(10, limit, onePerSecond, 60_000)).toBe(6)
})

it('leaks rates per minute as whole thousandths per second', () => {
  const limit = new RateLimit(10)
  const perMinute: Rate = { perSecond: Math.trunc(1000 / 60), burst: 1_000 }
  expect(askTimes(5, limit, perMinute, 0)).toBe(2)
  // 16 thousandths a second, not 16⅔: nginx counts in integers.
  expect(askTimes(5, limit, perMinute, 62_000)).toBe(0)
  expect(askTimes(5, limit, perMinute, 62_500)).toBe(1)
})

it('holds a client of its own bucket only', () => {
  const limit = new RateLimit(10)
  askTimes(10, limit, onePerSecond, 0)
  expect(ask(limit, onePerSecond, 0, 'b')).toBe(true)
})

it('holds no more clients than it may, and forgets who asked longest ago', () => {
  const limit = new RateLimit(3)
  askTimes(6, limit, onePerSecond, 0)
  for (const client of ['b', 'c']) ask(limit, onePerSecond, 1, client)
  expect(ask(limit, onePerSecond, 1)).toBe(false)
  ask(limit, onePerSecond, 2, 'd')
  expect(limit.size).toBe(3)
  expect(askTimes(10, limit, onePerSecond, 2)).toBe(6)
})

it('forgets clients that have leaked dry when another comes', () => {
  const limit = new RateLimit(100)
  for (const client of ['b', 'c', 'd']) ask(limit, onePerSecond, 0, client)
  ask(limit, onePerSecond, 59_999, 'e')
  expect(limit.size).toBe(4)
  ask(limit, onePerSecond, 60_000, 'f')
  expect(limit.size).toBe(3)
})

it('survives a clock that goes back', () => {
  const limit = new RateLimit(10)
  expect(askTimes(10, limit, onePerSecond, 10_000)).toBe(6)
  expect(askTimes(10, limit, onePerSecond, 0)).toBe(0)
})

it('never lets more pass than rate and burst allow', () => {
  const moments = fc.array(fc.nat(2_000), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 50 }), fc.nat(20), (gaps, perSecond, burst) => {
      const limit = new RateLimit(10)
      const rate = { perSecond: perSecond * 1000, burst: burst * 1000 }
      let now = 0
      let passed = 0
      for (const gap of gaps) {
        now += gap
        if (ask(limit, rate, now)) passed++
      }
      expect(passed).toBeLessThanOrEqual(1 + burst + Math.ceil((perSecond * now) / 1000))
    }),
  )
})
