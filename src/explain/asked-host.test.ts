import { expect, test } from 'vitest'
import { askedHost } from './asked-host.ts'

test.each([
  ['SHOP.Test.', 'shop.test'],
  ['bücher.test', 'xn--bcher-kva.test'],
  ['*.Bücher.test', '*.xn--bcher-kva.test'],
  ['*', '*'],
  ['[::1]', '[::1]'],
  ['A B', 'a b'],
  ['', ''],
])('%j is asked for as %j', (typed, asked) => {
  expect(askedHost(typed)).toBe(asked)
})
