// Requests whose end could be read in two ways, or that are not HTTP/1.1 at all: answered by Portico and closed, and not
// one byte of them reaches a backend. Smuggling a request past a proxy begins with one that gets through.
import { describe, expect, test } from 'vitest'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n'

function post(...lines: string[]): string {
  return `${['POST / HTTP/1.1', 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
}

const refusedHeads: readonly (readonly [what: string, status: number, request: string])[] = [
  ['both framings', 400, `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nG`],
  ['two lengths', 400, `${post('Content-Length: 5', 'Content-Length: 5')}hello`],
  ['a signed length', 400, `${post('Content-Length: +5')}hello`],
  ['a length beyond all limits', 413, post('Content-Length: 9007199254740993')],
  ['a coding before chunked', 400, `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
  ['an unknown coding', 501, `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`],
  ['a leading comma', 400, `${post('Transfer-Encoding: ,chunked')}0\r\n\r\n`],
  [
    'a coding in HTTP/1.0',
    400,
    'POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['Connection: content-length', 400, `${post('Connection: content-length', 'Content-Length: 5')}hello`],
  ['a blank before the colon', 400, `${post('Content-Length : 5')}hello`],
  ['a folded field', 400, post('X: a', ' b')],
  ['bare line feeds', 400, 'GET / HTTP/1.1\nHost: a.test\n\n'],
  ['a bare line feed in a field', 400, post('X: y\nTransfer-Encoding: chunked')],
  ['NUL in a value', 400, post('X: a\x00b')],
  ['an HTTP/0.9 request', 400, 'GET /\r\n\r\n'],
  ['HTTP/2.0', 505, 'GET / HTTP/2.0\r\nHost: a.test\r\n\r\n'],
  ['no Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
  ['two Hosts', 400, post('Host: a.test')],
  ['a fragment', 400, 'GET /a#b HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['CONNECT', 405, 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a junk expectation', 417, `${post('Expect: y 100-continue', 'Content-Length: 5')}hello`],
  ['an upgrade with a body', 400, `${post('Connection: upgrade', 'Upgrade: x', 'Content-Length: 5')}hello`],
  ['17,000 octets of fields', 431, post(`X: ${'y'.repeat(17_000)}`)],
  ['150 fields', 431, post(...Array.from({ length: 150 }, (_, i) => `h${i}: x`))],
  ['17,000 octets of target', 414, `GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`],
]

describe('refuses a request with', () => {
  test.each(refusedHeads)('%s', async (_, status, request) => {
    const backend = await startRecordingBackend()
    const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
    const client = await rawClient(proxy.httpPort)

    client.send(request + smuggled)

    const received = await client.untilClosed()
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(received.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
    expect(received).toContain('\r\nConnection: close\r\n')
    expect(received).toContain('\r\nProxy-Status: portico; error=')
    expect(backend.connections).toHaveLength(0)
  })
})

test('refuses a TLS handshake at once', async () => {
  const proxy = await startProxy()
  const client = await rawClient(proxy.httpPort)

  client.send('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
})

test('refuses a malformed request the same when it arrives octet by octet', async () => {
  const backend = await startRecordingBackend()
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  client.socket.setNoDelay(true)

  for (const octet of `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nG`) {
    client.send(octet)
    await new Promise(setImmediate)
  }

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
  expect(backend.connections).toHaveLength(0)
})

const brokenBodies: readonly (readonly [what: string, body: string])[] = [
  ['a size that is no number', '5\r\nhello\r\nx\r\n'],
  ['data longer than its size', '4\r\nSEE-THIS\r\n0\r\n\r\n'],
  ['a bare line feed behind a size', '5\nhello\r\n0\r\n\r\n'],
  ['an overflowing size', '10000000000000005\r\nhello\r\n'],
  ['a malformed trailer', '5\r\nhello\r\n0\r\nX y\r\n\r\n'],
]

describe('breaks off a chunked upload with', () => {
  test.each(brokenBodies)('%s', async (_, body) => {
    const backend = await startRecordingBackend()
    const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
    const client = await rawClient(proxy.httpPort)

    client.send(post('Transfer-Encoding: chunked') + body + smuggled)

    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nConnection: close\r\n/)
    await backend.until(() => backend.openConnections === 0)
    expect(backend.received).not.toContain('smuggled')
    expect(backend.received).not.toMatch(/(^|\r\n)0\r\n\r\n$/)
  })
})

test('breaks off an upload whose client leaves before its end', async () => {
  const backend = await startRecordingBackend()
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(`${post('Transfer-Encoding: chunked')}5\r\nhello\r\n`)
  await backend.until(received => received.includes('hello'))
  client.socket.end()

  await backend.until(() => backend.openConnections === 0)
  expect(backend.received).not.toMatch(/(^|\r\n)0\r\n\r\n$/)
})

test('answers what came before junk, then refuses the junk', async () => {
  const backend = await startAnsweringBackend(okResponse('first'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n\x00junk\r\n\r\n')

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*firstHTTP\/1\.1 400 /)
})

test('ignores what follows a request that closes the connection', async () => {
  const backend = await startAnsweringBackend(okResponse('first'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(`GET /1 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n${smuggled}`)

  expect((await client.untilClosed()).match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
  expect(backend.received).not.toContain('smuggled')
})

test('spells the framing of what it forwards itself', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(`${post('content-length: 0005')}hello`)
  await client.until(received => received.endsWith('ok'))
  client.send(
    `${post('transfer-encoding:\tChunked')}0005;a=b\r\nhello\r\n6\r\n world\r\n000\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n`,
  )
  await client.until(received => received.split('HTTP/1.1 200').length === 3)

  expect(backend.received).toContain('\r\nContent-Length: 5\r\n\r\nhello')
  expect(backend.received).toContain(
    '\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  )
  expect(backend.received).not.toContain('6.6.6.6')
  expect(backend.received).not.toMatch(/a=b|0005|Chunked/)
})
