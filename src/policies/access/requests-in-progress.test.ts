import { expect, it } from 'vitest'
import { RequestsInProgress } from './requests-in-progress.ts'

it('counts up to the limit for each client, and again after an end', () => {
  const requests = new RequestsInProgress()
  expect([1, 2, 3].map(() => requests.begin('a', 2))).toEqual([true, true, false])
  expect(requests.begin('b', 2)).toBe(true)
  requests.end('a')
  expect([1, 2].map(() => requests.begin('a', 2))).toEqual([true, false])
})

it('forgets a client whose requests have all ended', () => {
  const requests = new RequestsInProgress()
  requests.begin('a', 2)
  requests.begin('a', 2)
  requests.end('a')
  expect(requests.size).toBe(1)
  requests.end('a')
  expect(requests.size).toBe(0)
})
