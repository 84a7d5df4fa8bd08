// When an endpoint is passed over, for how long, and what brings it back.
import { expect, test } from 'vitest'
import { Counters } from '../metrics/counters.ts'
import { EndpointHealth } from './endpoint-health.ts'

const counters = new Counters()

function create(): EndpointHealth {
  return new EndpointHealth(counters)
}

test('is passed over after one refusal, and twice as long after each further one, up to 30 s', () => {
  const health = create()
  const pauses: number[] = []
  let now = 0
  for (let i = 0; i < 7; i++) {
    health.beginTrial(now)
    health.noteFailure('connect-failed', false, now, now)
    pauses.push(health.passedOverUntil - now)
    now = health.passedOverUntil
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('is not passed over longer because many requests met the same refusal', () => {
  const health = create()
  for (let i = 0; i < 64; i++) health.noteFailure('connect-timeout', false, 500, 500)
  expect(health.passedOverUntil).toBe(1_500)
})

test('comes back with the connection that its trial opens', () => {
  const health = create()
  health.noteFailure('connect-failed', false, 0, 0)
  health.beginTrial(1_000)
  expect(health.passedOverUntil).toBeGreaterThan(1_000)
  health.noteConnected()
  expect(health.passedOverUntil).toBe(0)
  health.noteFailure('connect-failed', false, 2_000, 2_000)
  expect(health.passedOverUntil).toBe(3_000)
})

test('is passed over after five requests in a row without a valid answer, not after four', () => {
  const health = create()
  for (const failure of [
    'reset-before-response',
    'response-timeout',
    'head-truncated',
    'response-malformed',
  ] as const) {
    health.noteConnected()
    health.noteFailure(failure, false, 0, 0)
  }
  expect(health.passedOverUntil).toBe(0)
  health.noteFailure('send-timeout', true, 0, 0)
  expect(health.passedOverUntil).toBe(1_000)
  // Connecting was never the problem: only an answer shows that it is over.
  health.beginTrial(1_000)
  health.noteConnected()
  expect(health.passedOverUntil).not.toBe(0)
  health.noteResponse()
  expect(health.passedOverUntil).toBe(0)
})

test('begins to count anew with each answer', () => {
  const health = create()
  for (let i = 0; i < 20; i++) {
    if (i % 4 === 0) health.noteResponse()
    health.noteFailure('reset-before-response', false, 0, 0)
  }
  expect(health.passedOverUntil).toBe(0)
})

test('is not blamed for idle connections it closed, for our own limits, or for bodies that broke off', () => {
  const health = create()
  for (let i = 0; i < 20; i++) {
    health.noteFailure('reset-before-response', true, 0, 0)
    health.noteFailure('local-limit', false, 0, 0)
    health.noteFailure('body-truncated', false, 0, 0)
    health.noteFailure('internal-error', false, 0, 0)
  }
  expect(health.passedOverUntil).toBe(0)
})

test('is counted once for each time it began to be passed over', () => {
  const before = counters.ejections.of('unreachable')
  const health = create()
  health.noteFailure('connect-failed', false, 0, 0)
  health.beginTrial(1_000)
  health.noteFailure('connect-failed', false, 1_000, 1_000)
  expect(counters.ejections.of('unreachable')).toBe(before + 1)
})

test('stays on trial when an attempt fails that began before the trial', () => {
  const health = create()
  health.noteFailure('connect-failed', false, 0, 0)
  health.beginTrial(1_000)
  const untilOutcome = health.passedOverUntil
  health.noteFailure('connect-timeout', false, 999, 1_500)
  expect(health.passedOverUntil).toBe(untilOutcome)
  health.noteFailure('connect-failed', false, 1_000, 1_500)
  expect(health.passedOverUntil).toBe(3_500)
})
