// Which endpoints are left out for their answers, for how long, and when none is.
import { describe, expect, test } from 'vitest'
import { OutlierDetection, type OutlierLimits } from './outlier-detection.ts'

function detectionOf(members: string[], limits: Partial<OutlierLimits>): OutlierDetection<string> {
  const detection = new OutlierDetection<string>({
    consecutiveFailures: undefined,
    failurePercent: undefined,
    minRequests: 10,
    ejectionMs: 30_000,
    maxEjectedPercent: 50,
    ...limits,
  })
  detection.update(members)
  return detection
}

function fail(detection: OutlierDetection<string>, member: string, times: number, now: number): boolean {
  let ejected = false
  for (let i = 0; i < times; i++) ejected = detection.note(member, true, now)
  return ejected
}

describe('failures in a row', () => {
  test('leave an endpoint out for its time', () => {
    const detection = detectionOf(['a', 'b'], { consecutiveFailures: 3 })
    expect(fail(detection, 'a', 2, 0)).toBe(false)
    expect(fail(detection, 'a', 1, 0)).toBe(true)
    expect([detection.isEjected('a', 29_999), detection.isEjected('a', 30_000)]).toEqual([true, false])
    expect(detection.isEjected('b', 0)).toBe(false)
  })

  test('are counted anew after each success', () => {
    const detection = detectionOf(['a', 'b'], { consecutiveFailures: 3 })
    for (let i = 0; i < 5; i++) {
      fail(detection, 'a', 2, 0)
      detection.note('a', false, 0)
    }
    expect(detection.isEjected('a', 0)).toBe(false)
  })

  test('of what was under way when the endpoint was left out do not lengthen it', () => {
    const detection = detectionOf(['a', 'b'], { consecutiveFailures: 1 })
    fail(detection, 'a', 5, 0)
    expect(detection.isEjected('a', 30_000)).toBe(false)
  })

  test('again leave it out longer, until it has done well for as long', () => {
    const detection = detectionOf(['a', 'b'], { consecutiveFailures: 1 })
    fail(detection, 'a', 1, 0)
    fail(detection, 'a', 1, 30_000)
    expect([detection.isEjected('a', 89_999), detection.isEjected('a', 90_000)]).toEqual([true, false])
    detection.note('a', false, 180_000)
    fail(detection, 'a', 1, 180_000)
    expect(detection.isEjected('a', 210_000)).toBe(false)
  })
})

describe('a share of failures', () => {
  test('leaves an endpoint out once there are enough requests to judge by', () => {
    const detection = detectionOf(['a', 'b'], { failurePercent: 50 })
    for (let i = 0; i < 4; i++) detection.note('a', false, 0)
    expect(fail(detection, 'a', 5, 0)).toBe(false)
    expect(fail(detection, 'a', 1, 0)).toBe(true)
  })

  test('forgets what is older than ten seconds', () => {
    const detection = detectionOf(['a', 'b'], { failurePercent: 50 })
    fail(detection, 'a', 9, 0)
    for (let i = 0; i < 20; i++) detection.note('a', false, 10_000)
    expect(fail(detection, 'a', 9, 10_000)).toBe(false)
  })
})

test('never leaves out more than the share that is allowed, nor the only one', () => {
  const three = detectionOf(['a', 'b', 'c'], { consecutiveFailures: 1, maxEjectedPercent: 67 })
  expect([fail(three, 'a', 1, 0), fail(three, 'b', 1, 0), fail(three, 'c', 1, 0)]).toEqual([
    true,
    true,
    false,
  ])
  expect(fail(detectionOf(['a'], { consecutiveFailures: 1 }), 'a', 9, 0)).toBe(false)
})

test('remembers endpoints that stay and forgets those that go', () => {
  const detection = detectionOf(['a', 'b', 'c', 'd'], { consecutiveFailures: 1 })
  fail(detection, 'a', 1, 0)
  fail(detection, 'b', 1, 0)
  detection.update(['a', 'c', 'd'])
  detection.update(['a', 'b', 'c', 'd'])
  expect([detection.isEjected('a', 0), detection.isEjected('b', 0)]).toEqual([true, false])
})
