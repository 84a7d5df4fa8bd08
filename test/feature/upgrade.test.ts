// WebSockets and other protocols after an upgrade: a tunnel for as long as it is used, and none before the backend agreed.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { startRawBackend } from '../support/backend.ts'
import { pour } from '../support/long-body.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'
import { settled } from '../support/settled.ts'
import { startWebSocketEcho } from '../support/web-socket.ts'

const readTimeout = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' }
const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: upgrade\r\n\r\n'
const upgradeToFoo = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: Foo\r\n\r\n'

function proxyFor(address: string, annotations: Record<string, string> = {}): Promise<TestProxy> {
  return startProxy({ files: { 'web.yaml': serving('a.test', address, { annotations }) } })
}

function openWebSocket(proxy: TestProxy, options: { tls?: boolean } = {}): WebSocket {
  const url = options.tls === true ? `wss://127.0.0.1:${proxy.httpsPort}` : `ws://127.0.0.1:${proxy.httpPort}`
  const clientOptions: ClientOptions & ConnectionOptions = {
    headers: { Host: 'a.test' },
    servername: 'a.test',
    rejectUnauthorized: false,
  }
  const socket = new WebSocket(`${url}/chat?room=1`, clientOptions)
  // A socket that is still being opened when the test is over says so.
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  return socket
}

test.each([
  ['HTTP', false],
  ['HTTPS', true],
])('carries large binary messages both ways over %s', async (_, tls) => {
  const backend = await startWebSocketEcho()
  const socket = openWebSocket(await proxyFor(backend.address), { tls })
  await once(socket, 'open')

  const messages = [0, 1, 125, 126, 70_000, 5_000_000].map((size, i) => Buffer.alloc(size, i + 1))
  for (const message of messages) {
    socket.send(message)
    const [echo] = (await once(socket, 'message')) as [Buffer]
    expect(echo.equals(message)).toBe(true)
  }
})

test('carries many messages at once in order', async () => {
  const backend = await startWebSocketEcho()
  const socket = openWebSocket(await proxyFor(backend.address))
  await once(socket, 'open')

  const count = 2_000
  const received: string[] = []
  const isDone = new Promise<void>(resolve => {
    socket.on('message', data => {
      received.push(String(data))
      if (received.length === count) resolve()
    })
  })
  for (let i = 0; i < count; i++) socket.send(`message ${i}`)
  await isDone

  expect(received).toEqual(Array.from({ length: count }, (_, i) => `message ${i}`))
})

test('tells the backend about a WebSocket what it tells about any request', async () => {
  const backend = await startWebSocketEcho()
  const proxy = await proxyFor(backend.address)
  const connected = once(backend.server, 'connection')
  openWebSocket(proxy)

  const [, request] = await connected
  expect(request.url).toBe('/chat?room=1')
  expect(request.headers).toMatchObject({
    host: 'a.test',
    upgrade: 'websocket',
    connection: 'upgrade',
    'x-forwarded-for': '127.0.0.1',
    'sec-websocket-version': '13',
  })
})

