import { expect, test } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

test('forgets what was not asked for longest', () => {
  const cache = new BoundedCache<number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
})

test('takes nothing new in while all it holds is in use', () => {
  let now = 0
  const cache = new BoundedCache<number>(2, 100, () => now)
  cache.set('a', 1)
  cache.set('b', 2)
  now = 99
  cache.set('c', 3)
  expect([cache.get('b'), cache.get('c')]).toEqual([2, undefined])
  now = 100
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 2, 3])
})

test('replaces what it holds under the same key whenever it is told', () => {
  const cache = new BoundedCache<number>(1, 100, () => 0)
  cache.set('a', 1)
  cache.set('a', 2)
  expect(cache.get('a')).toBe(2)
})
