// The clock of a connection of HTTP/2: how long it may take to begin, to ask, to send a body and to read. The proxy behind it is
// a stand-in that answers as each test says.
import { expect, test } from 'vitest'
import {
  dataFrame,
  endStream,
  FrameType,
  frame,
  frameClient,
  headersFrame,
  requestFields,
  resetFrame,
  statusOf,
  windowUpdate,
} from '../../test/support/http2-frames.ts'
import { rawClient } from '../../test/support/raw-client.ts'
import { sendText, startListener } from '../../test/support/stand-in-listener.ts'
import { Framing } from '../http/request-head.ts'

const post = requestFields({ ':method': 'POST' })

test('closes a connection that begins and does not go on', async () => {
  const { port } = await startListener({ headMs: 100 })
  const client = await rawClient(port)
  client.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  await client.untilClosed()
})

test('says GOAWAY to a connection that is idle, before its first request and after it', async () => {
  const { port, context } = await startListener({ keepAliveMs: 100, headMs: 100 }, stream =>
    sendText(stream, 'ok'),
  )
  for (const asks of [false, true]) {
    const client = await frameClient(port)
    if (asks) client.send(headersFrame(1, requestFields()))
    const goaway = await client.until(({ type }) => type === FrameType.goaway)
    expect([goaway.payload.readUInt32BE(0), goaway.payload.readUInt32BE(4)]).toEqual([asks ? 1 : 0, 0])
    await client.untilClosed()
  }
  await expect.poll(() => context.connections.size).toBe(0)
})

test('does not measure how long an answer takes', async () => {
  const { port } = await startListener(
    { keepAliveMs: 50, bodyIdleMs: 50, writeIdleMs: 50, headMs: 50 },
    stream => {
      setTimeout(() => sendText(stream, 'late'), 700)
    },
  )
  const client = await frameClient(port)
  client.send(headersFrame(1, requestFields()))
  expect(await client.verdict(1)).toBe('200')
})

test('answers 408 to a body that stops coming, or of which a byte comes now and then', async () => {
  const { port, aborts } = await startListener({ bodyIdleMs: 200 })
  const client = await frameClient(port)
  client.send(headersFrame(1, post, 0), dataFrame(1, 'hello', 0), headersFrame(3, post, 0))
  const timer = setInterval(() => client.send(dataFrame(3, 'x', 0)), 50)
  for (const of of [1, 3]) {
    const { payload } = await client.until(({ stream, type }) => stream === of && type === FrameType.headers)
    expect(statusOf(payload)).toBe('408')
    if (of === 3) clearInterval(timer)
  }
  expect(aborts).toEqual(['body-timeout', 'body-timeout'])
})

test('does not blame a client for a body that nobody takes', async () => {
  const { port, aborts } = await startListener(
    { bodyIdleMs: 100 },
    stream => {
      stream.pauseBody()
      setTimeout(() => stream.resumeBody(), 700)
    },
    { onRequestEnd: () => {} },
  )
  const client = await frameClient(port)
  client.send(headersFrame(1, post, 0), dataFrame(1, 'x', 0))
  await client.until(({ stream, type }) => stream === 1 && type === FrameType.headers)
  expect(aborts).toEqual(['body-timeout'])
})

test('does not take uploads that nobody takes yet for frames without use', async () => {
  const { port } = await startListener({}, stream => {
    stream.pauseBody()
    setTimeout(() => sendText(stream, 'late'), 1200)
  })
  const client = await frameClient(port)
  const streams = [1, 3, 5, 7, 9, 11, 13]
  for (const stream of streams) client.send(headersFrame(stream, post, 0))
  for (const stream of streams)
    client.send(...[1, 2, 3, 4].map(() => dataFrame(stream, Buffer.alloc(16_000), 0)))
  for (const stream of streams)
    expect(
      await client.until(({ type, stream: of }) => type === FrameType.data && of === stream),
    ).toBeDefined()
  expect(client.frames.some(({ type }) => type === FrameType.goaway)).toBe(false)
})

test('lets go of what is reset without an error while nobody reads it', async () => {
  const { port, aborts, context } = await startListener({ keepAliveMs: 100, headMs: 100 }, stream => {
    if (stream.head.webSocketKey === '') stream.pauseBody()
  })
  const client = await frameClient(port)
  const webSocket = requestFields({ ':method': 'CONNECT', ':protocol': 'websocket' })
  const heads = [post, requestFields({ ':method': 'HEAD' }), webSocket]
  for (const [i, head] of heads.entries())
    client.send(headersFrame(2 * i + 1, head, 0), dataFrame(2 * i + 1, 'hello', 0))
  client.send(frame(FrameType.ping, 0, 0, '12345678'))
  await client.until(({ type }) => type === FrameType.ping)
  client.send(...heads.map((_, i) => resetFrame(2 * i + 1, 0)))
  // The connection is idle then, and ends for that.
  await client.untilClosed()
  expect(aborts).toEqual(['closed', 'closed', 'closed'])
  await expect.poll(() => context.connections.size).toBe(0)
})

test('cuts an early response that its client never takes', async () => {
  const { port } = await startListener({ writeIdleMs: 200 }, stream => sendText(stream, 'no, thank you'))
  const noWindow = [4, 0] as const
  const client = await frameClient(port, { settings: [noWindow] })
  client.send(headersFrame(1, post, 0), dataFrame(1, 'hello', 0))
  expect(await client.verdict(1)).toBe('rst(2)')
})

test('gives up on a client that takes nothing of its response, before its end and behind it', async () => {
  const { port, aborts } = await startListener({ writeIdleMs: 200 }, stream => {
    stream.sendHead({ status: 200, reason: 'OK', lines: '', framing: Framing.chunked, contentLength: 0 })
    stream.sendBody(Buffer.alloc(200_000))
    if (stream.head.target === '/whole') stream.end('')
  })
  const client = await frameClient(port)
  client.send(headersFrame(1, requestFields()), headersFrame(3, requestFields({ ':path': '/whole' })))
  for (const stream of [1, 3]) expect(await client.verdict(stream)).toBe('rst(2)')
  expect(client.frames.some(({ type, flags }) => type === FrameType.data && flags & endStream)).toBe(false)
  expect(aborts).toEqual(['write-timeout'])
})

test('lets a client that reads in time have all of it', async () => {
  const { port } = await startListener({ writeIdleMs: 500 }, stream => {
    stream.sendHead({ status: 200, reason: 'OK', lines: '', framing: Framing.chunked, contentLength: 0 })
    stream.sendBody(Buffer.alloc(200_000))
    stream.end('')
  })
  const client = await frameClient(port)
  client.send(headersFrame(1, requestFields()), windowUpdate(0, 200_000), windowUpdate(1, 200_000))
  expect(await client.verdict(1)).toBe('200')
})
