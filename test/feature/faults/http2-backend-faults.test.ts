// Backends in HTTP/2 that break its rules, frame by frame: what a client in HTTP/1.1 gets is an error or a visible break, never
// something that looks whole and is not.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startRawBackend } from '../../support/backend.ts'
import { fetchFrom, type TestResponse } from '../../support/fetch.ts'
import {
  dataFrame,
  endStream,
  type FieldPairs,
  FrameType,
  frame,
  headersFrame,
  resetFrame,
  settingsFrame,
} from '../../support/http2-frames.ts'
import { nginx } from '../../support/nginx-annotations.ts'
import { startProxy } from '../../support/proxy.ts'
import { rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'

const prefaceBytes = 24
const noError = 0
const internalError = 2
const enhanceYourCalm = 11

/** Answers each HEADERS frame with these octets. `onFrame` hears of every frame. */
async function startFrames(
  answer: (stream: number, socket: Socket) => Buffer | readonly Buffer[],
  settings: Buffer = settingsFrame(),
  onFrame: (type: number, flags: number) => void = () => {},
) {
  let requests = 0
  const backend = await startRawBackend(socket => {
    let unread = Buffer.alloc(0)
    let atPreface = true
    socket.write(settings)
    socket.on('data', chunk => {
      unread = Buffer.concat([unread, chunk as Buffer])
      if (atPreface && unread.length >= prefaceBytes) {
        unread = unread.subarray(prefaceBytes)
        atPreface = false
      }
      while (!atPreface && unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
        const [type, flags, stream] = [unread[3]!, unread[4]!, unread.readUInt32BE(5)]
        unread = unread.subarray(9 + unread.readUIntBE(0, 3))
        onFrame(type, flags)
        if (type !== FrameType.headers) continue
        requests++
        socket.write(Buffer.concat([answer(stream, socket)].flat()))
      }
    })
    socket.on('end', () => socket.end())
  })
  return {
    address: backend.address,
    get requests() {
      return requests
    },
  }
}

async function proxyTo(address: string, annotations: Record<string, string> = {}): Promise<number> {
  const all = nginx({ 'backend-protocol': 'GRPC', ...annotations })
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', address, { annotations: all }) },
    app: { dev: true },
  })
  return proxy.httpPort
}

async function ask(
  answer: (stream: number, socket: Socket) => Buffer | readonly Buffer[],
  annotations: Record<string, string> = {},
): Promise<TestResponse> {
  const backend = await startFrames(answer)
  return fetchFrom({ port: await proxyTo(backend.address, annotations), host: 'a.test' })
}

const ok: FieldPairs = [[':status', '200']]
const goaway = (last: number, code: number) => {
  const payload = Buffer.alloc(8)
  payload.writeUInt32BE(last)
  payload.writeUInt32BE(code, 4)
  return frame(FrameType.goaway, 0, 0, payload)
}

test('an answer by the rules comes back', async () => {
  const response = await ask(stream => [
    headersFrame(stream, [...ok, ['x-own', 'yes']], 0),
    dataFrame(stream, 'hi'),
  ])
  expect(response).toMatchObject({ status: 200, body: 'hi', headers: { 'x-own': 'yes' } })
})

const badHeads: Record<string, FieldPairs> = {
  'a name in upper case': [...ok, ['X-Own', 'yes']],
  'a Connection field': [...ok, ['connection', 'close']],
  'a Transfer-Encoding field': [...ok, ['transfer-encoding', 'chunked']],
  'no status': [['x-own', 'yes']],
  'two statuses': [...ok, ...ok],
  'a status behind a field': [['x-own', 'yes'], ...ok],
  'a request’s pseudo-field': [...ok, [':path', '/']],
  'status 101': [[':status', '101']],
  'status 099': [[':status', '099']],
  'status 2000': [[':status', '2000']],
  'two lengths': [...ok, ['content-length', '0'], ['content-length', '0']],
  'a length that is none': [...ok, ['content-length', '-1']],
  'a length without the body': [...ok, ['content-length', '5']],
}

test.each(Object.keys(badHeads))('a head with %s gives 502', async name => {
  const response = await ask(stream => headersFrame(stream, badHeads[name]!), {
    'proxy-next-upstream': 'off',
  })
  expect(response.status).toBe(502)
})

test.each(['line\r\nx-injected: yes', 'nul\0', 'line\n'])('no field value becomes two: %j', async value => {
  const response = await ask(stream => headersFrame(stream, [...ok, ['x-own', value]]))
  expect(response.headers).not.toHaveProperty('x-injected')
  expect(response.headers).not.toHaveProperty('x-own')
})

