// When a circuit opens, what is let through meanwhile, and what closes it.
import { describe, expect, test } from 'vitest'
import { type BreakerOutcome, CircuitBreaker } from './circuit-breaker.ts'

function breakerOf(limits: { maxRequests?: number; failures?: number }): CircuitBreaker {
  return new CircuitBreaker({ maxRequests: undefined, failures: undefined, openMs: 5_000, ...limits })
}

function run(breaker: CircuitBreaker, outcome: BreakerOutcome, now: number): void {
  const pass = breaker.begin(now)
  if (pass === 'normal' || pass === 'trial') breaker.end(pass, outcome, now)
}

test('lets so many requests be under way at once, and the next when one has ended', () => {
  const breaker = breakerOf({ maxRequests: 2 })
  expect([breaker.begin(0), breaker.begin(0), breaker.begin(0)]).toEqual([
    'normal',
    'normal',
    'upstream-busy',
  ])
  breaker.end('normal', 'succeeded', 0)
  expect([breaker.begin(0), breaker.begin(0)]).toEqual(['normal', 'upstream-busy'])
})

describe('a circuit', () => {
  test('opens after so many failures in a row, not when a success lies between them', () => {
    const breaker = breakerOf({ failures: 3 })
    for (const outcome of ['failed', 'failed', 'succeeded', 'failed', 'failed', undefined] as const)
      run(breaker, outcome, 0)
    expect(breaker.begin(0)).toBe('normal')
    expect(breaker.end('normal', 'failed', 0)).toBe(true)
    expect(breaker.begin(0)).toBe('circuit-open')
  })

  test('lets one request try when its time is over, and closes when that succeeds', () => {
    const breaker = breakerOf({ failures: 1 })
    run(breaker, 'failed', 0)
    expect(breaker.begin(4_999)).toBe('circuit-open')
    expect(breaker.retryAfterSeconds(1_500)).toBe(4)
    expect(breaker.begin(5_000)).toBe('trial')
    expect(breaker.begin(5_000)).toBe('circuit-open')
    expect(breaker.retryAfterSeconds(9_000)).toBe(1)
    breaker.end('trial', 'succeeded', 5_100)
    expect(breaker.begin(5_100)).toBe('normal')
  })

  test('opens again when the trial fails, and lets another try when it had no outcome', () => {
    const breaker = breakerOf({ failures: 1 })
    run(breaker, 'failed', 0)
    run(breaker, 'failed', 5_000)
    expect(breaker.begin(9_999)).toBe('circuit-open')
    run(breaker, undefined, 10_000)
    expect(breaker.begin(10_000)).toBe('trial')
  })

  test('is not closed, nor opened for longer, by requests that began before it opened', () => {
    const breaker = breakerOf({ failures: 1 })
    for (let i = 0; i < 3; i++) breaker.begin(0)
    breaker.end('normal', 'failed', 0)
    breaker.end('normal', 'succeeded', 1_000)
    breaker.end('normal', 'failed', 2_000)
    expect(breaker.begin(4_999)).toBe('circuit-open')
    expect(breaker.begin(5_000)).toBe('trial')
    expect(breaker.underWay).toBe(1)
  })
})
