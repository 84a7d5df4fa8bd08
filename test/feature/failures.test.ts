// Backends that fail in every way there is: what the client is told, what is tried again, and what must never be.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest, type TestResponse } from '../support/fetch.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import {
  okResponse,
  type RawBackend,
  startAnsweringBackend,
  startRecordingBackend,
} from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const readTimeout = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' }
const sendTimeout = { 'nginx.ingress.kubernetes.io/proxy-send-timeout': '1' }

function proxyFor(endpoints: string, annotations: Record<string, string> = {}): Promise<TestProxy> {
  return startProxy({ files: { 'web.yaml': serving('a.test', endpoints, { annotations }) } })
}

function ask(proxy: TestProxy, request: Partial<TestRequest> = {}): Promise<TestResponse> {
  return fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
}

// --- endpoints that can not be reached ---------------------------------------------------------------------------------

test('sends a POST to another endpoint when one refuses, its body whole and once', async () => {
  const backend = await startEchoBackend('alive')
  const proxy = await proxyFor(`127.0.0.1:${await closedPort()},${backend.address}`)
  const body = 'x'.repeat(200_000)

  // Whoever's turn it is, both requests are served.
  for (let i = 0; i < 2; i++) {
    const response = await ask(proxy, { method: 'POST', body })
    expect(response.status).toBe(200)
    expect(response.echo().body.length).toBe(body.length)
  }
})

test('answers 502 when every endpoint refuses', async () => {
  const proxy = await proxyFor(`127.0.0.1:${await closedPort()},127.0.0.1:${await closedPort()}`)

  const response = await ask(proxy, { method: 'POST', body: 'x' })

  expect(response.status).toBe(502)
  expect(response.headers['proxy-status']).toBe('portico; error=connection_refused')
})

test('answers 503 when the name of the endpoint has no address', async () => {
  const proxy = await proxyFor('no-such-name.invalid:80')
  const response = await ask(proxy)
  expect(response.status).toBe(503)
  expect(response.headers['proxy-status']).toBe('portico; error=dns_error')
})

test('answers 503 without endpoints', async () => {
  const proxy = await proxyFor('')
  const response = await ask(proxy)
  expect(response.status).toBe(503)
  expect(response.headers['proxy-status']).toBe('portico; error=destination_unavailable')
})

// --- connections that were closed while they were idle ---------------------------------------------------------------------

/** Answers the first request on each connection and closes when the second one arrives, as if it had just timed out. */
function startStaleBackend(): Promise<RawBackend> {
  return startRecordingBackend((socket, received) => {
    if (received.split('\r\n\r\n').length === 2) socket.write(okResponse('ok'))
    else socket.resetAndDestroy()
  })
}

test('repeats a GET over a new connection when an idle one turns out to be closed', async () => {
  const backend = await startStaleBackend()
  const proxy = await proxyFor(backend.address)

  for (let i = 0; i < 3; i++) expect((await ask(proxy)).status).toBe(200)
  expect(backend.connections).toHaveLength(3)
})

test('does not repeat a POST, which may have been served', async () => {
  const backend = await startStaleBackend()
  const proxy = await proxyFor(backend.address)

  await ask(proxy)
  const response = await ask(proxy, { method: 'POST', body: 'once' })

  expect(response.status).toBe(502)
  expect(response.headers['proxy-status']).toBe('portico; error=connection_terminated')
  expect(backend.received.match(/^POST/gm)).toHaveLength(1)
})

test('repeats a request whose chunked body was empty, and ends it once more', async () => {
  // Closes the second request's connection; a whole chunked request ends with the last chunk.
  const backend = await startRecordingBackend((socket, received) => {
    if (received.split('HTTP/1.1').length > 2) socket.resetAndDestroy()
    else if (received.startsWith('GET') || received.endsWith('0\r\n\r\n')) socket.write(okResponse('ok'))
  })
  const proxy = await proxyFor(backend.address)
  await ask(proxy)

  const client = await rawClient(proxy.httpPort)
  client.send('PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')

  expect(await client.until(received => received.endsWith('ok'))).toMatch(/^HTTP\/1.1 200/)
  expect(backend.connections).toHaveLength(2)
})

