// How connections are used: by one request after the other on both sides, in order, for as long as both agree.
import { connect } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'
import { settled } from '../support/settled.ts'

function get(path: string, ...lines: string[]): string {
  return `${[`GET ${path} HTTP/1.1`, 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
}

/** How many complete responses with bodies that end in `!` there are. */
function bodies(received: string): string[] {
  return received.match(/\/\d+!/g) ?? []
}

test('serves many requests over one client connection and one backend connection', async () => {
  const backend = await startEchoBackend('echo', (request, response) => response.end(`${request.url}!`))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  for (let i = 1; i <= 20; i++) {
    client.send(get(`/${i}`))
    await client.until(received => bodies(received).length === i)
  }

  expect(bodies(client.received).at(-1)).toBe('/20!')
  expect(backend.connections).toHaveLength(1)
  expect(client.received).not.toContain('Connection:')
})

test('answers pipelined requests in order, however long each takes', async () => {
  const paths = Array.from({ length: 10 }, (_, i) => `/${i}`)
  const backend = await startEchoBackend('echo', (request, response) => {
    const delay = request.url === '/0' ? 60 : 0
    setTimeout(() => response.end(`${request.url}!`), delay)
  })
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(paths.map(path => get(path)).join(''))

  const received = await client.until(text => bodies(text).length === 10)
  expect(bodies(received)).toEqual(paths.map(path => `${path}!`))
})

test('answers pipelined requests over TLS in order', async () => {
  const backend = await startEchoBackend('echo', (request, response) => response.end(`${request.url}!`))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const secure = connect({ host: '127.0.0.1', port: proxy.httpsPort, rejectUnauthorized: false })
  onTestFinished(() => void secure.destroy())
  const paths = Array.from({ length: 100 }, (_, i) => `/${i}`)
  let received = ''

  secure.write(paths.map(path => get(path)).join(''))
  for await (const chunk of secure) {
    received += chunk
    if (bodies(received).length === paths.length) break
  }

  expect(bodies(received)).toEqual(paths.map(path => `${path}!`))
})

test('answers pipelined requests with bodies in order', async () => {
  const backend = await startEchoBackend('echo', (_request, response, body) => response.end(body))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  const post = 'POST / HTTP/1.1\r\nHost: a.test\r\n'
  client.send(
    `${post}Content-Length: 3\r\n\r\n/1!${post}Transfer-Encoding: chunked\r\n\r\n1\r\n/\r\n2\r\n2!\r\n0\r\n\r\n` +
      `${get('/')}${post}Content-Length: 3\r\n\r\n/3!`,
  )

  expect(bodies(await client.until(text => bodies(text).length === 3))).toEqual(['/1!', '/2!', '/3!'])
})

test('stops reading from a client that only asks, and serves it once it reads', async () => {
  // Redirects are answered by Portico itself and as long as the question: 24 MB of each are more than sockets hold.
  const annotations = { 'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true' }
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', '127.0.0.1:1', { annotations }) } })
  const client = await rawClient(proxy.httpPort)
  const request = get(`/${'a'.repeat(8_000)}`)
  client.send(request)
  const { length } = await client.until(text => text.endsWith('.\n'))
  const count = 3_000
  let taken = 0
  const sendNext = () => {
    if (taken++ < count) client.socket.write(request, 'latin1', sendNext)
  }

  client.socket.pause()
  sendNext()
  await settled(() => taken)
  expect(taken).toBeLessThan(count)

  client.socket.resume()
  const received = await client.until(text => text.length === length * (count + 1))
  expect(received.match(/^HTTP\/1\.1 308/gm)).toHaveLength(count + 1)
})

test('skips a few empty lines before a request', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(`\r\n\r\n${get('/1')}\r\n${get('/2')}`)

  expect(bodies(await client.until(text => bodies(text).length === 2))).toHaveLength(2)
})

test('reads a request that arrives octet by octet', async () => {
  const backend = await startEchoBackend('echo', (request, response, body) =>
    response.end(`${request.url}${body}`),
  )
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  client.socket.setNoDelay(true)

  const request = 'POST /5 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\n\r\n'
  for (const octet of request) {
    client.send(octet)
    await new Promise(setImmediate)
  }

  expect(bodies(await client.until(text => text.endsWith('!')))).toEqual(['/5!'])
})

test('closes after the response when the client says so', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send(get('/', 'Connection: close'))

  expect(await client.untilClosed()).toMatch(/\r\nConnection: close\r\n[\s\S]*\/1!$/)
})

test('closes after each response to HTTP/1.0, unless the client asks to keep the connection', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })

  const plain = await rawClient(proxy.httpPort)
  plain.send('GET / HTTP/1.0\r\nHost: a.test\r\n\r\n')
  expect(await plain.untilClosed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nConnection: close\r\n/)

  const keeping = await rawClient(proxy.httpPort)
  const request = 'GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n'
  keeping.send(request)
  await keeping.until(text => bodies(text).length === 1)
  keeping.send(request)
  const received = await keeping.until(text => bodies(text).length === 2)
  expect(received.match(/\r\nConnection: keep-alive\r\n/g)).toHaveLength(2)
})

test('ends a body of unknown length for HTTP/1.0 by closing', async () => {
  const backend = await startAnsweringBackend(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  )
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n')

  const received = await client.untilClosed()
  expect(received).toMatch(/\r\nConnection: close\r\n\r\nhello$/)
  expect(received).not.toContain('chunked')
})

test('does not use a backend connection again that says it closes', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!', 'Connection: close'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  for (let i = 1; i <= 3; i++) {
    client.send(get('/'))
    await client.until(text => bodies(text).length === i)
  }

  expect(backend.connections).toHaveLength(3)
  expect(client.received).not.toContain('Connection:')
})

test('does not use a backend connection again that lives no longer than a second', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!', 'Keep-Alive: timeout=1'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  for (let i = 1; i <= 2; i++) {
    client.send(get('/'))
    await client.until(text => bodies(text).length === i)
  }

  expect(backend.connections).toHaveLength(2)
})

test('shares idle backend connections between clients', async () => {
  const backend = await startAnsweringBackend(okResponse('/1!'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })

  for (let i = 0; i < 3; i++) {
    const client = await rawClient(proxy.httpPort)
    client.send(get('/'))
    await client.until(text => bodies(text).length === 1)
  }

  expect(backend.connections).toHaveLength(1)
})
