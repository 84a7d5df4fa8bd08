// Connections of HTTP/2: how they begin, what is told on them, and how they end.
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { startEchoBackend, startHttpBackend, startRawBackend } from '../support/backend.ts'
import {
  dataFrame,
  endStream,
  FrameType,
  frame,
  frameClient,
  headersFrame,
  requestFields,
  resetFrame,
  settingsFrame,
  statusOf,
  windowUpdate,
} from '../support/http2-frames.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'
import { settled } from '../support/settled.ts'

function session(url: string): ClientHttp2Session {
  const client = connect(url, { rejectUnauthorized: false, servername: 'a.test' })
  client.on('error', () => {})
  onTestFinished(() => client.destroy())
  return client
}

interface Answer {
  readonly head: IncomingHttpHeaders
  readonly body: string
  readonly trailers: IncomingHttpHeaders | undefined
  readonly code: number
  readonly interim: readonly (number | undefined)[]
}

function ask(client: ClientHttp2Session, fields: OutgoingHttpHeaders = {}, body?: string): Promise<Answer> {
  return new Promise(resolve => {
    const stream = client.request({ ':authority': 'a.test', ...fields }, { endStream: body === undefined })
    let [text, head, trailers] = ['', {} as IncomingHttpHeaders, undefined as IncomingHttpHeaders | undefined]
    const interim: (number | undefined)[] = []
    stream.on('headers', fields => interim.push(fields[':status']))
    stream.on('response', fields => {
      head = fields
    })
    stream.on('trailers', fields => {
      trailers = fields
    })
    stream.on('data', chunk => {
      text += chunk
    })
    stream.on('error', () => {})
    stream.on('close', () => resolve({ head, body: text, trailers, code: stream.rstCode!, interim }))
    if (body !== undefined) stream.end(body)
  })
}

