import { expect, test } from 'vitest'
import type { RequestView } from '../../../src/admin/api/live-types.ts'
import { createRequestFilter, noFilter, serverQuery } from './filter-requests.ts'

const request = {
  method: 'GET',
  scheme: 'https',
  authority: 'shop.test',
  target: '/cart?a=1',
  status: 404,
  durationMs: 12,
  service: 'shop/cart:80',
  ingress: 'shop/web',
} as RequestView

function passes(filter: Partial<typeof noFilter>): boolean {
  return createRequestFilter({ ...noFilter, ...filter })(request)
}

test('lets everything through that no filter speaks of', () => {
  expect(passes({})).toBe(true)
})

test('finds all words in method and URL', () => {
  expect(passes({ search: 'get /cart' })).toBe(true)
  expect(passes({ search: 'POST /cart' })).toBe(false)
})

test.each([
  ['404', true],
  ['4xx', true],
  ['40x', true],
  ['>=400', true],
  ['>4xx', false],
  ['<500', true],
  ['5xx, 404', true],
  ['2xx,5xx', false],
  ['nonsense', true],
])('status %s of a 404: %s', (status, is) => {
  expect(passes({ status })).toBe(is)
})

test('holds durations, Services and Ingresses against theirs', () => {
  expect([passes({ minMs: '12' }), passes({ minMs: '12.5' }), passes({ minMs: 'x' })]).toEqual([
    true,
    false,
    true,
  ])
  expect([passes({ service: 'cart' }), passes({ service: 'web' })]).toEqual([true, false])
  expect([passes({ ingress: 'SHOP/' }), passes({ ingress: 'cart' })]).toEqual([true, false])
})

test('has Portico filter what it can, and only that', () => {
  const filter = { ...noFilter, search: 'GET http://shop.test /cart', status: '5xx', minMs: '1.5' }
  expect(serverQuery(filter, 'a route')).toEqual({
    status: '5xx',
    minMs: '1.5',
    route: 'a route',
    q: 'shop.test /cart',
  })
  expect(serverQuery({ ...noFilter, search: 'post', status: '>=400', minMs: 'x' }, '')).toEqual({})
})
