// WebSockets that clients ask for over HTTP/2 (RFC 8441), of backends that speak HTTP/1.1.
import { once } from 'node:events'
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { WebSocket } from 'ws'
import { webSocketAcceptOf } from '../../src/http/web-socket-key.ts'
import { startRawBackend, type TestBackend } from '../support/backend.ts'
import { startHttp2Backend } from '../support/http2-backend.ts'
import { pour } from '../support/long-body.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { serving } from '../support/serving.ts'
import { settled } from '../support/settled.ts'
import { startWebSocketEcho } from '../support/web-socket.ts'
import { webSocketOver } from '../support/web-socket-http2.ts'

const nginx = 'nginx.ingress.kubernetes.io'
const MB = 1024 * 1024

function proxyFor(address: string, annotations: Record<string, string> = {}): Promise<TestProxy> {
  return startProxy({ files: { 'web.yaml': serving('a.test', address, { annotations }) } })
}

/** A session on which WebSockets have been offered. */
async function sessionWith(proxy: TestProxy, scheme = 'https'): Promise<ClientHttp2Session> {
  const port = scheme === 'https' ? proxy.httpsPort : proxy.httpPort
  const session = connect(`${scheme}://127.0.0.1:${port}`, {
    servername: 'a.test',
    rejectUnauthorized: false,
  })
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  const [settings] = await once(session, 'remoteSettings')
  expect(settings.enableConnectProtocol).toBe(true)
  return session
}

const asking: OutgoingHttpHeaders = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'https',
  ':authority': 'a.test',
  ':path': '/chat',
  'sec-websocket-version': '13',
}

/** The status a CONNECT is answered with. */
async function statusOf(session: ClientHttp2Session, changes: OutgoingHttpHeaders = {}): Promise<number> {
  const stream = session.request({ ...asking, ...changes })
  stream.on('error', () => {})
  const [fields] = await once(stream, 'response')
  stream.close()
  return fields[':status']
}

