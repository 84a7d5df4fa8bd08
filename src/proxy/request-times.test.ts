import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestTimes } from './request-times.ts'

let clock = 0
beforeEach(() => {
  clock = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function at(time: number, act: () => void): void {
  clock = time
  act()
}

test('the first attempt begins with the request, unless somebody needed time before', () => {
  const times = new RequestTimes()
  at(1000, () => times.begin())
  at(1001, () => times.beginAttempt())
  expect([times.asked, times.attempt]).toEqual([1000, 1000])

  at(2000, () => times.begin())
  times.wait()
  at(2005, () => times.beginAttempt())
  expect([times.asked, times.attempt]).toEqual([2005, 2005])
})

test('a later attempt begins when it begins, and knows nothing of the one before', () => {
  const times = new RequestTimes()
  at(1000, () => times.begin())
  times.beginAttempt()
  at(1003, () => times.noteConnected())
  at(1010, () => times.beginAttempt())
  expect(times).toMatchObject({ asked: 1000, attempt: 1010, connected: 0, head: 0 })
})

test('a response that comes whole ends when its head came, any other when it ends', () => {
  const times = new RequestTimes()
  at(1000, () => times.begin())
  at(1005, () => times.noteHead())
  at(1006, () => times.end())
  expect(times.ended).toBe(1005)

  at(2000, () => times.begin())
  at(2005, () => times.noteHead())
  times.endTurn()
  at(2050, () => times.end())
  expect(times.ended).toBe(2050)
})
