// One HTTP/2 connection to a backend by itself: when it is shared, doubted, given up and closed.
import { constants } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startRawBackend } from '../../test/support/backend.ts'
import { startFullServer } from '../../test/support/full-server.ts'
import { type Http2Backend, type OnStream, startHttp2Backend } from '../../test/support/http2-backend.ts'
import { outgoingRequest } from '../../test/support/outgoing-request.ts'
import { Counters } from '../metrics/counters.ts'
import { backendConnections } from '../policies/backends/backend-connections.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import type { AttemptFailure } from './attempt-failure.ts'
import { DialLimit } from './dial-limit.ts'
import { EndpointState } from './endpoint-state.ts'
import type { AttemptTimeouts, EndpointHandler, EndpointStream } from './endpoint-stream.ts'

const minute: AttemptTimeouts = { connectMs: 60_000, readMs: 60_000, sendMs: 60_000 }
const seconds = 1_000

function fixture(port: number) {
  const deadlines = new Deadlines()
  const dials = new DialLimit(Infinity)
  const wire = { key: 'h2c', tls: undefined, http2: true }
  const endpoint = new EndpointState('127.0.0.1', port, deadlines, new Counters(), dials, wire)
  onTestFinished(() => {
    endpoint.retire()
    deadlines.close()
  })
  return { endpoint, deadlines, dials }
}

interface Attempt {
  readonly stream: EndpointStream
  readonly ended: Promise<AttemptFailure | 'end'>
}

/** Sends a GET, over an open session if there is one. */
function ask(endpoint: EndpointState, onResponseBody = () => true): Attempt {
  const { promise: ended, resolve } = Promise.withResolvers<AttemptFailure | 'end'>()
  const handler: EndpointHandler = {
    secure: false,
    onEndpointReady: () => stream.sendHead(outgoingRequest()),
    onInterim: () => {},
    onResponseHead: () => {},
    onUpgrade: () => {},
    onResponseBody,
    onResponseEnd: () => resolve('end'),
    onResponseFlush: () => {},
    onEndpointDrain: () => {},
    onAttemptFailure: resolve,
  }
  const open = endpoint.takeIdle(handler, minute)
  const stream: EndpointStream = open ?? endpoint.connect(handler, minute)
  open?.sendHead(outgoingRequest())
  return { stream, ended }
}

const answer: OnStream = stream => stream.respond({ ':status': 204 }, { endStream: true })

/** Passes everything on to a backend until it is frozen. */
async function startRelay(backend: Http2Backend) {
  const sockets: Socket[] = []
  let closed = 0
  const relay = await startRawBackend(socket => {
    const other = connect(backend.port, '127.0.0.1')
    other.on('error', () => {})
    sockets.push(socket, other)
    socket.pipe(other)
    other.pipe(socket)
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      closed++
      other.destroy()
    })
  })
  return {
    port: relay.port,
    get closed() {
      return closed
    },
    freeze: () => {
      for (const socket of sockets) socket.unpipe().resume()
    },
  }
}

