import { expect, test } from 'vitest'
import { readHost } from './authority.ts'

test.each([
  ['a.test', 'a.test'],
  ['A.TEST:8080', 'a.test'],
  ['a.test.', 'a.test'],
  ['a.test.:80', 'a.test'],
  ['a.test:', 'a.test'],
  ['a_b.test', 'a_b.test'],
  ['127.0.0.1:1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
])('reads %s as %s', (authority, host) => {
  expect(readHost(authority)).toBe(host)
})

test.each([
  '',
  '.',
  ':80',
  'a..test',
  '.a.test',
  'a.test:65536',
  'a.test:-1',
  'a.test:80:80',
  'a b',
  'x@a.test',
  'a.test/x',
  'a%2etest',
  'a,b',
  '[::1',
  '::1',
  '[a]b',
  '-',
  `${'a'.repeat(256)}`,
])('refuses %j', authority => {
  expect(readHost(authority)).toBeUndefined()
})

test('refuses a long host of many labels without delay', () => {
  expect(readHost(`${'a-'.repeat(100)}!`)).toBeUndefined()
})
