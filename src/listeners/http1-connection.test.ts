// The clock of a client connection: how long it may take to ask, to send its body and to read, and what a tunnel may.
// The proxy behind it is a stand-in that answers as each test says.
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { rawClient } from '../../test/support/raw-client.ts'
import { sendText, startListener } from '../../test/support/stand-in-listener.ts'
import type { ClientStream } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'

const head = 'GET / HTTP/1.1\r\nHost: a.test\r\n'

test('answers 408 to a head that does not end in time, however slowly it goes on', async () => {
  const { port } = await startListener({ headMs: 300 })
  const client = await rawClient(port)
  client.send(head)
  const timer = setInterval(() => client.send('X: y\r\n'), 50)
  onTestFinished(() => clearInterval(timer))

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 408 [\s\S]*\r\nConnection: close\r\n/)
})

test('closes a connection that never asks anything, without a word', async () => {
  const { port } = await startListener({ headMs: 100 })
  expect(await (await rawClient(port)).untilClosed()).toBe('')
})

test('closes a connection that has been idle between requests, without a word', async () => {
  const { port, context } = await startListener({ keepAliveMs: 100 }, stream => sendText(stream, 'ok'))
  const client = await rawClient(port)
  client.send(`${head}\r\n`)
  const answered = await client.until(received => received.endsWith('ok'))

  expect(await client.untilClosed()).toBe(answered)
  expect(context.connections.size).toBe(0)
})

test('answers 408 to a body that stops coming', async () => {
  const listener = await startListener({ bodyIdleMs: 100 })
  const client = await rawClient(listener.port)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 408 /)
  expect(listener.aborts).toEqual(['body-timeout'])
})

test('answers 408 to a body of which a byte comes now and then', async () => {
  const listener = await startListener({ bodyIdleMs: 300 })
  const client = await rawClient(listener.port)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5000\r\n\r\n')
  const timer = setInterval(() => client.send('x'), 50)
  onTestFinished(() => clearInterval(timer))

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 408 /)
  expect(listener.aborts).toEqual(['body-timeout'])
})

test.each([
  ['kept open', 1, ''],
  ['closed after it', 1, 'Connection: close\r\n'],
  ['of HTTP/1.0', 0, ''],
])(
  'leaves the end of a response to a client that reads late, on a connection %s',
  async (_, minor, field) => {
    const piece = Buffer.alloc(8 * 1024, 'x')
    let taken = 0
    let limit = Infinity
    const listener = await startListener({ keepAliveMs: 100 }, stream => {
      stream.sendHead({ status: 200, reason: 'OK', lines: '', framing: Framing.untilClose, contentLength: 0 })
      let isTaken = true
      for (taken = 0; isTaken && taken < limit; taken += piece.length) isTaken = stream.sendBody(piece)
      stream.end('')
    })
    const request = `GET / HTTP/1.${minor}\r\nHost: a.test\r\n${field}\r\n`
    // How much it takes until the writer itself says that the client falls behind; then half as much less than that.
    const filling = await rawClient(listener.port)
    filling.socket.pause()
    filling.send(request)
    await sweeps(2)
    limit = taken - 32 * 1024

    const client = await rawClient(listener.port)
    client.socket.pause()
    client.send(request)
    // Longer than an idle connection may stay, and than what lingers is waited for.
    await sweeps(24)
    client.socket.resume()
    const received =
      field === '' && minor === 1
        ? await client.until(text => text.endsWith('\r\n0\r\n\r\n'))
        : await client.untilClosed()

    expect(received.split('x').length - 1).toBe(taken)
  },
)

