import { brotliDecompressSync, constants, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'
import { type Compression, compression } from '../policies/responses/compression.ts'
import { EncoderMemory, openCompression } from './compress-body.ts'
import type { RequestState } from './request-state.ts'

const encoderMemory = new EncoderMemory()

function open(acceptEncoding: string, head: Partial<OutgoingHead> = {}, settings: Partial<Compression> = {}) {
  const facts = requestFacts({ headers: { 'accept-encoding': acceptEncoding } })
  const policies = {
    compression: { ...compression.defaults, gzip: true, brotli: true, zstd: true, ...settings },
  }
  const request = Object.assign(facts, { policies, proxy: { encoderMemory } }) as unknown as RequestState
  const whole: OutgoingHead = {
    status: 200,
    reason: 'OK',
    lines: 'Content-Type: text/plain\r\nETag: "1"\r\nAccept-Ranges: bytes\r\n',
    framing: Framing.untilClose,
    contentLength: 0,
    ...head,
  }
  return openCompression(request, whole)
}

/** The end of a body's way; a blocked one answers `false` until it is let go on. */
class Ends {
  received = Buffer.alloc(0)
  blocked = false
  flushes = 0
  drains = 0
  failures = 0
  trailers: string | undefined
  #onChange = () => {}

  sendBody(chunk: Buffer): boolean {
    this.received = Buffer.concat([this.received, chunk])
    this.#onChange()
    return !this.blocked
  }
  flush(): void {
    this.flushes++
    this.#onChange()
  }
  endBody(trailers: string): void {
    this.trailers = trailers
    this.#onChange()
  }
  onBodyDrain(): void {
    this.drains++
    this.#onChange()
  }
  onBodyFailure(): void {
    this.failures++
  }
  until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      this.#onChange = () => {
        if (condition()) resolve()
      }
      this.#onChange()
    })
  }
}

const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }

describe.each(Object.entries(decoders))('%s', (coding, decode) => {
  test('gives the body back whole, and says so in the head', async () => {
    const ends = new Ends()
    const stage = open(coding)!
    const filter = stage.connect!(ends, ends)
    const body = Buffer.from('Ingress '.repeat(50_000))
    for (let at = 0; at < body.length; at += 10_000) {
      const { drains } = ends
      if (!filter.sendBody(body.subarray(at, at + 10_000))) await ends.until(() => ends.drains > drains)
    }
    filter.endBody('X-Checked: yes\r\n')
    await ends.until(() => ends.trailers !== undefined)

    expect(decode(ends.received).equals(body)).toBe(true)
    expect(ends.received.length).toBeLessThan(body.length / 20)
    expect(ends.trailers).toBe('X-Checked: yes\r\n')
    expect(stage.head).toMatchObject({
      framing: Framing.chunked,
      lines: `Content-Type: text/plain\r\nETag: W/"1"\r\nVary: Accept-Encoding\r\nContent-Encoding: ${coding}\r\n`,
    })
    expect(encoderMemory.mib).toBe(0)
  })

  test('compresses a small body at once when it is whole, in whatever pieces it came', () => {
    const ends = new Ends()
    const body = Buffer.from('{"small":true}'.repeat(100))
    const filter = open(coding, { framing: Framing.length, contentLength: body.length })!.connect!(ends, ends)
    for (const piece of [body.subarray(0, 700), body.subarray(700)]) {
      const shared = Buffer.from(piece)
      expect(filter.sendBody(shared)).toBe(true)
      shared.fill(0)
    }
    filter.flush()
    expect([ends.received.length, ends.flushes]).toEqual([0, 1])
    filter.endBody('')
    expect([decode(ends.received).equals(body), ends.trailers, encoderMemory.mib]).toEqual([true, '', 0])
  })

  test('lets out at each flush what has gone in', async () => {
    const ends = new Ends()
    const filter = open(coding)!.connect!(ends, ends)
    const finish = { finishFlush: constants.Z_SYNC_FLUSH }
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      const { flushes } = ends
      filter.sendBody(Buffer.from(event))
      filter.flush()
      await ends.until(() => ends.flushes > flushes + 1)
      if (coding === 'gzip') expect(gunzipSync(ends.received, finish).toString()).toContain(event)
    }
    filter.destroy()
    expect(encoderMemory.mib).toBe(0)
  })
})

test('a small body at a level that takes long is compressed off the thread', async () => {
  const ends = new Ends()
  const filter = open('br', { framing: Framing.length, contentLength: 500 }, { brotliLevel: 11 })!.connect!(
    ends,
    ends,
  )
  filter.sendBody(Buffer.alloc(500, 'a'))
  filter.endBody('')
  expect(ends.trailers).toBeUndefined()
  await ends.until(() => ends.trailers !== undefined)
  expect(brotliDecompressSync(ends.received).length).toBe(500)
})

test('a client that takes nothing gets nothing more until it goes on, and then all of it', async () => {
  const ends = new Ends()
  ends.blocked = true
  const filter = open('gzip')!.connect!(ends, ends)
  // Random bytes: they come out as long as they went in.
  const piece = crypto.getRandomValues(Buffer.alloc(60_000))
  expect([filter.sendBody(piece), filter.sendBody(piece)]).toEqual([true, false])
  await ends.until(() => ends.received.length > 0)
  const { length } = ends.received
  filter.sendBody(piece)
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  expect(ends.received.length).toBe(length)

  ends.blocked = false
  filter.onSinkDrain()
  filter.endBody('')
  await ends.until(() => ends.trailers !== undefined)
  expect(gunzipSync(ends.received).length).toBe(3 * piece.length)
})

describe('a response is not compressed', () => {
  test('but says that it varies, when the client does not want it, asks with HEAD, or there are too many', () => {
    for (const stage of [open('identity'), open('gzip;q=0')]) {
      expect(stage!.connect).toBeUndefined()
      expect(stage!.head.lines).toBe(
        'Content-Type: text/plain\r\nETag: "1"\r\nAccept-Ranges: bytes\r\nVary: Accept-Encoding\r\n',
      )
    }
    encoderMemory.mib = 512
    expect(open('gzip')!.connect).toBeUndefined()
    encoderMemory.mib = 0
  })

  test('and nothing is said when it could not be', () => {
    expect(open('gzip', { status: 206 })).toBeUndefined()
    expect(open('gzip', { framing: Framing.length, contentLength: 10 })).toBeUndefined()
  })

  test('and Vary is left alone when it says so already', () => {
    const lines = 'Content-Type: text/plain\r\nVary: Origin, accept-encoding\r\n'
    expect(open('identity', { lines })!.head.lines).toBe(lines)
  })
})