/** `a.test`, without a redirect to https, and a ConfigMap that holds for all. */
function startServing(endpoints: string, data: Record<string, string> = {}): Promise<TestProxy> {
  const annotations = { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' }
  const tls = 'spec:\n  tls: [{ hosts: [a.test] }]\n'
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'config', namespace: 'default' },
    data,
  }
  return startProxy({
    files: {
      'a.yaml': serving('a.test', endpoints, { annotations }).replace('spec:\n', tls),
      'config.yaml': JSON.stringify(config),
    },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

const plain = (proxy: TestProxy) => session(`http://127.0.0.1:${proxy.httpPort}`)
const secure = (proxy: TestProxy) => session(`https://127.0.0.1:${proxy.httpsPort}`)

/** What a TLS client that offers these protocols is given. */
function alpn(proxy: TestProxy, protocols: string[]): Promise<string | false | null> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: proxy.httpsPort,
      servername: 'a.test',
      rejectUnauthorized: false,
    }
    const socket = connectTls({ ...options, ALPNProtocols: protocols }, () => {
      resolve(socket.alpnProtocol)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

// --- how they begin ----------------------------------------------------------------------------------------------------

test('HTTP/2 is agreed on over TLS, and just begun on the HTTP port; both ports go on speaking HTTP/1.1', async () => {
  const backend = await startEchoBackend()
  const proxy = await startServing(backend.address)

  expect(await alpn(proxy, ['h2', 'http/1.1'])).toBe('h2')
  expect(await alpn(proxy, ['http/1.1'])).toBe('http/1.1')
  expect(await alpn(proxy, [])).toBe(false)
  for (const [client, scheme] of [
    [plain(proxy), 'http'],
    [secure(proxy), 'https'],
  ] as const) {
    const { head, body } = await ask(client, { ':path': '/x' })
    expect(head[':status']).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      url: '/x',
      httpVersion: '1.1',
      headers: { 'x-forwarded-proto': scheme },
    })
  }
  const old = await rawClient(proxy.httpPort)
  old.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')
  expect(await old.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
})

test('a preface that comes octet by octet is one, and one behind a request is none', async () => {
  const backend = await startEchoBackend()
  const proxy = await startServing(backend.address)
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

  const slow = await rawClient(proxy.httpPort)
  slow.socket.setNoDelay(true)
  const bytes = Buffer.concat([Buffer.from(preface), settingsFrame(), headersFrame(1, requestFields())])
  for (const octet of bytes) {
    slow.send(String.fromCharCode(octet))
    await new Promise(resolve => setImmediate(resolve))
  }
  await slow.until(received => received.includes('"httpVersion":"1.1"'))

  const late = await rawClient(proxy.httpPort)
  late.send(`GET / HTTP/1.1\r\nHost: a.test\r\n\r\n${preface}`)
  expect(await late.untilClosed()).toMatch(/HTTP\/1\.1 505 /)
})

test('over TLS nobody just begins with HTTP/2 who has agreed on HTTP/1.1, or on nothing', async () => {
  const proxy = await startServing((await startEchoBackend()).address)
  for (const protocols of [['http/1.1'], undefined]) {
    const socket = connectTls({
      host: '127.0.0.1',
      port: proxy.httpsPort,
      servername: 'a.test',
      ...(protocols && { ALPNProtocols: protocols }),
      rejectUnauthorized: false,
    })
    onTestFinished(() => {
      socket.destroy()
    })
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 505 /)
  }
})

test('an Upgrade to h2c is not taken', async () => {
  const backend = await startEchoBackend()
  const client = await rawClient((await startServing(backend.address)).httpPort)
  client.send(
    'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  )
  const received = await client.until(text => text.includes('"body"'))
  expect(received).toMatch(/^HTTP\/1\.1 200 /)
  expect(received.toLowerCase()).not.toContain('h2c')
})

test('use-http2 "false" ends both ways to begin', async () => {
  const backend = await startEchoBackend()
  const proxy = await startServing(backend.address, { 'use-http2': 'false' })

  expect(await alpn(proxy, ['h2', 'http/1.1'])).toBe('http/1.1')
  const client = await rawClient(proxy.httpPort)
  client.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 505 /)
})

test('behind PROXY headers clients are who the headers say, over TLS and without', async () => {
  const backend = await startEchoBackend()
  const proxy = await startServing(backend.address, { 'use-proxy-protocol': 'true' })
  const header = 'PROXY TCP4 192.0.2.7 192.0.2.1 4000 8443\r\n'
  const open = (port: number) =>
    new Promise<Socket>(resolve => {
      const socket = connectTcp({ host: '127.0.0.1', port }, () => {
        socket.write(header)
        resolve(socket)
      })
      onTestFinished(() => {
        socket.destroy()
      })
    })
  const plainSocket = await open(proxy.httpPort)
  const tlsSocket = connectTls({
    socket: await open(proxy.httpsPort),
    servername: 'a.test',
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  })
  for (const socket of [plainSocket, tlsSocket]) {
    const client = connect('http://a.test', { createConnection: () => socket })
    onTestFinished(() => client.destroy())
    const { body } = await ask(client)
    expect(JSON.parse(body).headers).toMatchObject({
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-port': '8443',
    })
  }
})

test('where hosts differ in their handshakes, and hellos are read first, HTTP/2 is agreed on all the same', async () => {
  const backend = await startEchoBackend()
  const annotations = { 'nginx.ingress.kubernetes.io/ssl-ciphers': 'ECDHE-ECDSA-AES256-GCM-SHA384' }
  const proxy = await startProxy({
    files: {
      'a.yaml': serving('a.test', backend.address),
      'b.yaml': serving('b.test', backend.address, { name: 'b', annotations }),
    },
  })
  expect((await ask(secure(proxy))).head[':status']).toBe(200)
})

// --- what is told on them ----------------------------------------------------------------------------------------------

test('Via says 2.0', async () => {
  const backend = await startEchoBackend()
  const proxy = await startProxy({
    files: { 'a.yaml': serving('a.test', backend.address) },
    app: { via: 'portico-1' },
  })
  const { body } = await ask(plain(proxy))
  expect(JSON.parse(body).headers.via).toBe('2.0 portico-1')
})

test('responses lose what concerns a connection; those without content end with their head', async () => {
  const backend = await startAnsweringBackend(
    index =>
      [
        okResponse(
          'hello',
          'Connection: X-One, keep-alive',
          'X-One: 1',
          'Keep-Alive: timeout=5',
          'X-Two: A',
          'Set-Cookie: a=1',
          'Set-Cookie: b=2',
        ),
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
        'HTTP/1.1 204 No Content\r\n\r\n',
        'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n',
        'HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      ][index]!,
  )
  const client = plain(await startServing(backend.address))

  const usual = await ask(client)
  expect(usual.body).toBe('hello')
  expect(usual.head).toMatchObject({
    ':status': 200,
    'content-length': '5',
    'x-two': 'A',
    'set-cookie': ['a=1', 'b=2'],
  })
  for (const name of ['connection', 'keep-alive', 'x-one']) expect(usual.head).not.toHaveProperty(name)
  expect(await ask(client, { ':method': 'HEAD' })).toMatchObject({
    head: { 'content-length': '5' },
    body: '',
    code: 0,
  })
  expect(await ask(client)).toMatchObject({ head: { ':status': 204 }, body: '', code: 0 })
  expect(await ask(client)).toMatchObject({
    head: { ':status': 304, 'content-length': '7' },
    body: '',
    code: 0,
  })
  const reset = await ask(client)
  expect(reset).toMatchObject({ head: { ':status': 205 }, body: '', code: 0 })
  expect(reset.head).not.toHaveProperty('content-length')
  const chunked = await ask(client)
  expect(chunked).toMatchObject({ body: 'abc', trailers: undefined, code: 0 })
  expect(chunked.head).not.toHaveProperty('transfer-encoding')
})

test('trailers go on to clients that take them, without those that must not come late', async () => {
  const answer =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\nSet-Cookie: a=1\r\n\r\n'
  const backend = await startAnsweringBackend(answer)
  const client = plain(await startServing(backend.address))

  const { body, trailers } = await ask(client, { te: 'trailers' })
  expect([body, { ...trailers }]).toMatchObject(['abc', { 'x-t': '1' }])
  expect(trailers).not.toHaveProperty('set-cookie')
  expect(await ask(client)).toMatchObject({ body: 'abc', trailers: undefined, code: 0 })
})

test('interim responses go on', async () => {
  const backend = await startAnsweringBackend(
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${okResponse('ok')}`,
  )
  const client = plain(await startServing(backend.address))

  expect(await ask(client)).toMatchObject({ interim: [103], body: 'ok' })
})

test('100 Continue is said once, when the body is wanted', async () => {
  const client = plain(await startServing((await startEchoBackend()).address))
  const stream = client.request({ ':authority': 'a.test', ':method': 'POST', expect: '100-continue' })
  let [continued, text] = [0, '']
  stream.on('data', chunk => {
    text += chunk
  })
  stream.on('continue', () => {
    continued++
    stream.end('hello')
  })
  await new Promise(resolve => stream.once('close', resolve))
  expect([continued, JSON.parse(text).body]).toEqual([1, 'hello'])
})

test('a response that is whole before its request ends the stream without an error', async () => {
  const backend = await startAnsweringBackend(okResponse('no, thank you'))
  const { httpPort } = await startServing(backend.address)
  const client = await frameClient(httpPort)

  client.send(headersFrame(1, requestFields({ ':method': 'POST' }), 0), dataFrame(1, 'hello', 0))

  const reset = await client.until(({ type }) => type === FrameType.rstStream)
  expect(reset.payload.readUInt32BE(0)).toBe(0)
  const own = client.frames.filter(({ stream }) => stream === 1)
  expect(own.map(({ type }) => type)).toEqual([FrameType.headers, FrameType.data, FrameType.rstStream])
  expect(statusOf(own[0]!.payload)).toBe('200')
  expect([own[1]!.payload.toString(), own[1]!.flags & endStream]).toEqual(['no, thank you', endStream])
})

test('a request that is refused for its head may bring a body; other streams go on', async () => {
  const backend = await startRecordingBackend()
  const { httpPort } = await startServing(backend.address)
  const client = session(`http://127.0.0.1:${httpPort}`)
  const other = client.request({ ':authority': 'a.test' })
  other.on('error', () => {})
  await backend.until(received => received.includes('GET '))

  const { head, code } = await ask(client, { ':method': 'POST', ':path': '/a#b' }, 'x'.repeat(5_000_000))

  expect([head[':status'], code]).toEqual([400, 0])
  await new Promise((resolve, reject) => client.ping(error => (error ? reject(error) : resolve(undefined))))
  expect(other.closed).toBe(false)
})

test('a response that breaks off never looks whole', async () => {
  const backend = await startRecordingBackend(socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', () => socket.resetAndDestroy())
  })
  const { httpPort } = await startServing(backend.address)
  const client = await frameClient(httpPort)

  client.send(headersFrame(1, requestFields()))

  expect(await client.verdict(1)).toBe('rst(2)')
  expect(
    client.frames.some(({ stream, flags, type }) => stream === 1 && type <= 1 && flags & endStream),
  ).toBe(false)
})

test('a client that resets its stream, or goes, takes the request back from the backend', async () => {
  const backend = await startRecordingBackend()
  const { httpPort } = await startServing(backend.address)
  for (const leave of ['reset', 'reset without an error', 'close'] as const) {
    const client = await frameClient(httpPort)
    client.send(
      headersFrame(1, requestFields({ ':method': 'POST', ':path': `/${leave.length}` }), 0),
      dataFrame(1, 'hello', 0),
    )
    await backend.until(
      received => received.includes(`POST /${leave.length} `) && received.endsWith('hello\r\n'),
    )
    if (leave === 'close') client.socket.destroy()
    else client.send(resetFrame(1, leave === 'reset' ? 8 : 0))
    await backend.until(() => backend.openConnections === 0)
  }
  expect(backend.received).not.toMatch(/\r\n0\r\n/)
})

// --- slow ends ---------------------------------------------------------------------------------------------------------

test('a client that takes nothing holds the backend; what waits is bounded, and all of it arrives at last', async () => {
  const total = 32 * 1024 * 1024
  let sent = 0
  const backend = await startHttpBackend((_, response) => {
    response.setHeader('Content-Length', total)
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const send = () => {
      while (sent < total) {
        sent += chunk.length
        if (!response.write(chunk)) return response.once('drain', send)
      }
      return response.end()
    }
    send()
  })
  const { httpPort } = await startServing(backend.address)
  const client = await frameClient(httpPort)
  client.send(headersFrame(1, requestFields()))

  const held = await settled(() => sent)
  expect(held).toBeLessThan(16 * 1024 * 1024)

  client.send(windowUpdate(0, 2 ** 30), windowUpdate(1, 2 ** 30))
  await client.until(({ flags, type }) => type === FrameType.data && (flags & endStream) !== 0)
  const bytes = client.frames.reduce(
    (sum, { type, payload }) => sum + (type === FrameType.data ? payload.length : 0),
    0,
  )
  expect(bytes).toBe(total)
})

test('a backend that takes nothing holds the client: its window is not opened again', async () => {
  const backend = await startRawBackend(socket => socket.pause())
  const client = plain(await startServing(backend.address))
  const stream = client.request({ ':authority': 'a.test', ':method': 'POST' })
  stream.on('error', () => {})
  let taken = 0
  const chunk = Buffer.alloc(64 * 1024)
  const send = () =>
    stream.write(chunk, error => {
      if (error) return
      taken += chunk.length
      send()
    })
  send()

  expect(await settled(() => taken)).toBeLessThan(16 * 1024 * 1024)
})

test('uploads and downloads of many streams arrive as they were sent', async () => {
  const backend = await startHttpBackend((request, response) => {
    request.pipe(response)
  })
  const proxy = await startServing(backend.address)
  for (const client of [plain(proxy), secure(proxy)]) {
    const bodies = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(i * 20_011))
    const answers = await Promise.all(bodies.map(body => ask(client, { ':method': 'POST' }, body)))
    expect(answers.map(({ body }) => body.length)).toEqual(bodies.map(body => body.length))
    expect(answers.every(({ body }, i) => body === bodies[i])).toBe(true)
  }
})

// --- how they end ------------------------------------------------------------------------------------------------------

test('draining says GOAWAY, lets what is under way finish, and ends', async () => {
  let answer: (() => void) | undefined
  const backend = await startHttpBackend((_, response) => {
    answer = () => response.end('finished')
  })
  const proxy = await startServing(backend.address)
  const idle = await frameClient(proxy.httpPort)
  await idle.until(({ type, flags }) => type === FrameType.settings && flags === 1)
  const client = await frameClient(proxy.httpPort)
  client.send(headersFrame(1, requestFields()))
  await expect.poll(() => answer).toBeDefined()

  const closed = proxy.app.close()
  await idle.untilClosed()
  const goaway = await client.until(({ type }) => type === FrameType.goaway)
  expect([goaway.payload.readUInt32BE(0), goaway.payload.readUInt32BE(4)]).toEqual([1, 0])
  answer!()
  expect(await client.verdict(1)).toBe('200')
  await client.untilClosed()
  client.socket.destroy()
  idle.socket.destroy()
  await closed
})

test('a client that says GOAWAY gets what it has asked for, and then the end', async () => {
  let answer: (() => void) | undefined
  const backend = await startHttpBackend((_, response) => {
    answer = () => response.end('finished')
  })
  const { httpPort } = await startServing(backend.address)
  const client = await frameClient(httpPort)
  client.send(headersFrame(1, requestFields()), frame(FrameType.goaway, 0, 0, Buffer.alloc(8)))
  await expect.poll(() => answer).toBeDefined()
  answer!()
  expect(await client.verdict(1)).toBe('200')
  await client.untilClosed()
})

test('what is cut at the end of the drain timeout never looks whole', async () => {
  const backend = await startRecordingBackend(socket => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  })
  const proxy = await startProxy({
    files: { 'a.yaml': serving('a.test', backend.address) },
    app: { drainTimeoutMs: 50 },
  })
  const client = await frameClient(proxy.httpPort)
  client.send(headersFrame(1, requestFields()))
  await client.until(({ type }) => type === FrameType.data)

  await proxy.app.close()

  await client.untilClosed()
  expect(client.frames.some(({ stream, flags }) => stream === 1 && flags & endStream)).toBe(false)
})