/** Turns of the event loop until something holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}

test('is opened once for all that ask meanwhile, and kept until its time is over', async () => {
  const backend = await startHttp2Backend(answer)
  const { endpoint, deadlines, dials } = fixture(backend.port)
  const attempts = [ask(endpoint), ask(endpoint), ask(endpoint)]
  for (const { ended } of attempts) expect(await ended).toBe('end')
  await until(() => endpoint.idleConnections === 1)
  expect(await ask(endpoint).ended).toBe('end')
  expect(backend.sessions).toHaveLength(1)
  await until(() => endpoint.idleConnections === 1)
  deadlines.now += 61 * seconds
  await backend.until(() => backend.openSessions === 0)
  expect([endpoint.idleConnections, endpoint.busyConnections, dials.open]).toEqual([0, 0, 0])
})

test('that a burst has opened beside another is closed sooner', async () => {
  const waiting: (() => void)[] = []
  const backend = await startHttp2Backend(
    (stream, ...more) => {
      waiting.push(() => answer(stream, ...more))
    },
    { settings: { maxConcurrentStreams: 1 } },
  )
  const { endpoint, deadlines } = fixture(backend.port)
  const attempts: Attempt[] = []
  for (let i = 0; i < 3; i++) {
    attempts.push(ask(endpoint))
    await backend.until(() => waiting.length === i + 1)
  }
  for (const respond of waiting) respond()
  for (const { ended } of attempts) expect(await ended).toBe('end')
  await until(() => endpoint.idleConnections === 3)
  deadlines.now += 6 * seconds
  await backend.until(() => backend.openSessions === 1)
})

test('that refuses a stream is given no more than it took, until it is idle', async () => {
  let waiting: (() => void)[] = []
  const backend = await startHttp2Backend((stream, ...more) => {
    if (backend.sessions.length === 1 && waiting.length === 2) stream.close(constants.NGHTTP2_REFUSED_STREAM)
    else waiting.push(() => answer(stream, ...more))
  })
  const { endpoint } = fixture(backend.port)
  const attempts = [ask(endpoint), ask(endpoint)]
  await backend.until(() => waiting.length === 2)
  expect(await ask(endpoint).ended).toBe('stream-refused')
  await until(() => endpoint.busyConnections === 1)
  attempts.push(ask(endpoint))
  await backend.until(() => waiting.length === 3)
  expect(backend.sessions).toHaveLength(2)
  for (const respond of waiting) respond()
  for (const { ended } of attempts) expect(await ended).toBe('end')
  await until(() => endpoint.idleConnections === 2)
  waiting = []
  const again = [ask(endpoint), ask(endpoint)]
  await backend.until(() => waiting.length === 2)
  for (const respond of waiting) respond()
  for (const { ended } of again) expect(await ended).toBe('end')
  expect(backend.sessions).toHaveLength(2)
})

test('serves as many requests as it may, then makes place for another', async () => {
  const backend = await startHttp2Backend(answer)
  const { endpoint } = fixture(backend.port)
  endpoint.lifetime = { ...backendConnections.defaults, requests: 2 }
  for (let i = 0; i < 5; i++) expect(await ask(endpoint).ended).toBe('end')
  await backend.until(() => backend.openSessions <= 1)
  expect(backend.sessions).toHaveLength(3)
})

test('that does not answer a request in time is asked whether it is alive, and goes on if it is', async () => {
  let isSlow = true
  let asked = 0
  const backend = await startHttp2Backend((stream, ...more) => {
    asked++
    if (!isSlow) answer(stream, ...more)
  })
  const { endpoint, deadlines } = fixture(backend.port)
  const slow = ask(endpoint)
  await backend.until(() => asked === 1)
  deadlines.now += 61 * seconds
  expect(await slow.ended).toBe('response-timeout')
  isSlow = false
  await until(() => endpoint.idleConnections === 1)
  await new Promise(resolve => backend.sessions[0]!.ping(resolve))
  expect(await ask(endpoint).ended).toBe('end')
  expect(backend.sessions).toHaveLength(1)
})

test('that is dead is given up with all its requests', async () => {
  const backend = await startHttp2Backend(answer)
  const relay = await startRelay(backend)
  const { endpoint, deadlines } = fixture(relay.port)
  expect(await ask(endpoint).ended).toBe('end')
  relay.freeze()
  deadlines.now += 31 * seconds
  // Quiet for so long, it is asked at once, and has five seconds to answer.
  const late = ask(endpoint)
  deadlines.now += 6 * seconds
  expect(await late.ended).toBe('reset-before-response')
  await until(() => relay.closed === 1)
  expect(endpoint.busyConnections).toBe(0)
})

test('that does not come about is one failure, however many wait for it', async () => {
  const { endpoint, deadlines } = fixture(1)
  const attempts = [ask(endpoint), ask(endpoint), ask(endpoint)]
  for (const { ended } of attempts) expect(await ended).toBe('connect-failed')
  // A second one would have doubled it.
  expect(endpoint.health.passedOverUntil - deadlines.now).toBeCloseTo(1_000)
})

test('that is still being opened is given up when nobody waits for it any more', async () => {
  const { endpoint, dials } = fixture(await startFullServer())
  const attempts = [ask(endpoint), ask(endpoint)]
  expect(dials.open).toBe(1)
  for (const { stream } of attempts) stream.destroy()
  expect([endpoint.idleConnections, endpoint.busyConnections, dials.open]).toEqual([0, 0, 0])
})

test('that takes fewer requests than wait for it leaves the others to further ones; none is refused', async () => {
  const backend = await startHttp2Backend(answer, { settings: { maxConcurrentStreams: 3 } })
  const { endpoint, dials } = fixture(backend.port)
  const attempts = Array.from({ length: 10 }, () => ask(endpoint))
  for (const { ended } of attempts) expect(await ended).toBe('end')
  expect([backend.sessions.length, dials.open]).toEqual([4, 4])
})

test('that takes no requests for now refuses those that wait, and is not kept', async () => {
  const backend = await startHttp2Backend(answer, { settings: { maxConcurrentStreams: 0 } })
  const { endpoint, dials } = fixture(backend.port)
  const attempts = [ask(endpoint), ask(endpoint)]
  for (const { ended } of attempts) expect(await ended).toBe('stream-refused')
  expect(dials.open).toBe(0)
})

test('that says nothing is given up when the time for an answer is over', async () => {
  const { promise: began, resolve } = Promise.withResolvers<unknown>()
  const silent = await startRawBackend(socket => socket.on('data', resolve))
  const { endpoint, deadlines, dials } = fixture(silent.port)
  const { ended } = ask(endpoint)
  await began
  deadlines.now += 61 * seconds
  expect(await ended).toBe('response-timeout')
  expect(dials.open).toBe(0)
})

test('that has taken back many requests makes place for another', async () => {
  let asked = 0
  const backend = await startHttp2Backend(() => {
    asked++
  })
  const { endpoint } = fixture(backend.port)
  for (let i = 0; i < 120; i++) {
    const { stream } = ask(endpoint)
    await backend.until(() => asked === i + 1)
    stream.destroy()
  }
  expect(backend.sessions).toHaveLength(2)
  await backend.until(() => backend.openSessions === 1)
})

test('is idle again when a response that is whole, but was not read to its end, is given up', async () => {
  let isSent = false
  const backend = await startHttp2Backend(stream => {
    stream.respond({ ':status': 200 })
    stream.write('first')
    setImmediate(() => stream.end('last'))
    stream.on('close', () => {
      isSent = true
    })
  })
  const { endpoint } = fixture(backend.port)
  const { stream } = ask(endpoint, () => false)
  await backend.until(() => isSent)
  await new Promise(resolve => backend.sessions[0]!.ping(resolve))
  stream.destroy()
  await until(() => endpoint.idleConnections === 1)
})
