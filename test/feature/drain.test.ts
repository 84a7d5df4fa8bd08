// The end of a Portico: requests under way are finished, idle connections close, and nobody is waited for longer than asked.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { askOver, openConnection } from '../support/ask-over.ts'
import { startEchoBackend } from '../support/backend.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'
import { echoOver, openWebSocket, startWebSocketBackend } from '../support/web-socket.ts'

const request = 'GET / HTTP/1.1\r\nHost: foo.com\r\n\r\n'

test('a request under way is finished; its response says that the connection closes', async () => {
  const backend = await startHeldBackend()
  const proxy = await startProxy({ files: { 'foo.yaml': serving('foo.com', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  client.send(request)
  const response = await backend.nextRequest()

  const closed = proxy.app.close()
  response.end('finished')

  const received = await client.untilClosed()
  expect(received).toMatch(/^HTTP\/1\.1 200 /)
  expect(received).toMatch(/\r\nConnection: close\r\n/)
  expect(received).toMatch(/finished$/)
  client.socket.end()
  await closed
})

test('an idle connection is closed, and no new one is accepted', async () => {
  const backend = await startEchoBackend()
  const proxy = await startProxy({ files: { 'foo.yaml': serving('foo.com', backend.address) } })
  const idle = await openConnection(proxy.httpPort)
  await askOver(idle, 'foo.com')
  const ended = new Promise(resolve => idle.once('end', resolve))

  await proxy.app.close()

  await ended
  const refused = new Promise<string | undefined>(resolve => {
    const socket = connect({ host: '127.0.0.1', port: proxy.httpPort })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    socket.once('connect', () => resolve('connected'))
  })
  expect(await refused).toBe('ECONNREFUSED')
})

test('a request that takes longer than the drain timeout is cut', async () => {
  const backend = await startHeldBackend()
  const proxy = await startProxy({
    files: { 'foo.yaml': serving('foo.com', backend.address) },
    app: { drainTimeoutMs: 50 },
  })
  const client = await rawClient(proxy.httpPort)
  client.send(request)
  await backend.nextRequest()

  await proxy.app.close()

  expect(await client.untilClosed()).toBe('')
})

test('a WebSocket goes on until the drain timeout, and is then cut', async () => {
  const backend = await startWebSocketBackend()
  const proxy = await startProxy({
    files: { 'foo.yaml': serving('foo.com', backend) },
    app: { drainTimeoutMs: 200 },
  })
  const socket = await openWebSocket(proxy.httpPort, 'foo.com')
  const cut = once(socket, 'close')

  const closed = proxy.app.close()
  expect(await echoOver(socket, 'still there')).toBe('echo still there')

  await closed
  await cut
})
