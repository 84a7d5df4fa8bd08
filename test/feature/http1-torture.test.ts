// Many requests at once with bodies of random sizes in random pieces, some broken off, over HTTP and TLS, with clients that
// now and then do not read. Backend connections reuse their read buffers: one view kept too long shows here as a body with
// another one's bytes.
import { createHash } from 'node:crypto'
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'
import { expect, onTestFinished, test } from 'vitest'
import { startHttpBackend, type TestBackend } from '../support/backend.ts'
import { startProxy } from '../support/proxy.ts'
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts'
import { serving } from '../support/serving.ts'

const requestCount = 1_200
const concurrency = 48
const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1_000_000)

/** Every body is a piece of this text, from another place: bytes of a wrong body are wrong bytes. */
const source = Buffer.from(Array.from({ length: 10_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24))

interface Exchange {
  readonly index: number
  readonly tls: boolean
  readonly request: { readonly offset: number; readonly size: number; readonly chunked: boolean }
  readonly response: { readonly offset: number; readonly size: number; readonly framing: string }
  /** The client stops reading for a moment in the middle of the response. */
  readonly pauses: boolean
  readonly broken: '' | 'upload' | 'download' | 'backend'
}

function randomSize(random: SeededRandom): number {
  const kind = random(10)
  if (kind === 0) return 0
  if (kind < 5) return random(2_000)
  if (kind < 9) return random(300_000)
  return 60_000 + random(12_000)
}

function randomExchange(index: number, random: SeededRandom): Exchange {
  const isHuge = random(60) === 0
  const size = isHuge ? 6_000_000 : randomSize(random)
  return {
    index,
    tls: random(2) === 0,
    request: { offset: random(3_000_000), size: randomSize(random), chunked: random(2) === 0 },
    response: {
      offset: random(3_000_000),
      size,
      framing: ['length', 'chunked', 'close'][random(3)]!,
    },
    pauses: isHuge || random(10) === 0,
    broken: random(12) === 0 ? (['upload', 'download', 'backend'] as const)[random(3)]! : '',
  }
}

function slice({ offset, size }: { offset: number; size: number }): Buffer {
  return source.subarray(offset, offset + size)
}

function hash(data: Buffer): string {
  return createHash('sha1').update(data).digest('hex')
}

/** Writes a body in random pieces, some of them in later turns; stops after `stopAfter` bytes. */
async function writePieces(
  target: NodeJS.WritableStream & { destroyed: boolean },
  body: Buffer,
  random: SeededRandom,
  stopAfter = Infinity,
): Promise<boolean> {
  for (let position = 0; position < body.length; ) {
    if (position >= stopAfter || target.destroyed) return false
    const length = 1 + random(random(4) === 0 ? 100 : 50_000)
    const isTaken = target.write(body.subarray(position, position + length))
    position += length
    if (!isTaken) await drained(target)
    else if (random(3) === 0) await new Promise(setImmediate)
  }
  return true
}

function drained(target: NodeJS.WritableStream): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      target.off('drain', done)
      target.off('close', done)
      resolve()
    }
    target.once('drain', done)
    target.once('close', done)
  })
}

/** Serves what the request's `x-plan` asks for, and tells the hash of the body it got. */
function startTortureBackend(): Promise<TestBackend> {
  return startHttpBackend((request, response) => {
    const plan = JSON.parse(String(request.headers['x-plan'])) as Exchange
    const random = seededRandom(plan.index)
    const received = createHash('sha1')
    request.on('data', chunk => received.update(chunk))
    request.on('error', () => {})
    response.on('error', () => {})
    request.on('end', async () => {
      const body = slice(plan.response)
      response.setHeader('x-index', plan.index)
      response.setHeader('x-received', received.digest('hex'))
      if (plan.response.framing === 'length') response.setHeader('Content-Length', body.length)
      if (plan.response.framing === 'close') {
        response.useChunkedEncodingByDefault = false
        response.setHeader('Connection', 'close')
        response.removeHeader('Transfer-Encoding')
      }
      const stopAfter = plan.broken === 'backend' ? body.length / 2 : Infinity
      if (await writePieces(response, body, random, stopAfter)) response.end()
      // Where the end of the connection is the end of the body, only a reset says that it is not the end.
      else if (plan.response.framing === 'close') response.socket?.resetAndDestroy()
      else response.destroy()
    })
  })
}

