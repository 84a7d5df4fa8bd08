// Bodies and their framing in every combination, and the responses that have none; interim responses; size limits.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const bodySize = 'nginx.ingress.kubernetes.io/proxy-body-size'

async function clientFor(address: string, annotations: Record<string, string> = {}): Promise<RawClient> {
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', address, { annotations }) } })
  return rawClient(proxy.httpPort)
}

function request(line: string, ...lines: string[]): string {
  return `${[`${line} HTTP/1.1`, 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
}

function headOf(received: string): string {
  return received.slice(0, received.indexOf('\r\n\r\n') + 2)
}

test.each([
  ['length', 'Content-Length: 11', 'hello world'],
  ['chunked', 'Transfer-Encoding: chunked', 'b\r\nhello world\r\n0\r\n\r\n'],
])('passes a request body on that is framed by %s', async (_, framing, body) => {
  const backend = await startEchoBackend()
  const client = await clientFor(backend.address)

  client.send(request('POST /', framing, 'Connection: close') + body)

  expect(await client.untilClosed()).toContain('"body":"hello world"')
})

test.each([
  ['length', okResponse('hello'), /\r\nContent-Length: 5\r\n\r\nhello$/],
  [
    'chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00005;x\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
    /\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/,
  ],
  ['length 0', okResponse(''), /\r\nContent-Length: 0\r\n\r\n$/],
])('passes a response body on that is framed by %s', async (_, response, expected) => {
  const backend = await startAnsweringBackend(response)
  const client = await clientFor(backend.address)

  client.send(request('GET /'))
  const first = await client.until(text => expected.test(text))
  expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/)

  // Both connections are good for another request, so the framing was understood on both sides.
  client.send(request('GET /'))
  await client.until(text => text.length === 2 * first.length && expected.test(text))
  expect(backend.connections).toHaveLength(1)
})

test('frames a response that ends with its connection by chunks', async () => {
  const backend = await startAnsweringBackend('HTTP/1.1 200 OK\r\n\r\nhello', socket => socket.end())
  const client = await clientFor(backend.address)

  client.send(request('GET /'))

  const received = await client.until(text => text.endsWith('0\r\n\r\n'))
  expect(received).toMatch(/\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/)
  client.send(request('GET /'))
  await client.until(text => text.length === 2 * received.length)
})

test.each([
  ['HEAD with a length', 'HEAD /', okResponse('').replace(': 0', ': 7'), 'Content-Length: 7\r\n', 2],
  ['HEAD of a chunked body', 'HEAD /', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '', 2],
  ['HEAD of a body without framing', 'HEAD /', 'HTTP/1.1 200 OK\r\n\r\n', '', 2],
  ['204', 'GET /', 'HTTP/1.1 204 No Content\r\n\r\n', '', 1],
  ['204 with a length of 0', 'GET /', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', '', 1],
  ['304', 'GET /', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', '', 1],
  ['304 with a length', 'GET /', 'HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n', 'Content-Length: 7\r\n', 2],
])('knows that there is no body in an answer to %s', async (_, line, response, framing, connections) => {
  const backend = await startAnsweringBackend(response)
  const client = await clientFor(backend.address)

  client.send(request(line))
  const first = await client.until(text => text.endsWith('\r\n\r\n'))
  client.send(request(line))
  const received = await client.until(text => text.length === 2 * first.length)

  const withoutDate = (text: string) => text.replaceAll(/^Date: .*\r\n/gm, '')
  expect(withoutDate(received)).toBe(withoutDate(first + first))
  if (framing === '') expect(first).not.toMatch(/Content-Length|Transfer-Encoding/)
  else expect(first).toContain(framing)
  // Where a body might still follow, nothing else is asked on the connection.
  expect(backend.connections).toHaveLength(connections)
})

test('drops a body that a 204 must not have, and the connection it came on', async () => {
  const backend = await startAnsweringBackend('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nEVIL')
  const client = await clientFor(backend.address)

  client.send(request('GET /1'))
  await client.until(text => text.endsWith('\r\n\r\n'))
  client.send(request('GET /2'))
  const received = await client.until(text => text.split('HTTP/1.1 204').length === 3)

  expect(received).not.toMatch(/EVIL|Content-Length/)
  expect(backend.connections).toHaveLength(2)
})

test('tells a backend that a POST without framing has no body', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const client = await clientFor(backend.address)

  client.send(request('POST /'))
  await client.until(text => text.endsWith('ok'))

  expect(backend.received).toContain('\r\nContent-Length: 0\r\n')
})

// --- Expect: 100-continue ----------------------------------------------------------------------------------------------

test('sends 100 Continue when the body is wanted, and only then the body', async () => {
  const backend = await startRecordingBackend((socket, received) => {
    if (received.endsWith('hello')) socket.write(okResponse('done'))
  })
  const client = await clientFor(backend.address)

  client.send(request('POST /', 'Expect: 100-continue', 'Content-Length: 5'))
  expect(await client.until(text => text.endsWith('\r\n\r\n'))).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  client.send('hello')

  await client.until(text => text.endsWith('done'))
  expect(backend.received).not.toContain('Expect')
  expect(client.received.match(/^HTTP\/1\.1 100/gm)).toHaveLength(1)
})

test('refuses a body that is too large before the client has sent it', async () => {
  const backend = await startRecordingBackend()
  const client = await clientFor(backend.address, { [bodySize]: '1k' })

  client.send(request('POST /', 'Expect: 100-continue', 'Content-Length: 2000'))

  const received = await client.untilClosed()
  expect(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\nConnection: close\r\n/)
  expect(received).not.toContain(' 100 ')
  expect(backend.connections).toHaveLength(0)
})

// --- interim responses ---------------------------------------------------------------------------------------------------

const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x-a\r\nX-A: 1\r\n\r\n'

test('passes early hints on, without the fields of one hop', async () => {
  const backend = await startAnsweringBackend(hints + okResponse('done'))
  const client = await clientFor(backend.address)

  client.send(request('GET /'))

  const received = await client.until(text => text.endsWith('done'))
  expect(received).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
})

test('keeps interim responses from HTTP/1.0 clients', async () => {
  const backend = await startAnsweringBackend(hints + okResponse('done'))
  const client = await clientFor(backend.address)

  client.send('GET / HTTP/1.0\r\nHost: a.test\r\n\r\n')

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
})

test('swallows a 100 Continue that nobody asked for', async () => {
  const backend = await startAnsweringBackend(`HTTP/1.1 100 Continue\r\n\r\n${okResponse('done')}`)
  const client = await clientFor(backend.address)

  client.send(request('GET /'))

  expect(await client.until(text => text.endsWith('done'))).toMatch(/^HTTP\/1\.1 200 /)
})

test('gives up on a backend that sends interim responses without end', async () => {
  const backend = await startAnsweringBackend(
    'HTTP/1.1 103 E\r\nX: y\r\n\r\n'.repeat(5000) + okResponse('hi'),
  )
  const client = await clientFor(backend.address)

  client.send(request('GET /'))

  const received = await client.until(text => /^HTTP\/1\.1 502 /m.test(text))
  expect(received.match(/^HTTP\/1\.1 103/gm)!.length).toBeLessThanOrEqual(16)
})

// --- size limits ---------------------------------------------------------------------------------------------------------

test('refuses a declared length over the limit without asking the backend, and serves the next request', async () => {
  const backend = await startAnsweringBackend(okResponse('done'))
  const client = await clientFor(backend.address, { [bodySize]: '1k' })

  client.send(request('POST /', 'Content-Length: 2000') + 'x'.repeat(2000) + request('GET /'))

  const received = await client.until(text => text.endsWith('done'))
  expect(received.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  expect(backend.received).toMatch(/^GET /)
})

test('cuts a chunked body at the limit: 413 for the client, a reset for the backend', async () => {
  const backend = await startRecordingBackend()
  const client = await clientFor(backend.address, { [bodySize]: '1k' })

  client.send(`${request('POST /', 'Transfer-Encoding: chunked')}400\r\n${'x'.repeat(1024)}\r\n`)
  await backend.until(received => received.includes('x'.repeat(1024)))
  expect(client.received).toBe('')
  client.send('1\r\nx\r\n')

  expect(headOf(await client.until(text => text.includes('\r\n\r\n')))).toMatch(/^HTTP\/1\.1 413 /)
  await backend.until(() => backend.openConnections === 0)
  expect(backend.received).not.toContain('0\r\n\r\n')
})

test('lets a client read its 413 although it goes on sending', async () => {
  const backend = await startRecordingBackend()
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })

  const response = await fetchFrom({
    port: proxy.httpPort,
    host: 'a.test',
    method: 'POST',
    body: Buffer.alloc(8 * 1024 * 1024),
  })

  expect(response.status).toBe(413)
  expect(response.headers).toMatchObject({
    connection: 'close',
    'proxy-status': 'portico; error=http_request_denied',
  })
})

test('sets no limit with proxy-body-size 0', async () => {
  const backend = await startEchoBackend('echo', (_request, response, body) =>
    response.end(String(body.length)),
  )
  const annotations = { [bodySize]: '0' }
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations }) },
  })

  const response = await fetchFrom({
    port: proxy.httpPort,
    host: 'a.test',
    method: 'POST',
    body: Buffer.alloc(3 * 1024 * 1024, 'x'),
  })

  expect(response.body).toBe(String(3 * 1024 * 1024))
})

test('refuses a malformed body of a HEAD request without content', async () => {
  const backend = await startEchoBackend()
  const client = await clientFor(backend.address)

  client.send(`${request('HEAD /', 'Transfer-Encoding: chunked')}x\r\n`)

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 .*\r\nConnection: close\r\n\r\n$/s)
})
