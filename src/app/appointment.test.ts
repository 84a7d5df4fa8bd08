import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Appointment } from './appointment.ts'

const dayMs = 86_400_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('keeps a date that no timer reaches, once', () => {
  const act = vi.fn()
  new Appointment().set(Date.now() + 100 * dayMs, act)
  vi.advanceTimersByTime(100 * dayMs - 1)
  expect(act).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200 * dayMs)
  expect(act).toHaveBeenCalledTimes(1)
})

test('keeps a date that is past at once, and none that was replaced, cancelled or never comes', () => {
  const act = vi.fn()
  const appointment = new Appointment()
  appointment.set(Date.now() - 1, () => act('past'))
  vi.advanceTimersByTime(1)
  appointment.set(Date.now() + 10, () => act('replaced'))
  appointment.set(Date.now() + 20, () => act('kept'))
  vi.advanceTimersByTime(20)
  appointment.set(Date.now() + 10, () => act('cancelled'))
  appointment.cancel()
  appointment.set(Number.POSITIVE_INFINITY, () => act('never'))
  vi.advanceTimersByTime(1000 * dayMs)
  expect(act.mock.calls).toEqual([['past'], ['kept']])
})