/** A backend that agrees to every handshake, and hands over what comes behind it. */
function startSwitchingBackend(onSwitched: (socket: Socket) => void): Promise<TestBackend> {
  return startRawBackend(socket => {
    socket.once('data', head => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(head.toString('latin1'))![1]!
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${webSocketAcceptOf(key)}\r\n\r\n`,
      )
      onSwitched(socket)
    })
  })
}

test.each(['http', 'https'])(
  'carries messages of all sizes both ways over %s, compressed if both sides like',
  async scheme => {
    const { server, address } = await startWebSocketEcho({
      perMessageDeflate: { threshold: 0 },
      handleProtocols: protocols => [...protocols].at(-1)!,
    })
    const proxy = await proxyFor(address)
    const connected = once(server, 'connection')
    const { socket, response } = webSocketOver(await sessionWith(proxy, scheme), {
      path: '/chat?room=1',
      protocols: ['v1', 'v2'],
      fields: { Origin: 'https://a.test', Cookie: 'a=1' },
    })
    await once(socket, 'open')

    expect(socket.protocol).toBe('v2')
    expect(socket.extensions).toContain('permessage-deflate')
    const [, request] = await connected
    expect(request.method).toBe('GET')
    expect(request.url).toBe('/chat?room=1')
    expect(request.headers).toMatchObject({
      host: 'a.test',
      connection: 'upgrade',
      upgrade: 'websocket',
      origin: 'https://a.test',
      cookie: 'a=1',
      'sec-websocket-version': '13',
      'x-forwarded-proto': scheme,
    })
    expect(Object.keys(await response)).not.toContain('sec-websocket-accept')
    for (const size of [0, 1, 126, 70_000, 3 * MB]) {
      const message = Buffer.alloc(size, size % 251)
      socket.send(message)
      const [echo] = (await once(socket, 'message')) as [Buffer]
      expect(echo.equals(message)).toBe(true)
    }
  },
)

test('other requests, WebSockets and reloads go on beside one', async () => {
  const { address } = await startWebSocketEcho()
  const proxy = await proxyFor(address)
  const session = await sessionWith(proxy)
  const sockets = [webSocketOver(session).socket, webSocketOver(session).socket]
  await Promise.all(sockets.map(socket => once(socket, 'open')))

  const changed = proxy.nextChange()
  await proxy.manifests.write('other.yaml', serving('b.test', address, { name: 'other' }))
  await changed
  const plain = session.request({ ':authority': 'a.test' })
  // The server answers whoever does not ask for a WebSocket.
  expect((await once(plain, 'response'))[0][':status']).toBe(426)

  for (const [i, socket] of sockets.entries()) {
    socket.send(`still here ${i}`)
    expect(String((await once(socket, 'message'))[0])).toBe(`still here ${i}`)
  }
})

test('close codes arrive on both sides', async () => {
  const { server, address } = await startWebSocketEcho()
  const session = await sessionWith(await proxyFor(address))
  for (const leaver of ['client', 'server']) {
    const connected = once(server, 'connection')
    const { socket } = webSocketOver(session)
    const [[seen]] = (await Promise.all([connected, once(socket, 'open')])) as [[WebSocket], unknown]
    const [from, to] = leaver === 'client' ? [socket, seen] : [seen, socket]
    const closed = once(to, 'close')
    from.close(4001, 'bye')
    expect((await closed)[0]).toBe(4001)
  }
})

test('what ends one side without a word ends the other', async () => {
  const { server, address } = await startWebSocketEcho()
  const session = await sessionWith(await proxyFor(address))

  const connected = once(server, 'connection')
  const stream = session.request(asking)
  const [seen] = (await connected) as [WebSocket]
  const closed = once(seen, 'close')
  stream.close(8)
  expect((await closed)[0]).toBe(1006)

  const connectedAgain = once(server, 'connection')
  const { socket } = webSocketOver(session)
  const [left] = (await connectedAgain) as [WebSocket]
  const socketClosed = once(socket, 'close')
  left.terminate()
  expect((await socketClosed)[0]).toBe(1006)
})

test('what a client sends too early waits until the backend has agreed', async () => {
  const { promise: heard, resolve } = Promise.withResolvers<string>()
  const backend = await startSwitchingBackend(socket => {
    socket.once('data', bytes => resolve(bytes.toString('latin1')))
  })
  const session = await sessionWith(await proxyFor(backend.address))
  session.request(asking).write('early')
  expect(await heard).toBe('early')
})

test('a client that has finished speaking hears the rest', async () => {
  const backend = await startSwitchingBackend(socket => {
    let asked = ''
    socket.on('data', bytes => {
      asked += bytes
    })
    socket.on('end', () => socket.end(`${asked} answered`))
  })
  const session = await sessionWith(await proxyFor(backend.address))
  // The second has nothing to say at all.
  for (const question of ['question', '']) {
    const stream = session.request(asking, { endStream: question === '' })
    if (question !== '') stream.end(question)
    let answer = ''
    for await (const bytes of stream) answer += bytes
    expect(answer).toBe(`${question} answered`)
    expect(stream.rstCode).toBe(0)
  }
})

test.each([
  ['a status of 400 and more is passed on', 403, 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'],
  ['success without a switch would be taken for one', 502, okResponse('no')],
  [
    'a switch under another key is none',
    502,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
  ],
])('a refusal: %s', async (_, status, response) => {
  const backend = await startAnsweringBackend(response)
  expect(await statusOf(await sessionWith(await proxyFor(backend.address)))).toBe(status)
})

test('a backend that is spoken to in HTTP/2 is not taken to have switched', async () => {
  const statuses = [200, 426]
  const backend = await startHttp2Backend(stream => {
    stream.respond({ ':status': statuses.shift() }, { endStream: true })
  })
  const proxy = await proxyFor(backend.address, { [`${nginx}/backend-protocol`]: 'GRPC' })
  const session = await sessionWith(proxy)
  expect([await statusOf(session), await statusOf(session)]).toEqual([502, 426])
})

test('other protocols, and keys of the client, reach nobody', async () => {
  const backend = await startRecordingBackend(socket => socket.write(okResponse('no')))
  const session = await sessionWith(await proxyFor(backend.address))
  expect(await statusOf(session, { ':protocol': 'connect-udp' })).toBe(501)
  expect(backend.received).toBe('')
  await statusOf(session, { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' })
  expect(backend.received.match(/sec-websocket-key: .*/gi)).toHaveLength(1)
  expect(backend.received).not.toContain('dGhlIHNhbXBsZSBub25jZQ==')
})

test('whoever may not use the Ingress gets no WebSocket either', async () => {
  const { address } = await startWebSocketEcho()
  const proxy = await proxyFor(address, { [`${nginx}/denylist-source-range`]: '127.0.0.1' })
  expect(await statusOf(await sessionWith(proxy))).toBe(403)
})

test('an idle one is closed after proxy-read-timeout', async () => {
  const { address } = await startWebSocketEcho()
  const proxy = await proxyFor(address, { [`${nginx}/proxy-read-timeout`]: '1' })
  const { socket } = webSocketOver(await sessionWith(proxy))
  const closed = once(socket, 'close')
  await once(socket, 'open')
  expect((await closed)[0]).toBe(1006)
})

test('a side that does not read holds the other back', async () => {
  const bytes = 60 * MB
  let [written, received] = [() => 0, 0]
  let reader: Socket | undefined
  const backend = await startSwitchingBackend(socket => {
    reader = socket.pause()
    written = pour(socket, bytes)
    socket.on('data', chunk => {
      received += chunk.length
    })
    socket.pause()
  })
  const session = await sessionWith(await proxyFor(backend.address))
  const stream = session.request(asking)
  await once(stream, 'response')
  const sent = pour(stream as unknown as Socket, bytes)

  await settled(() => written() + sent())
  for (const count of [written(), sent()]) expect(count).toBeLessThan(40 * MB)

  let [got, isDone] = [0, Promise.withResolvers<void>()]
  stream.on('data', chunk => {
    got += chunk.length
    if (got === bytes) isDone.resolve()
  })
  await isDone.promise
  reader!.resume()
  await expect.poll(() => received, { timeout: 20_000 }).toBe(bytes)
})

test('goes on until the drain timeout, and is then cut', async () => {
  const { address } = await startWebSocketEcho()
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', address) },
    app: { drainTimeoutMs: 200 },
  })
  const session = await sessionWith(proxy)
  const { socket } = webSocketOver(session)
  await once(socket, 'open')
  const [cut, goaway] = [once(socket, 'close'), once(session, 'goaway')]

  const closed = proxy.app.close()
  await goaway
  socket.send('still there')
  expect(String((await once(socket, 'message'))[0])).toBe('still there')

  await closed
  await cut
})
