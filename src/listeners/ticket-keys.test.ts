import { expect, test } from 'vitest'
import { TicketKeys } from './ticket-keys.ts'

test('a ticket key lives for twelve hours, or until it is renewed', () => {
  let nowMs = 1000
  const keys = new TicketKeys(() => nowMs)
  const first = keys.current
  expect(first).toHaveLength(48)
  nowMs += 12 * 3_600_000 - 1
  expect([keys.renewIfDue(), keys.current]).toEqual([false, first])
  nowMs += 1
  expect(keys.renewIfDue()).toBe(true)
  const second = keys.current
  expect(second).not.toEqual(first)
  nowMs += 11 * 3_600_000
  keys.renew()
  expect(keys.current).not.toEqual(second)
  nowMs += 11 * 3_600_000
  expect(keys.renewIfDue()).toBe(false)
})
