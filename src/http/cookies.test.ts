import { expect, test } from 'vitest'
import { cookieValue } from './cookies.ts'

test.each([
  ['a=1', 'a', '1'],
  ['a=1; b=2', 'b', '2'],
  ['a=1;b=2', 'b', '2'],
  ['a=1;   b=2 ', 'b', '2'],
  ['a=1; a=2', 'a', '1'],
  ['a=x=y', 'a', 'x=y'],
  ['a="q"', 'a', '"q"'],
  ['a=', 'a', ''],
  ['ab=1; b=2', 'b', '2'],
  ['A=1', 'a', undefined],
  ['ba=1', 'a', undefined],
  ['a; b=2', 'a', undefined],
  ['x=a=1', 'a', undefined],
  ['', 'a', undefined],
  [';;', 'a', undefined],
])('of %j, %s is %j', (cookies, name, expected) => {
  expect(cookieValue(cookies, name)).toBe(expected)
})
