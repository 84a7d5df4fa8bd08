// How averages of response times grow, fade, and begin.
import { expect, test } from 'vitest'
import { ResponseTimes } from './response-times.ts'

function timesOf(...members: string[]): ResponseTimes<string> {
  const times = new ResponseTimes<string>()
  times.update(members, 0)
  for (const member of members) times.note(member, 0, 0)
  return times
}

test('a member that was asked ten seconds ago counts what it took now by 63 %', () => {
  const times = timesOf('a')
  times.note('a', 100, 10_000)
  expect(times.cost('a', 10_000)).toBeCloseTo(100 * (1 - 1 / Math.E))
})

test('the first request tells all', () => {
  const times = new ResponseTimes<string>()
  times.update(['a'], 0)
  expect(times.cost('a', 0)).toBe(0)
  times.note('a', 100, 0)
  expect(times.cost('a', 0)).toBe(100)
})

test('a cost fades to a third within ten seconds of silence', () => {
  const times = timesOf('a')
  times.note('a', 100, 100_000)
  const cost = times.cost('a', 100_000)
  expect(times.cost('a', 110_000)).toBeCloseTo(cost / Math.E)
})

test('one slow response among many at once moves the average little', () => {
  const times = timesOf('a')
  for (let now = 0; now < 10_000; now += 10) times.note('a', 10, now)
  times.note('a', 1_000, 10_000)
  expect(times.cost('a', 10_000)).toBeLessThan(12)
})

test('a new member begins with the average of the others, which keep theirs', () => {
  const times = timesOf('a', 'b')
  times.note('a', 100, 1e9)
  times.note('b', 300, 1e9)
  times.update(['a', 'b', 'c'], 1e9)
  expect(times.cost('a', 1e9)).toBeCloseTo(100)
  expect(times.cost('c', 1e9)).toBeCloseTo(200)
})

test('a member that is gone is forgotten, and what it still answers is not counted', () => {
  const times = timesOf('a', 'b')
  times.update(['b'], 0)
  times.note('a', 100, 50_000)
  times.update(['a', 'b'], 50_000)
  expect(times.cost('a', 50_000)).toBe(0)
})

test('a clock that went back counts as one that stands still', () => {
  const times = timesOf('a')
  times.note('a', 100, 10_000)
  expect(times.cost('a', 0)).toBe(times.cost('a', 10_000))
})