interface Outcome {
  readonly status: number
  readonly index: string
  readonly received: string
  readonly body: Buffer
}

/** Sends one exchange's request; `undefined` when it was broken off, as planned or by the backend. */
function run(exchange: Exchange, options: RequestOptions): Promise<Outcome | undefined> {
  const random = seededRandom(exchange.index + 1_000_000)
  const body = slice(exchange.request)
  const headers: Record<string, string | number> = { Host: 'a.test', 'x-plan': JSON.stringify(exchange) }
  if (!exchange.request.chunked) headers['Content-Length'] = body.length
  const send = exchange.tls ? httpsRequest : httpRequest
  return new Promise(resolve => {
    const request = send({ ...options, host: '127.0.0.1', method: 'POST', path: '/', headers })
    const onBroken = () => resolve(undefined)
    request.on('error', () => {})
    request.on('close', onBroken)
    request.on('response', response => {
      request.off('close', onBroken)
      void readOutcome(exchange, request, response).then(resolve)
    })
    const stopAfter = exchange.broken === 'upload' ? body.length / 2 : Infinity
    void writePieces(request, body, random, stopAfter).then(isWhole => {
      if (isWhole) request.end()
      else request.destroy()
    })
  })
}

async function readOutcome(
  exchange: Exchange,
  request: ClientRequest,
  response: IncomingMessage,
): Promise<Outcome | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  let hasPaused = !exchange.pauses
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      length += chunk.length
      if (exchange.broken === 'download' && length > exchange.response.size / 2) {
        request.destroy()
        return undefined
      }
      if (!hasPaused && length > exchange.response.size / 4) {
        hasPaused = true
        await new Promise(resolve => setTimeout(resolve, 30))
      }
    }
  } catch {
    return undefined
  }
  return {
    status: response.statusCode!,
    index: String(response.headers['x-index']),
    received: String(response.headers['x-received']),
    body: Buffer.concat(chunks),
  }
}

function check(exchange: Exchange, outcome: Outcome | undefined): void {
  if (outcome === undefined) {
    expect(exchange.broken, `exchange ${exchange.index} of seed ${seed} ended early`).not.toBe('')
    return
  }
  // A backend that breaks off before its first byte is a 502, and a body cut after it can not be whole.
  if (exchange.broken === 'backend' && outcome.status === 502) return
  expect(
    {
      status: outcome.status,
      index: outcome.index,
      received: outcome.received,
      body: hash(outcome.body),
    },
    `exchange ${JSON.stringify(exchange)} of seed ${seed}`,
  ).toEqual({
    status: 200,
    index: String(exchange.index),
    received: hash(slice(exchange.request)),
    body: hash(slice(exchange.response)),
  })
}

test('mixes up nothing and leaves nothing behind', { timeout: 60_000 }, async () => {
  const backends = [await startTortureBackend(), await startTortureBackend(), await startTortureBackend()]
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backends.map(({ address }) => address).join(',')) },
    app: { drainTimeoutMs: 60_000 },
  })
  const plain = new Agent({ keepAlive: true, maxSockets: concurrency })
  const secure = new TlsAgent({ keepAlive: true, maxSockets: concurrency, rejectUnauthorized: false })
  onTestFinished(() => {
    plain.destroy()
    secure.destroy()
  })

  const random = seededRandom(seed)
  let next = 0
  const worker = async () => {
    while (next < requestCount) {
      const exchange = randomExchange(next++, random)
      const options = exchange.tls
        ? { agent: secure, port: proxy.httpsPort, servername: 'a.test' }
        : { agent: plain, port: proxy.httpPort }
      check(exchange, await run(exchange, options))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))

  // With the clients gone, closing must need no force: connections still taken for busy would outlive it.
  plain.destroy()
  secure.destroy()
  await proxy.app.close()
  const open = backends.flatMap(({ connections }) => connections).filter(socket => !socket.closed)
  await Promise.all(open.map(socket => new Promise(resolve => socket.once('close', resolve))))
})