test('keep-alive-requests and keep-alive end connections by GOAWAY', async () => {
  const backend = await startEchoBackend()
  const proxy = await startServing(backend.address, { 'keep-alive-requests': '2', 'keep-alive': '1' })
  const counted = await frameClient(proxy.httpPort)
  counted.send(headersFrame(1, requestFields()))
  expect(await counted.verdict(1)).toBe('200')
  counted.send(headersFrame(3, requestFields()))
  const goaway = await counted.until(({ type }) => type === FrameType.goaway)
  expect(goaway.payload.readUInt32BE(0)).toBe(3)
  expect(await counted.verdict(3)).toBe('200')
  await counted.untilClosed()

  const idle = await frameClient(proxy.httpPort)
  expect((await idle.until(({ type }) => type === FrameType.goaway)).payload.readUInt32BE(4)).toBe(0)
  await idle.untilClosed()
})

test('keep-alive "0" ends a connection after its request', async () => {
  const proxy = await startServing((await startEchoBackend()).address, { 'keep-alive': '0' })
  const client = await frameClient(proxy.httpPort)
  await client.until(({ type, flags }) => type === FrameType.settings && flags === 1)
  client.send(headersFrame(1, requestFields()))
  expect(await client.verdict(1)).toBe('200')
  await client.untilClosed()
})

