import { expect, test } from 'vitest'
import { requestRecord } from '../../../test/support/request-record.ts'
import { requestView } from './request-view.ts'

const sources = {
  redact: (url: string) => url,
  listeners: () => [{ name: 'http' as const, address: '127.0.0.1:8080' }],
}

function curlOf(target: string, authority = 'a.test'): string | undefined {
  return requestView({ id: 1, record: requestRecord({ target, authority }) }, sources).curl
}

test('gives a curl line that asks for the very same', () => {
  expect(curlOf('/cart')).toBe('curl --resolve a.test:8080:127.0.0.1 http://a.test:8080/cart')
  // curl would make three requests of the one.
  expect(curlOf('/v[1-3]')).toMatch(/^curl -g --resolve .* 'http:\/\/a\.test:8080\/v\[1-3\]'$/)
  expect(curlOf('/a?x={b,c}')).toMatch(/^curl -g /)
  expect(curlOf('/', '[::1]')).toMatch(/^curl -g /)
  // curl would ask for /b.
  expect(curlOf('/a/../b')).toMatch(/^curl --path-as-is /)
  expect(curlOf('/a/..')).toMatch(/^curl --path-as-is /)
  expect(curlOf('/a?x=/../b')).toMatch(/^curl --resolve /)
  expect(curlOf('/a/..b')).toMatch(/^curl --resolve /)
})

test('gives no curl line for what curl can not ask', () => {
  expect(curlOf('*')).toBeUndefined()
  expect(curlOf('/', '')).toBeUndefined()
})
