import { expect, test } from 'vitest'
import { explainHref, queryOf, readAsked } from './asked.ts'

const asked = {
  method: 'POST',
  url: 'https://shop.test/cart?a=1&b=2',
  headers: 'X-Canary: always\nAccept: */*',
  cookies: 'a=b; c\nd=e',
  clientAddress: '10.0.0.1',
  serverName: 'other.test',
  repeat: '100',
}

test('reads from an address what it has put there', () => {
  expect(readAsked(queryOf(asked))).toEqual(asked)
})

test('leaves out what is not said', () => {
  expect(explainHref({ url: 'http://shop.test/' })).toBe('#/explain?url=http%3A%2F%2Fshop.test%2F')
})

test('asks in plain HTTP where no scheme is written', () => {
  expect(queryOf({ ...asked, url: ' shop.test/cart ' }).get('url')).toBe('http://shop.test/cart')
})
