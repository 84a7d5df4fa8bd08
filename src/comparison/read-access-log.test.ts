import { expect, test } from 'vitest'
import { readAccessLog } from './read-access-log.ts'

test('takes each request of a combined log once', () => {
  const text = `127.0.0.1 - - [21/Nov/2026:20:00:00 +0000] "GET /cart?x=1 HTTP/1.1" 200 12 "-" "curl/8"
127.0.0.1 - - [21/Nov/2026:20:00:01 +0000] "GET /cart?x=1 HTTP/1.1" 200 12 "-" "curl/8"
127.0.0.1 - anna [21/Nov/2026:20:00:02 +0000] "POST /a\\"b HTTP/2.0" 201 0 "-" "GET /no HTTP/1.1"
no request
127.0.0.1 - - [21/Nov/2026:20:00:03 +0000] "\\x16\\x03" 400 0 "-" "-"
127.0.0.1 - - [21/Nov/2026:20:00:03 +0000] "OPTIONS * HTTP/1.1" 200 0 "-" "-"
`
  expect(readAccessLog(text, 'http://shop.test').map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET http://shop.test/cart?x=1',
    'POST http://shop.test/a"b',
  ])
})
