// How endpoints are cut into groups.
import { expect, test } from 'vitest'
import { cutIntoSubsets } from './subsets.ts'

test('cuts a list into groups in its order', () => {
  expect(cutIntoSubsets(['a', 'b', 'c', 'd'], 2)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test('fills the last group up from the beginning of the list', () => {
  expect(cutIntoSubsets(['a', 'b', 'c', 'd', 'e'], 3)).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e', 'a'],
  ])
})

test('makes one group of a list that is no longer than a group, and none of an empty one', () => {
  expect(cutIntoSubsets(['a', 'b'], 3)).toEqual([['a', 'b']])
  expect(cutIntoSubsets(['a', 'b', 'c'], 3)).toEqual([['a', 'b', 'c']])
  expect(cutIntoSubsets([], 3)).toEqual([])
})
