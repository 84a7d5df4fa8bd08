// Bodies that are larger than memory should ever hold, sides that are slow, and sides that leave in the middle.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startRawBackend } from '../support/backend.ts'
import { pour } from '../support/long-body.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'
import { settled } from '../support/settled.ts'

const noBodyLimit = { 'nginx.ingress.kubernetes.io/proxy-body-size': '0' }
const MB = 1024 * 1024
/** What all socket buffers between the two ends may hold: far less than the bodies of these tests. */
const inFlightLimit = 60 * MB
const bodyBytes = 200 * MB

function proxyFor(address: string): Promise<TestProxy> {
  return startProxy({ files: { 'web.yaml': serving('a.test', address, { annotations: noBodyLimit }) } })
}

test('stops reading from the backend when the client does not read, and goes on when it does', async () => {
  let written = () => 0
  const backend = await startAnsweringBackend(
    `HTTP/1.1 200 OK\r\nContent-Length: ${bodyBytes}\r\n\r\n`,
    socket => {
      written = pour(socket, bodyBytes)
    },
  )
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.socket.removeAllListeners('data')
  let received = 0
  const isWhole = new Promise<void>(resolve => {
    client.socket.on('data', chunk => {
      received += chunk.length
      if (received >= bodyBytes) resolve()
    })
  })
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  client.socket.pause()
  const memory = process.memoryUsage().rss

  const stoppedAt = await settled(() => written())
  expect(stoppedAt).toBeGreaterThan(0)
  expect(stoppedAt).toBeLessThan(inFlightLimit)
  expect(process.memoryUsage().rss - memory).toBeLessThan(inFlightLimit)

  client.socket.resume()
  await isWhole
  expect(written()).toBe(bodyBytes)
})

test('stops reading from the client when the backend does not read, and goes on when it does', async () => {
  let received = 0
  let stopped: Socket | undefined
  const backend = await startRawBackend(socket => {
    stopped = socket
    socket.on('data', chunk => {
      if (received === 0) socket.pause()
      received += chunk.length
      if (received > bodyBytes) socket.end(okResponse('done'))
    })
  })
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${bodyBytes}\r\n\r\n`)
  const written = pour(client.socket, bodyBytes)
  const stoppedAt = await settled(written)
  expect(stoppedAt).toBeGreaterThan(0)
  expect(stoppedAt).toBeLessThan(inFlightLimit)

  stopped!.resume()
  await client.until(text => text.endsWith('done'))
  expect(written()).toBe(bodyBytes)
})

test('passes each piece on as it comes, in both directions', async () => {
  const sockets: Socket[] = []
  const backend = await startRecordingBackend(socket => sockets.push(socket))
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n')
  await backend.until(received => received.endsWith('\r\n\r\n'))
  for (const word of ['one', 'two']) {
    client.send(`3\r\n${word}\r\n`)
    await backend.until(received => received.endsWith(`3\r\n${word}\r\n`))
  }
  sockets[0]!.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  await client.until(received => received.endsWith('\r\n\r\n'))
  for (const word of ['data: a\n\n', 'data: b\n\n']) {
    sockets[0]!.write(`9\r\n${word}\r\n`)
    await client.until(received => received.endsWith(`9\r\n${word}\r\n`))
  }
})

test('ends the backend connection when the client leaves in the middle of an upload', async () => {
  const backend = await startRecordingBackend()
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')
  await backend.until(received => received.endsWith('hello'))
  const reset = new Promise<NodeJS.ErrnoException>(resolve => backend.connections[0]!.once('error', resolve))

  client.socket.destroy()

  // A reset, not an end: half an upload must not look like a whole one.
  expect((await reset).code).toBe('ECONNRESET')
})

test('ends the backend connection when the client leaves in the middle of a download', async () => {
  const backend = await startAnsweringBackend(
    `HTTP/1.1 200 OK\r\nContent-Length: ${bodyBytes}\r\n\r\n`,
    socket => {
      pour(socket, bodyBytes)
    },
  )
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await client.until(received => received.length > MB)

  client.socket.destroy()

  await backend.until(() => backend.openConnections === 0)
})

test('ends the backend connection when the client leaves before the response', async () => {
  const backend = await startRecordingBackend()
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await backend.until(received => received.endsWith('\r\n\r\n'))

  client.socket.destroy()

  await backend.until(() => backend.openConnections === 0)
})

test('shows the client an answer that comes before its upload is over, and never uses that connection again', async () => {
  const backend = await startRecordingBackend((socket, received) => {
    if (received.startsWith('POST') && received.endsWith('\r\n\r\nhello'))
      socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno')
    if (received.startsWith('GET')) socket.write(okResponse('second'))
  })
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')
  expect(await client.until(received => received.endsWith('no'))).toMatch(/^HTTP\/1\.1 401 /)
  await backend.until(() => backend.openConnections === 0)
  client.send('world')
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')

  await client.until(received => received.endsWith('second'))
  expect(backend.received).not.toContain('world')
  expect(backend.connections).toHaveLength(2)
})

test('closes after an early answer to an upload without end', async () => {
  const backend = await startAnsweringBackend('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno')
  const proxy = await proxyFor(backend.address)
  const client = await rawClient(proxy.httpPort)

  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${bodyBytes}\r\n\r\n`)
  const written = pour(client.socket, bodyBytes)

  const received = await client.untilClosed()
  expect(received).toMatch(/^HTTP\/1\.1 401 [\s\S]*\r\nConnection: close\r\n[\s\S]*no$/)
  expect(written()).toBeLessThan(inFlightLimit)
})