const breaks: Record<string, (stream: number, socket: Socket) => Buffer | readonly Buffer[]> = {
  'a reset without an error': stream => [dataFrame(stream, 'half', 0), resetFrame(stream, noError)],
  'a reset with an error': stream => [dataFrame(stream, 'half', 0), resetFrame(stream, internalError)],
  'the end of the connection': (stream, socket) => {
    setImmediate(() => socket.end())
    return dataFrame(stream, 'half', 0)
  },
  'a GOAWAY with an error': stream => [dataFrame(stream, 'half', 0), goaway(stream, internalError)],
  'trailers with a status': stream => [
    dataFrame(stream, 'half', 0),
    headersFrame(stream, [[':status', '200']], endStream),
  ],
  'junk in the place of a frame': stream => [dataFrame(stream, 'half', 0), Buffer.alloc(64, 0xff)],
}

test.each(Object.keys(breaks))('a body that ends with %s is cut', async name => {
  const backend = await startFrames((stream, socket) =>
    [headersFrame(stream, ok, 0), breaks[name]!(stream, socket)].flat(),
  )
  const client = await rawClient(await proxyTo(backend.address))
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  const received = await client.untilClosed()
  // What was lost with its connection may be answered before a head was sent.
  if (!received.startsWith('HTTP/1.1 502')) expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(received).not.toMatch(/\r\n0\r\n/)
})

test('a body shorter than its length is cut', async () => {
  const backend = await startFrames(stream => [
    headersFrame(stream, [...ok, ['content-length', '10']], 0),
    dataFrame(stream, 'half'),
  ])
  const client = await rawClient(await proxyTo(backend.address))
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  expect((await client.untilClosed()).endsWith('\r\n\r\nhalf')).toBe(true)
})

test('interim responses without end give 502', async () => {
  const interim: FieldPairs = [[':status', '103']]
  const response = await ask(
    stream => [
      ...Array.from({ length: 20 }, () => headersFrame(stream, interim, 0)),
      headersFrame(stream, ok),
    ],
    { 'proxy-next-upstream': 'off' },
  )
  expect(response.status).toBe(502)
})

test('a request that was reset is not sent again when it may have been done', async () => {
  const backend = await startFrames(stream => resetFrame(stream, internalError))
  const port = await proxyTo(backend.address)
  const response = await fetchFrom({ port, host: 'a.test', method: 'POST', body: 'x' })
  expect(response.status).toBe(502)
  expect(backend.requests).toBe(1)
})

test('a backend that asks for calm is asked over another connection', async () => {
  const sockets = new Set<Socket>()
  const backend = await startFrames((stream, socket) => {
    sockets.add(socket)
    return sockets.size === 1 ? resetFrame(stream, enhanceYourCalm) : headersFrame(stream, ok)
  })
  const port = await proxyTo(backend.address)
  const answers = [await fetchFrom({ port, host: 'a.test' }), await fetchFrom({ port, host: 'a.test' })]
  expect(answers.map(({ status }) => status)).toEqual([502, 200])
  expect(answers[0]!.body).toMatch(/ENHANCE_YOUR_CALM/)
})

test('a request that a GOAWAY with an error leaves out is sent again, whatever its method', async () => {
  let first = true
  const backend = await startFrames(stream => {
    if (!first) return headersFrame(stream, ok)
    first = false
    return goaway(0, internalError)
  })
  const port = await proxyTo(backend.address)
  expect(await fetchFrom({ port, host: 'a.test', method: 'POST', body: 'x' })).toMatchObject({ status: 200 })
  expect(backend.requests).toBe(2)
})

test('a backend that never gives room for a body gives 504', async () => {
  const initialWindowSize = 4
  const backend = await startFrames(() => [], settingsFrame([[initialWindowSize, 0]]))
  const port = await proxyTo(backend.address, { 'proxy-send-timeout': '1' })
  const body = Buffer.alloc(200_000)
  expect(await fetchFrom({ port, host: 'a.test', method: 'POST', body })).toMatchObject({ status: 504 })
})

test('a body of unknown length that its client breaks off never has an end', async () => {
  const { promise: frames, resolve } = Promise.withResolvers<string[]>()
  const seen: string[] = []
  const backend = await startFrames(
    () => [],
    settingsFrame(),
    (type, flags) => {
      if (type === FrameType.data) {
        seen.push((flags & endStream) === 0 ? 'data' : 'end')
        client.socket.destroy()
      }
      if (type === FrameType.rstStream) resolve([...seen, 'reset'])
    },
  )
  const client = await rawClient(await proxyTo(backend.address))
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  expect(await frames).toEqual(['data', 'reset'])
})