test('does not repeat a GET that a new connection did not answer', async () => {
  const backend = await startRecordingBackend(socket => socket.end())
  const proxy = await proxyFor(backend.address)

  expect((await ask(proxy)).status).toBe(502)
  expect(backend.connections).toHaveLength(1)
})

test('forgets idle connections that a backend closes', async () => {
  const sockets: Socket[] = []
  const backend = await startAnsweringBackend(okResponse('ok'), socket => sockets.push(socket))
  const proxy = await proxyFor(backend.address)

  await ask(proxy)
  sockets[0]!.end()
  await backend.until(() => backend.openConnections === 0)

  expect((await ask(proxy, { method: 'POST', body: 'x' })).status).toBe(200)
})

test('never takes what comes over an idle connection for a response', async () => {
  const sockets: Socket[] = []
  const backend = await startAnsweringBackend(okResponse('ok'), socket => sockets.push(socket))
  const proxy = await proxyFor(backend.address)

  await ask(proxy)
  sockets[0]!.write(okResponse('EVIL'))
  await backend.until(() => backend.openConnections === 0)

  expect((await ask(proxy)).body).toBe('ok')
  expect(backend.connections).toHaveLength(2)
})

test('never gives a second response that came with the first to the next client', async () => {
  const backend = await startAnsweringBackend(index =>
    index === 0 ? okResponse('first') + okResponse('EVIL') : okResponse('second'),
  )
  const proxy = await proxyFor(backend.address)

  expect((await ask(proxy)).body).toBe('first')
  expect((await ask(proxy)).body).toBe('second')
  expect(backend.connections).toHaveLength(2)
})

// --- responses that can not be trusted ---------------------------------------------------------------------------------------

const untrustworthy: readonly (readonly [what: string, response: string])[] = [
  ['no status line', '<html>hello</html>\r\n\r\n'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
  ['status 999', 'HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\nhi'],
  [
    'both framings',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi'],
  [
    'a coding before chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
  ],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nhi'],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi'],
  ['20 KB of fields', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\nhi`],
  ['101 nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['100 with a body', `HTTP/1.1 100 Continue\r\nContent-Length: 4\r\n\r\nEVIL${okResponse('hi')}`],
]

describe('answers 502 to a response with', () => {
  test.each(untrustworthy)('%s', async (_, bytes) => {
    const backend = await startAnsweringBackend(bytes)
    const proxy = await proxyFor(backend.address)

    const response = await ask(proxy)

    expect(response.status).toBe(502)
    expect(response.headers['proxy-status']).toBe('portico; error=http_protocol_error')
    await backend.until(() => backend.openConnections === 0)
  })
})

test('answers 502 to half a head', async () => {
  const backend = await startAnsweringBackend('HTTP/1.1 200 OK\r\nConte', socket => socket.end())
  const response = await ask(await proxyFor(backend.address))
  expect(response.status).toBe(502)
  expect(response.headers['proxy-status']).toBe('portico; error=http_response_incomplete')
})

const truncated: readonly (readonly [what: string, bytes: string, end: 'end' | 'resetAndDestroy'])[] = [
  ['shorter than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi', 'end'],
  ['reset before its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi', 'resetAndDestroy'],
  ['without its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n', 'end'],
  ['with broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nz\r\n', 'end'],
  ['of unknown length, reset', 'HTTP/1.1 200 OK\r\n\r\nhi', 'resetAndDestroy'],
]

describe('lets the client see that a body was cut which came', () => {
  test.each(truncated)('%s', async (_, bytes, end) => {
    // The end waits until the client has the beginning: a reset may overtake what was sent before it.
    let finish = () => {}
    const backend = await startAnsweringBackend(bytes, socket => {
      finish = () => socket[end]()
    })
    const proxy = await proxyFor(backend.address)
    const client = await rawClient(proxy.httpPort)

    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await client.until(received => received.includes('hi'))
    finish()

    const received = await client.untilClosed()
    expect(received).toMatch(/^HTTP\/1\.1 200 /)
    expect(received).not.toContain('\r\n0\r\n')
  })
})

test('resets an HTTP/1.0 client whose body was cut: there is no other way to tell', async () => {
  let finish = () => {}
  const backend = await startAnsweringBackend(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n',
    socket => {
      finish = () => socket.end()
    },
  )
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  const error = new Promise<NodeJS.ErrnoException>(resolve => client.socket.on('error', resolve))

  client.send('GET / HTTP/1.0\r\nHost: a.test\r\n\r\n')
  await client.until(received => received.endsWith('hi'))
  finish()

  expect((await error).code).toBe('ECONNRESET')
})

// --- backends that take too long -----------------------------------------------------------------------------------------

test('answers 504 when the response does not begin within proxy-read-timeout', async () => {
  const backend = await startRecordingBackend()
  const proxy = await proxyFor(backend.address, readTimeout)

  const response = await ask(proxy, { method: 'POST', body: 'x' })

  expect(response.status).toBe(504)
  expect(response.headers['proxy-status']).toBe('portico; error=http_response_timeout')
  await backend.until(() => backend.openConnections === 0)
})

test('cuts a response that stalls for proxy-read-timeout', async () => {
  const backend = await startAnsweringBackend('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi')
  const proxy = await proxyFor(backend.address, readTimeout)
  const client = await rawClient(proxy.httpPort)

  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*hi$/)
})

test('lets a response take as long as it likes while something of it comes', async () => {
  const backend = await startRecordingBackend(socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')
    let left = 3
    const timer = setInterval(() => {
      socket.write('x')
      if (--left === 0) clearInterval(timer)
    }, 500)
  })
  const proxy = await proxyFor(backend.address, readTimeout)

  expect((await ask(proxy)).body).toBe('xxx')
})

test('answers 504 when the backend takes nothing of the request within proxy-send-timeout', async () => {
  const backend = await startRecordingBackend(socket => socket.pause())
  const annotations = { ...sendTimeout, 'nginx.ingress.kubernetes.io/proxy-body-size': '0' }
  const proxy = await proxyFor(backend.address, annotations)
  const client = await rawClient(proxy.httpPort)

  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 50000000\r\n\r\n${'x'.repeat(40_000_000)}`)

  expect(await client.until(received => received.includes('\r\n\r\n'))).toMatch(
    /^HTTP\/1\.1 504 [\s\S]*\r\nProxy-Status: portico; error=connection_write_timeout\r\n/,
  )
})