test('http2-max-concurrent-streams is announced, and the surplus refused so that it may be asked again', async () => {
  const backend = await startRecordingBackend()
  const { httpPort } = await startServing(backend.address, { 'http2-max-concurrent-streams': '2' })
  const client = await frameClient(httpPort)
  client.send(...[1, 3, 5].map(stream => headersFrame(stream, requestFields())))

  expect(await client.verdict(5)).toBe('rst(7)')
  const settings = await client.until(({ type, flags }) => type === FrameType.settings && flags === 0)
  expect(settings.payload.toString('hex')).toContain('000300000002')
  await backend.until(received => received.split('GET ').length === 3)
})

test('a client that has all the streams it may have, and opens the next as soon as one ends, is never refused', async () => {
  const backend = await startHttpBackend((_, response) => response.end('x'.repeat(100_000)))
  const client = secure(await startServing(backend.address, { 'http2-max-concurrent-streams': '8' }))
  await ask(client)
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(client)))
  expect(new Set(answers.map(({ head, code }) => `${head[':status']} ${code}`))).toEqual(new Set(['200 0']))
})

// --- abuse -------------------------------------------------------------------------------------------------------------

const repeat = (count: number, make: (stream: number) => Buffer) =>
  Array.from({ length: count }, (_, i) => make(2 * i + 1))
