// How many retries a budget allows, and when it recovers.
import { expect, test } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0
  while (budget.take(now)) taken++
  return taken
}

test('allows its share of the requests of the last ten seconds', () => {
  const budget = new RetryBudget({ percent: 20, minPerSecond: 0 })
  for (let i = 0; i < 100; i++) budget.noteRequest(50_000 + i * 50)
  expect(takeAll(budget, 55_000)).toBe(20)
})

test('allows so many a second whatever there were of requests', () => {
  const budget = new RetryBudget({ percent: 20, minPerSecond: 3 })
  expect(takeAll(budget, 50_000)).toBe(30)
})

test('allows none without requests and without a minimum', () => {
  expect(takeAll(new RetryBudget({ percent: 100, minPerSecond: 0 }), 1_000)).toBe(0)
})

test('forgets requests and retries after ten seconds', () => {
  const budget = new RetryBudget({ percent: 10, minPerSecond: 0 })
  for (let i = 0; i < 100; i++) budget.noteRequest(0)
  expect(takeAll(budget, 9_999)).toBe(10)
  expect(takeAll(budget, 10_000)).toBe(0)
  for (let i = 0; i < 50; i++) budget.noteRequest(10_000)
  expect(takeAll(budget, 18_999)).toBe(0)
  expect(takeAll(budget, 19_000)).toBe(5)
})

test('has nothing left over after a long silence', () => {
  const budget = new RetryBudget({ percent: 10, minPerSecond: 0 })
  for (let i = 0; i < 100; i++) budget.noteRequest(5_000)
  expect(takeAll(budget, 1e9)).toBe(0)
})
