// Who owns which key, and how few keys move when members come and go.
import { describe, expect, test } from 'vitest'
import { HashRing, hash32 } from './hash-ring.ts'

const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`)
const names = (count: number) => Array.from({ length: count }, (_, i) => `10.0.0.${i}:8080`)
const ringOf = (members: readonly string[]) => new HashRing(members, name => name)

function shares(ring: HashRing<string>): number[] {
  const counts = Map.groupBy(keys, key => ring.find(key)!)
  return [...counts.values()].map(({ length }) => length / keys.length)
}

test('gives every member about its share of the keys', () => {
  for (const count of [1, 2, 3, 10]) {
    const found = shares(ringOf(names(count)))
    expect(found).toHaveLength(count)
    for (const share of found) expect(Math.abs(share * count - 1)).toBeLessThan(0.35)
  }
})

test('depends on the names of the members, not on their order', () => {
  const ring = ringOf(names(7))
  const reversed = ringOf(names(7).reverse())
  for (const key of keys) expect(reversed.find(key)).toBe(ring.find(key))
})

describe('a member that', () => {
  test.each([1, 2, 4, 9])(
    'joins %i others takes keys from them, about its share, and moves no other key',
    before => {
      const small = ringOf(names(before))
      const large = ringOf(names(before + 1))
      const moved = keys.filter(key => small.find(key) !== large.find(key))
      for (const key of moved) expect(large.find(key)).toBe(`10.0.0.${before}:8080`)
      expect(Math.abs((moved.length / keys.length) * (before + 1) - 1)).toBeLessThan(0.35)
    },
  )

  test('is not wanted gives its keys to others, and the keys of the others stay', () => {
    const ring = ringOf(names(5))
    const out = '10.0.0.2:8080'
    for (const key of keys) {
      const owner = ring.find(key)
      const found = ring.findWanted(key, member => member !== out)
      if (owner === out) expect(found).not.toBe(out)
      else expect(found).toBe(owner)
    }
  })
})

test('finds nobody where there is nobody, or nobody is wanted', () => {
  expect(ringOf([]).find('key')).toBeUndefined()
  expect(ringOf([]).findWanted('key', () => true)).toBeUndefined()
  expect(ringOf(names(3)).findWanted('key', () => false)).toBeUndefined()
})

test('hashes texts that differ in one character far apart', () => {
  const hashes = Array.from({ length: 1_000 }, (_, i) => hash32(`10.0.0.${i}`))
  expect(new Set(hashes).size).toBe(1_000)
  const quarters = Map.groupBy(hashes, hash => hash >>> 30)
  for (const quarter of quarters.values()) expect(quarter.length).toBeGreaterThan(200)
})