const post = { ':method': 'POST' }

const floods: readonly (readonly [what: string, frames: () => Buffer[]])[] = [
  [
    'streams reset at once',
    () =>
      repeat(2000, stream => Buffer.concat([headersFrame(stream, requestFields()), resetFrame(stream, 8)])),
  ],
  [
    'streams that make us reset them',
    () =>
      repeat(2000, stream =>
        Buffer.concat([headersFrame(stream, requestFields(post), 0), windowUpdate(stream, 0)]),
      ),
  ],
  [
    'bodies that are not what they said',
    () =>
      repeat(2000, stream =>
        Buffer.concat([
          headersFrame(stream, requestFields(post, ['content-length', '1']), 0),
          dataFrame(stream, 'ab'),
        ]),
      ),
  ],
  [
    'malformed heads',
    () => repeat(2000, stream => headersFrame(stream, requestFields({}, ['connection', 'x']))),
  ],
  [
    'fields without end',
    () => [
      frame(FrameType.headers, endStream, 1),
      ...repeat(200, () => frame(FrameType.continuation, 0, 1, '\x00\x01a\x01b')),
    ],
  ],
  ['SETTINGS', () => repeat(5000, () => settingsFrame())],
  ['PING', () => repeat(5000, () => frame(FrameType.ping, 0, 0, '12345678'))],
  ['PRIORITY', () => repeat(50_000, () => frame(FrameType.priority, 0, 3, '\0\0\0\0\x10'))],
  ['empty DATA', () => [headersFrame(1, requestFields(post), 0), ...repeat(5000, () => dataFrame(1, '', 0))]],
  ['frames nobody knows', () => repeat(50_000, () => frame(77, 0, 0, 'x'))],
]

