// One backend connection by itself: when it may be used again, when it is given up, and that nothing of it stays behind.
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startFullServer } from '../../test/support/full-server.ts'
import { outgoingRequest } from '../../test/support/outgoing-request.ts'
import { startRecordingBackend } from '../../test/support/raw-backend.ts'
import { Counters } from '../metrics/counters.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import type { AttemptFailure } from './attempt-failure.ts'
import { DialLimit } from './dial-limit.ts'
import { EndpointState } from './endpoint-state.ts'
import type { AttemptTimeouts, EndpointHandler } from './endpoint-stream.ts'
import type { Http1EndpointConnection } from './http1-endpoint-connection.ts'

const minute: AttemptTimeouts = { connectMs: 60_000, readMs: 60_000, sendMs: 60_000 }

/** A handler whose end can be awaited. */
interface TestHandler extends EndpointHandler {
  readonly ended: Promise<AttemptFailure | 'end'>
}

function createHandler(onConnected: () => void = () => {}): TestHandler {
  const { promise, resolve } = Promise.withResolvers<AttemptFailure | 'end'>()
  return {
    ended: promise,
    secure: false,
    onEndpointReady: onConnected,
    onInterim: () => {},
    onResponseHead: () => {},
    onUpgrade: () => {},
    onResponseBody: () => true,
    onResponseEnd: () => resolve('end'),
    onResponseFlush: () => {},
    onEndpointDrain: () => {},
    onAttemptFailure: resolve,
  }
}

function endpointAt(port: number): EndpointState {
  const deadlines = new Deadlines()
  const endpoint = new EndpointState('127.0.0.1', port, deadlines, new Counters(), new DialLimit(Infinity))
  onTestFinished(() => {
    endpoint.retire()
    deadlines.close()
  })
  return endpoint
}

const request = outgoingRequest()

/** Sends a request over a new connection and waits for the end of its response. */
async function serveOne(endpoint: EndpointState): Promise<void> {
  const handler: TestHandler = createHandler(() => connection.sendHead(request))
  const connection = endpoint.connect(handler, minute)
  expect(await handler.ended).toBe('end')
}

function takeIdle(endpoint: EndpointState): Http1EndpointConnection | undefined {
  return endpoint.takeIdle(createHandler(), minute) as Http1EndpointConnection | undefined
}

function startServer(response: string) {
  return startRecordingBackend(socket => socket.write(response))
}

test('offers a connection again after a whole response, the latest first', async () => {
  const backend = await startServer('HTTP/1.1 204 No Content\r\n\r\n')
  const endpoint = endpointAt(backend.port)
  await Promise.all([serveOne(endpoint), serveOne(endpoint)])

  const [first, second] = [takeIdle(endpoint), takeIdle(endpoint)]
  expect(first).toBeDefined()
  expect(second).toBeDefined()
  expect(first).not.toBe(second)
  expect(takeIdle(endpoint)).toBeUndefined()
  endpoint.release(first!)
  endpoint.release(second!)
  expect(takeIdle(endpoint)).toBe(second)
  second!.destroy()
})

test('keeps more idle connections than 320 for a moment only, in which they are used again', async () => {
  const backend = await startServer('HTTP/1.1 204 No Content\r\n\r\n')
  const endpoint = endpointAt(backend.port)
  await Promise.all(Array.from({ length: 323 }, () => serveOne(endpoint)))
  expect(endpoint.idleConnections).toBe(323)
  const again = takeIdle(endpoint)!
  endpoint.release(again)
  expect(endpoint.idleConnections).toBe(323)

  await backend.until(() => backend.openConnections === 320)
  expect(endpoint.idleConnections).toBe(320)
})

test('closes idle connections when its endpoint is retired, and busy ones after their response', async () => {
  const sockets: Socket[] = []
  const backend = await startRecordingBackend(socket => sockets.push(socket))
  const endpoint = endpointAt(backend.port)
  const idle = serveOne(endpoint)
  await backend.until(() => sockets.length === 1)
  sockets[0]!.write('HTTP/1.1 204 No Content\r\n\r\n')
  await idle
  const busy: TestHandler = createHandler(() => connection.sendHead(request))
  const connection = endpoint.connect(busy, minute)
  await backend.until(() => sockets.length === 2)

  endpoint.retire()
  await backend.until(() => backend.openConnections === 1)
  sockets[1]!.write('HTTP/1.1 204 No Content\r\n\r\n')

  expect(await busy.ended).toBe('end')
  await backend.until(() => backend.openConnections === 0)
})

// Linux only: the kernel's table of connections shows what a program no longer does.
test.skipIf(process.platform !== 'linux')(
  'gives up a dial that hangs, and leaves nothing of it behind',
  async () => {
    const port = await startFullServer()
    const handler = createHandler()
    endpointAt(port).connect(handler, { ...minute, connectMs: 200 })
    while (dialsTo(port) === 0) await new Promise(setImmediate)

    expect(await handler.ended).toBe('connect-timeout')
    expect(dialsTo(port)).toBe(0)
  },
)

/** How many connections to a port wait for the first answer (SYN_SENT). */
function dialsTo(port: number): number {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n')
  return lines.filter(line => line.includes(` ${remote} 02 `)).length
}