test('lets the chosen subprotocol through', async () => {
  const backend = await startWebSocketEcho({ handleProtocols: protocols => [...protocols].at(-1)! })
  const proxy = await proxyFor(backend.address)
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.httpPort}`, ['v1', 'v2'], {
    headers: { Host: 'a.test' },
  })
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  expect(socket.protocol).toBe('v2')
})

test('passes offers of compression, subprotocols and the origin on as they are', async () => {
  const offers = [
    'Origin: https://b.test',
    'Sec-WebSocket-Protocol: chat, superchat',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-other; q="1, 2"',
    'sec-websocket-extensions: x-more',
  ]
  const backend = await startRecordingBackend()
  const client = await rawClient((await proxyFor(backend.address)).httpPort)
  client.send(upgradeToFoo.replace('\r\n\r\n', `\r\n${offers.join('\r\n')}\r\n\r\n`))
  expect(await backend.until(received => received.endsWith('\r\n\r\n'))).toContain(offers.join('\r\n'))
})

test('compresses and decompresses nothing itself', async () => {
  const backend = await startWebSocketEcho({ perMessageDeflate: { threshold: 0 } })
  const socket = openWebSocket(await proxyFor(backend.address))
  await once(socket, 'open')
  expect(socket.extensions).toContain('permessage-deflate')
  socket.send('again '.repeat(50_000))
  expect(String((await once(socket, 'message'))[0])).toBe('again '.repeat(50_000))
})

test('holds either side back when the other does not read', async () => {
  const bytes = 60 * 1024 * 1024
  let [written, received] = [() => 0, 0]
  let server: Socket | undefined
  const backend = await startRawBackend(socket => {
    server = socket
    socket.once('data', () => {
      socket.write(switching)
      written = pour(socket, bytes)
      socket.on('data', chunk => {
        received += chunk.length
      })
      socket.pause()
    })
  })
  const client = await rawClient((await proxyFor(backend.address)).httpPort)
  client.send(upgradeToFoo)
  await client.until(text => text.includes('\r\n\r\n'))
  client.socket.removeAllListeners('data').pause()
  const sent = pour(client.socket, bytes)

  await settled(() => written() + sent())
  for (const count of [written(), sent()]) expect(count).toBeLessThan(40 * 1024 * 1024)

  server!.resume()
  client.socket.on('data', () => {}).resume()
  await expect.poll(() => [written(), received], { timeout: 10_000 }).toEqual([bytes, bytes])
})

test("passes the client's close code to the backend and the backend's to the client", async () => {
  const backend = await startWebSocketEcho()
  const proxy = await proxyFor(backend.address)

  const connected = once(backend.server, 'connection')
  const leaving = openWebSocket(proxy)
  const [seen] = (await connected) as [WebSocket]
  const closed = once(seen, 'close')
  if (leaving.readyState !== WebSocket.OPEN) await once(leaving, 'open')
  leaving.close(4001, 'bye')
  const [code, reason] = await closed
  expect([code, String(reason)]).toEqual([4001, 'bye'])

  const connectedAgain = once(backend.server, 'connection')
  const left = openWebSocket(proxy)
  const [server] = (await connectedAgain) as [WebSocket]
  const leftClosed = once(left, 'close')
  server.close(4002)
  expect((await leftClosed)[0]).toBe(4002)
})

test('ends the backend side when the client vanishes', async () => {
  const backend = await startWebSocketEcho()
  const connected = once(backend.server, 'connection')
  const socket = openWebSocket(await proxyFor(backend.address))
  const [seen] = (await connected) as [WebSocket]
  const closed = once(seen, 'close')
  if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open')

  socket.terminate()

  expect((await closed)[0]).toBe(1006)
})

test('ends the client side when the backend vanishes', async () => {
  const backend = await startWebSocketEcho()
  const connected = once(backend.server, 'connection')
  const socket = openWebSocket(await proxyFor(backend.address))
  const closed = once(socket, 'close')
  const [seen] = (await connected) as [WebSocket]

  seen.terminate()

  expect((await closed)[0]).toBe(1006)
})

test('closes a tunnel that is idle for proxy-read-timeout, but not one that either side uses', async () => {
  const backend = await startWebSocketEcho()
  backend.server.removeAllListeners('connection')
  const proxy = await proxyFor(backend.address, readTimeout)
  const openPair = async (): Promise<{ client: WebSocket; server: WebSocket }> => {
    const connected = once(backend.server, 'connection')
    const client = openWebSocket(proxy)
    await once(client, 'open')
    return { client, server: (await connected)[0] }
  }
  const [idle, upward, downward] = [await openPair(), await openPair(), await openPair()]
  const idleClosed = once(idle.client, 'close')
  const timer = setInterval(() => {
    upward.client.send('still here')
    downward.server.send('still here')
  }, 300)
  onTestFinished(() => clearInterval(timer))

  await idleClosed
  await Promise.all([once(upward.server, 'message'), once(downward.client, 'message')])
})

test.each([
  [200, okResponse('no')],
  [
    426,
    'HTTP/1.1 426 Upgrade Required\r\nUpgrade: foo\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nno',
  ],
])(
  'passes a refusal with %i on as a plain response, the last of its connection',
  async (status, response) => {
    const backend = await startAnsweringBackend(response)
    const proxy = await proxyFor(backend.address)
    const client = await rawClient(proxy.httpPort)

    client.send(upgradeToFoo)
    expect(await client.until(received => received.endsWith('no'))).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nConnection: close\r\n`),
    )
    // Nobody knows whether what follows is HTTP.
    await client.untilClosed()
  },
)

test('answers 502 when the backend switches to another protocol than was asked for', async () => {
  const backend = await startAnsweringBackend(switching.replace('foo', 'bar'))
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send(upgradeToFoo)

  expect(await client.until(received => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 502 /)
})

test('keeps what a client sends too early until the backend has agreed', async () => {
  const backend = await startRecordingBackend((socket, received) => {
    if (received.endsWith('\r\n\r\n')) {
      expect(received).not.toContain('early')
      setImmediate(() => socket.write(`${switching}hello`))
    }
  })
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send(`${upgradeToFoo}early`)

  await client.until(received => received.endsWith('hello'))
  await backend.until(received => received.endsWith('\r\n\r\nearly'))
})

test('sends nothing after an upgrade to the backend that refused it', async () => {
  const backend = await startAnsweringBackend(okResponse('no'))
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send(`${upgradeToFoo}\x81\x85early`)
  await client.until(received => received.includes('no'))
  client.socket.end()
  await client.untilClosed()

  expect(backend.received).not.toContain('early')
})

test('lets a client that has finished speaking hear the rest', async () => {
  const backend = await startRawBackend(socket => {
    socket.once('data', () => socket.write(switching))
    socket.on('end', () => socket.end('answer'))
  })
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send(upgradeToFoo)
  await client.until(received => received.endsWith('\r\n\r\n'))

  client.socket.end('question')

  expect(await client.untilClosed()).toMatch(/answer$/)
})

test('uses neither connection of a tunnel again', async () => {
  const backend = await startAnsweringBackend(`${switching}bye`, socket => socket.end())
  const proxy = await proxyFor(backend.address)
  for (let i = 0; i < 2; i++) {
    const client = await rawClient(proxy.httpPort)
    client.send(upgradeToFoo)
    expect(await client.untilClosed()).toMatch(/bye$/)
  }
  expect(backend.connections).toHaveLength(2)
})
