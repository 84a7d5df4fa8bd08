// The two readings that the differential tests compare, held against what really reads sockets: `node:http`'s server and
// client, and Portico's connection to an endpoint. If one of them drifts, its stand-in is wrong.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { Counters } from '../../src/metrics/counters.ts'
import { Deadlines } from '../../src/sockets/deadlines.ts'
import { DialLimit } from '../../src/upstreams/dial-limit.ts'
import { EndpointState } from '../../src/upstreams/endpoint-state.ts'
import { startRecordingBackend } from '../support/raw-backend.ts'
import { requestBytes } from './generate-messages.ts'
import { readRequestsAsNode, readResponseAsNode } from './node-reading.ts'
import { readResponse } from './own-reading.ts'
import { anyResponse } from './property.ts'
import { readOverConnection, sendAnswer } from './read-over-connection.ts'
import { bytesOf, type Message, oneByOne, type Reading } from './reading.ts'

const samples = 200
const seed = 20_261_121

/** What a real server or client can tell of a message. */
interface Seen {
  readonly start: string
  readonly rawFields: readonly string[]
  readonly body: string
  readonly rawTrailers: readonly string[]
}

function seenOf({ start, fields, body, trailers }: Message): Seen {
  return { start: start[0]!, rawFields: fields.flat(), body, rawTrailers: trailers.flat() }
}

async function seenBy(message: IncomingMessage, start: string): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('latin1')
  return { start, rawFields: message.rawHeaders, body, rawTrailers: message.rawTrailers }
}

/** Texts on which the server does no more than its parser says: it has its own ways with these two. */
function isPlain({ messages }: Reading): boolean {
  return messages.every(({ start, upgrade }) => !upgrade && start[0] !== 'CONNECT')
}

test("Node's server reads requests as its parser is taken to do", { timeout: 60_000 }, async () => {
  const texts = fc.sample(requestBytes, { numRuns: samples, seed })
  let compared = 0
  for (const text of texts) {
    const expected = readRequestsAsNode([bytesOf(text)])
    if (!isPlain(expected)) continue
    const whole = expected.messages.filter(({ complete }) => complete)
    const real = await serveOnce(text, whole.length, expected.refusal !== undefined)
    expect(real.seen, JSON.stringify(text)).toEqual(whole.map(seenOf))
    // Behind a last request the server may still complain of what the reading does not look at.
    if (whole.at(-1)?.keepAlive !== false) expect(real.refusal, JSON.stringify(text)).toBe(expected.refusal)
    compared += whole.length
  }
  expect(compared).toBeGreaterThan(samples / 10)
})

/** Gives a server these bytes and waits for so many whole requests, and for its refusal if there is to be one. */
async function serveOnce(
  text: string,
  count: number,
  isRefused: boolean,
): Promise<{ seen: Seen[]; refusal: string | undefined }> {
  const requests: Seen[] = []
  let arrived = 0
  let whole = 0
  let refusal: string | undefined
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => {
    if (whole >= count && (refusal !== undefined || !isRefused)) resolve()
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const index = arrived++
    seenBy(request, request.method!).then(
      message => {
        requests[index] = message
        whole++
        response.end()
        look()
      },
      () => {},
    )
  }
  const server = createServer({ requireHostHeader: false, insecureHTTPParser: false }, onRequest)
  server.on('checkExpectation', onRequest)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refusal = error.code
    socket.destroy()
    look()
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytesOf(text), look)
  await promise
  socket.destroy()
  server.closeAllConnections()
  await new Promise(closed => server.close(closed))
  return { seen: requests, refusal }
}

test("Node's client reads responses as its parser is taken to do", { timeout: 60_000 }, async () => {
  const cases = fc.sample(anyResponse, { numRuns: samples, seed })
  let compared = 0
  for (const { side, text } of cases) {
    const { method } = side as { method: string }
    const expected = readResponseAsNode(oneByOne(bytesOf(text)), method)
    const final = expected.messages.find(({ start }) => Number(start[0]) >= 200)
    const isWhole = expected.refusal === undefined && final?.complete === true
    // With octets behind its response, what the client says depends on what they are.
    if (isSwitch(expected) || (isWhole && final.end < text.length)) continue
    const real = await askOnce(method, text)
    if (isWhole) expect(real, JSON.stringify(text)).toEqual(seenOf(final))
    else expect(real, JSON.stringify(text)).toBeUndefined()
    if (isWhole) compared++
  }
  expect(compared).toBeGreaterThan(samples / 10)
})

/** Asks a server that answers these bytes and closes; `undefined` when no whole response came of them. */
async function askOnce(method: string, text: string): Promise<Seen | undefined> {
  const server = createTcpServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(bytesOf(text)))
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, method, agent: false })
      request.on('error', reject)
      request.on('response', response => {
        seenBy(response, String(response.statusCode)).then(resolve, reject)
      })
      request.end()
    })
  } catch {
    return undefined
  } finally {
    await new Promise(closed => server.close(closed))
  }
}

test.each(['at-once', 'byte-by-byte'] as const)(
  'an endpoint connection reads responses as its parts are taken to do, sent %s',
  { timeout: 60_000 },
  async delivery => {
    const cases = fc.sample(anyResponse, { numRuns: samples, seed })
    let current = ''
    const backend = await startRecordingBackend(socket => sendAnswer(socket, bytesOf(current), delivery))
    const deadlines = new Deadlines()
    const endpoint = new EndpointState(
      '127.0.0.1',
      backend.port,
      deadlines,
      new Counters(),
      new DialLimit(Infinity),
    )
    onTestFinished(() => {
      endpoint.retire()
      deadlines.close()
    })
    let compared = 0
    for (const { side, text } of cases) {
      const { method } = side as { method: string }
      current = text
      const expected = readResponse([bytesOf(text)], method)
      const real = await readOverConnection(endpoint, method)
      expect(real.refused, JSON.stringify(text)).toBe(expected.refusal !== undefined || isSwitch(expected))
      if (real.refused) continue
      // Interim 100s are answered by Portico itself and go no further.
      const passed = expected.messages.filter(({ start }) => start[0] !== '100')
      expect(real.messages, JSON.stringify(text)).toEqual(
        passed.map(({ start, fields, body }) => ({ start, fields, body })),
      )
      compared++
    }
    expect(compared).toBeGreaterThan(samples / 10)
  },
)

/** A switch to a protocol that nobody asked for here. */
function isSwitch({ messages }: Reading): boolean {
  return messages.some(({ start }) => start[0] === '101')
}
