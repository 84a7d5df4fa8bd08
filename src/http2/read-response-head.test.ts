// Heads of responses in HTTP/2: how their bodies end for whoever reads on, and which heads can not be trusted.
import { expect, test } from 'vitest'
import { Framing } from '../http/request-head.ts'
import { ResponseHead } from '../http/response-head.ts'
import { readResponseHead } from './read-response-head.ts'

function read(fields: readonly string[], { bodyFollows = true, method = 'GET' } = {}) {
  const head = new ResponseHead()
  return { head, error: readResponseHead(fields, bodyFollows, head, method) }
}

const length = (contentLength: number) => ({ framing: Framing.length, contentLength })
const none = { framing: Framing.none, contentLength: 0 }

test.each([
  [['200'], {}, { framing: Framing.chunked }],
  [['200'], { bodyFollows: false }, length(0)],
  [['200', 'content-length', '3'], {}, length(3)],
  [['200', 'content-length', '3'], { bodyFollows: false, method: 'HEAD' }, length(3)],
  [['200'], { bodyFollows: false, method: 'HEAD' }, none],
  [['204'], { bodyFollows: false }, none],
  [['304', 'content-length', '3'], { bodyFollows: false }, length(3)],
] as const)('%j %j', ([status, ...fields], how, expected) => {
  const { head, error } = read([':status', status, ...fields], how)
  expect(error).toBeUndefined()
  expect(head).toMatchObject({ ...expected, status: Number(status), version: '2.0' })
})

test.each([
  [[]],
  [['server', 'x', ':status', '200']],
  [[':status', '101']],
  [[':status', '99']],
  [[':status', '200 OK\r\nx: y']],
  [[':status', '200', ':status', '200']],
  [[':status', '200', 'x', 'y\r\nz: a']],
  [[':status', '200', 'content-length', '1, 1']],
  [[':status', '200', 'transfer-encoding', 'chunked']],
  [[':status', '200', ...Array.from({ length: 101 }, (_, i) => [`x-${i}`, 'y']).flat()]],
])('refuses %j', fields => expect(read(fields).error).toBeDefined())
