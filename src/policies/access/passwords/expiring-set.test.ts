import { expect, it } from 'vitest'
import { ExpiringSet } from './expiring-set.ts'

it('has what was added, until its time is over', () => {
  const set = new ExpiringSet(10, 100)
  set.add('a', 0)
  expect([set.has('a', 0), set.has('a', 99), set.has('a', 100), set.has('b', 0)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

it('counts the time from when a key was added last', () => {
  const set = new ExpiringSet(10, 100)
  set.add('a', 0)
  set.add('a', 50)
  expect(set.has('a', 149)).toBe(true)
  expect(set.size).toBe(1)
})

it('never holds more than it may, and lets the oldest go', () => {
  const set = new ExpiringSet(2, 100)
  for (const key of ['a', 'b', 'c']) set.add(key, 0)
  expect(['a', 'b', 'c'].map(key => set.has(key, 0))).toEqual([false, true, true])
  expect(set.size).toBe(2)
})

it('forgets what is over when something is added', () => {
  const set = new ExpiringSet(10, 100)
  for (const key of ['a', 'b']) set.add(key, 0)
  set.add('c', 100)
  expect(set.size).toBe(1)
})