// --- answers of Portico's own ----------------------------------------------------------------------------------------------

test('explains itself in the form the client asks for', async () => {
  const proxy = await proxyFor(`127.0.0.1:${await closedPort()}`)

  const plain = await ask(proxy, { headers: { Accept: '*/*' } })
  const html = await ask(proxy, { headers: { Accept: 'text/html,*/*;q=0.8' } })
  const json = await ask(proxy, { headers: { Accept: 'application/json', 'X-Request-ID': 'r-1' } })

  expect(plain.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(plain.body).toMatch(/^502 Bad Gateway\n/)
  expect(html.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(html.body).toContain('<h1>502 Bad Gateway</h1>')
  expect(json.headers['content-type']).toBe('application/json')
  expect(JSON.parse(json.body)).toMatchObject({ status: 502, requestId: 'r-1' })
  for (const response of [plain, html, json]) expect(response.headers['cache-control']).toBe('no-store')
})

test('refuses TRACE, and says what is allowed', async () => {
  const backend = await startRecordingBackend()
  const response = await ask(await proxyFor(backend.address), { method: 'TRACE' })
  expect(response.status).toBe(405)
  expect(response.headers.allow).toContain('GET')
  expect(backend.connections).toHaveLength(0)
})

test('answers OPTIONS * itself', async () => {
  const backend = await startRecordingBackend()
  const response = await ask(await proxyFor(backend.address), { method: 'OPTIONS', path: '*' })
  expect(response.status).toBe(200)
  expect(backend.connections).toHaveLength(0)
})

test('sends a HEAD the head of the explanation alone', async () => {
  const proxy = await proxyFor('')
  const client = await rawClient(proxy.httpPort)
  client.send('HEAD / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')
  expect(await client.untilClosed()).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*\r\nContent-Length: [1-9]\d*\r\n[\s\S]*\r\n\r\n$/,
  )
})