test.each(floods)('a flood of %s ends its connection and troubles nobody else', async (_, frames) => {
  const backend = await startRecordingBackend()
  const proxy = await startServing(backend.address)
  const client = await frameClient(proxy.httpPort)

  client.send(...frames())

  await client.untilClosed()
  // Never more at a backend than a connection may have under way.
  expect(backend.received.split(' HTTP/1.1\r\n').length - 1).toBeLessThanOrEqual(128)
  await backend.until(() => backend.openConnections === 0)
  const neighbour = await rawClient(proxy.httpPort)
  neighbour.send('GET /healthz HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\n\r\n')
  expect(await neighbour.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
})

test('a flood of WINDOW_UPDATE beside a request ends its connection', async () => {
  const backend = await startRecordingBackend()
  const { httpPort } = await startServing(backend.address)
  const client = await frameClient(httpPort)
  client.send(headersFrame(1, requestFields()))
  await backend.until(received => received.includes('GET '))

  client.send(...repeat(50_000, () => windowUpdate(0, 1)))

  expect(await client.verdict(1)).toMatch(/goaway\(11\)|rst\(2\)/)
  await client.untilClosed()
  await backend.until(() => backend.openConnections === 0)
})

test('a reset of the connection in the middle of a head over TLS troubles nobody else', async () => {
  const proxy = await startServing((await startEchoBackend()).address)
  for (let i = 0; i < 5; i++) {
    const client = await frameClient(proxy.httpsPort, { servername: 'a.test' })
    client.send(
      headersFrame(1, requestFields({ ':path': 'x' })),
      headersFrame(3, requestFields()).subarray(0, 20),
    )
    client.reset()
  }
  expect((await ask(secure(proxy))).head[':status']).toBe(200)
})
