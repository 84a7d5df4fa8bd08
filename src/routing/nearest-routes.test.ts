import { expect, test } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { requestFacts } from '../../test/support/request-facts.ts'
import { ingress } from '../../test/support/resources.ts'
import { buildMatcher } from './matcher.ts'
import { nearestRoutes } from './nearest-routes.ts'

const { table } = compile([
  ingress({ name: 'shop', rules: { 'shop.example.com': ['P /cart cart:80', 'P /orders orders:80'] } }),
  ingress({ name: 'blog', rules: { 'blog.example.org': ['E /about about:80'] } }),
  ingress({ name: 'tenants', rules: { '*.tenants.net': ['P /app app:80'] } }),
])

const matcher = buildMatcher(table)
const nearest = (host: string, path: string) =>
  nearestRoutes(matcher, host, path, requestFacts({ host, target: path })).map(
    ({ route }) => `${route.host}${route.path}`,
  )

test('are those of the same host, the closest path first', () => {
  expect(nearest('shop.example.com', '/crat')).toEqual(['shop.example.com/cart', 'shop.example.com/orders'])
  expect(nearest('shop.example.com', '/ordersx')[0]).toBe('shop.example.com/orders')
})

test('are those for the same path on other hosts', () => {
  expect(nearest('localhost', '/about')).toEqual(['blog.example.org/about'])
})

test('are those of a host that is misspelt, a wildcard included', () => {
  expect(nearest('shop.exmaple.com', '/cart')[0]).toBe('shop.example.com/cart')
  expect(nearest('any.tenant.net', '/app')).toEqual(['*.tenants.net/app'])
})

test('are none where nothing is like it', () => {
  expect(nearest('qqq.test', '/zzzzzzzzz')).toEqual([])
})