test('resets a connection whose response it breaks off, where only its end could say that it is whole', async () => {
  const listener = await startListener({}, stream => {
    stream.sendHead({ status: 200, reason: 'OK', lines: '', framing: Framing.untilClose, contentLength: 0 })
    stream.sendBody(Buffer.from('first'))
    stream.flush()
  })
  const client = await rawClient(listener.port)
  const failed = once(client.socket, 'error')
  client.send('GET / HTTP/1.0\r\nHost: a.test\r\n\r\n')
  await client.until(received => received.endsWith('first'))
  for (const connection of listener.context.connections) connection.destroy()

  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
})

test('does not blame a client for a body that nobody takes', async () => {
  const listener = await startListener({ bodyIdleMs: 100, headMs: 100 }, stream => stream.pauseBody())
  const client = await rawClient(listener.port)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')
  await sweeps(4)

  expect(listener.aborts).toEqual([])
  expect(client.closed).toBe(false)
})

test('does not measure how long an answer takes', async () => {
  const times = { bodyIdleMs: 100, headMs: 100, keepAliveMs: 100, writeIdleMs: 100 }
  let answer = () => {}
  const { port } = await startListener(times, stream => {
    answer = () => sendText(stream, 'late')
  })
  const client = await rawClient(port)
  client.send(`${head}\r\n`)
  await sweeps(4)

  answer()
  expect(await client.until(received => received.endsWith('late'))).toMatch(/^HTTP\/1\.1 200 /)
})

test('leaves an idle tunnel to whoever opened it, also after bytes have come', async () => {
  const times = { bodyIdleMs: 100, headMs: 100, keepAliveMs: 100 }
  let tunnelled = ''
  const listener = await startListener(times, stream => stream.startTunnel('Upgrade: x\r\n'), {
    onRequestBody(chunk) {
      tunnelled += chunk.toString()
      return true
    },
  })
  const client = await rawClient(listener.port)
  client.send(`${head}Connection: upgrade\r\nUpgrade: x\r\n\r\n`)
  await client.until(received => received.includes('\r\n\r\n'))
  client.send('hello')
  await sweeps(4)

  expect(tunnelled).toBe('hello')
  expect(listener.aborts).toEqual([])
  expect(client.closed).toBe(false)
})

test('gives up on a client that takes nothing of its response', async () => {
  const listener = await startListener({ writeIdleMs: 200 }, stream => {
    stream.sendHead({ status: 200, reason: 'OK', lines: '', framing: Framing.chunked, contentLength: 0 })
    while (stream.sendBody(Buffer.alloc(1024 * 1024))) {}
  })
  const client = await rawClient(listener.port)
  client.socket.pause()
  const aborted = untilTrue(() => listener.aborts.length > 0)
  client.send(`${head}\r\n`)

  await aborted
  expect(listener.aborts).toEqual(['write-timeout'])
  expect(listener.context.connections.size).toBe(0)
})

test('closes idle connections at once when draining, and others after their response', async () => {
  const streams: ClientStream[] = []
  const listener = await startListener({}, stream => streams.push(stream))
  const [idle, busy] = [await rawClient(listener.port), await rawClient(listener.port)]
  busy.send(`${head}\r\n`)
  await untilTrue(() => streams.length === 1 && listener.context.connections.size === 2)

  listener.context.draining = true
  for (const connection of listener.context.connections) connection.drain()
  expect(await idle.untilClosed()).toBe('')
  sendText(streams[0]!, 'last')

  expect(await busy.untilClosed()).toMatch(/\r\nConnection: close\r\n[\s\S]*last$/)
})

test('answers 400 to half a head that the client ends', async () => {
  const { port } = await startListener({})
  const client = await rawClient(port)
  client.socket.end(head)
  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
})

test('takes a client that ends its side while it waits to have left', async () => {
  const listener = await startListener({})
  const client = await rawClient(listener.port)
  client.socket.end(`${head}\r\n`)
  expect(await client.untilClosed()).toBe('')
  expect(listener.aborts).toEqual(['closed'])
})

/** Waits for so many sweeps over the deadlines: the one thing here that is about time passing. */
function sweeps(count: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, count * 100))
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}
