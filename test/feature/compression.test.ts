// Compressed responses, as real decoders read them, through the whole proxy.

import { get, type IncomingMessage, request } from 'node:http'
import { brotliDecompressSync, createGunzip, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startHttpBackend, type TestBackend } from '../support/backend.ts'
import { configMapText, documents } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const all = { 'use-gzip': 'true', 'enable-brotli': 'true', 'enable-zstd': 'true' }
const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }

function serve(
  backend: TestBackend,
  data: Record<string, string>,
  annotations: Record<string, string> = {},
): Promise<TestProxy> {
  return startProxy({
    files: {
      'a.yaml': documents(
        serving('foo.com', backend.address, { annotations }),
        configMapText('config', data),
      ),
    },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

interface Answer {
  readonly response: IncomingMessage
  readonly body: Buffer
}

function ask(proxy: TestProxy, path: string, acceptEncoding: string, method = 'GET'): Promise<Answer> {
  const headers = { Host: 'foo.com', 'Accept-Encoding': acceptEncoding }
  return new Promise((resolve, reject) => {
    const sent = request({ port: proxy.httpPort, path, method, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const page = Buffer.from('Ingress and Service, Service and Ingress. '.repeat(20_000))

/** Pages by path: whole ones, and some that have reasons to stay as they are. */
const pages = () =>
  startHttpBackend((incoming, response) => {
    const path = incoming.url!.slice(1)
    response.setHeader('Content-Type', path === 'image' ? 'image/png' : 'text/html; charset=utf-8')
    response.setHeader('ETag', '"v1"')
    if (path === 'encoded') response.setHeader('Content-Encoding', 'gzip')
    if (path === 'kept') response.setHeader('Cache-Control', ['public', 'no-transform'])
    if (path === 'varying') response.setHeader('Vary', ['Accept', 'Accept-Encoding'])
    if (path === 'none') response.statusCode = 204
    if (path === 'changed') response.statusCode = 304
    if (path === 'trailers') response.setHeader('Trailer', 'X-Sum')
    else response.setHeader('Content-Length', path === 'short' ? 10 : page.length)
    if (path === 'none') response.removeHeader('Content-Length')
    if (path === 'trailers') response.addTrailers({ 'X-Sum': '42' })
    response.end(path === 'short' ? 'ten bytes.' : page)
  })

describe('a response', () => {
  test('comes in the coding the client likes, whole, shorter and said to be another', async () => {
    const proxy = await serve(await pages(), all)
    expect(proxy.codes()).toEqual([])
    for (const [coding, decode] of Object.entries(decoders)) {
      const { response, body } = await ask(proxy, '/', `${coding}, identity;q=0.5`)
      expect(response.headers).toMatchObject({
        'content-encoding': coding,
        vary: 'Accept-Encoding',
        etag: 'W/"v1"',
        'transfer-encoding': 'chunked',
      })
      expect(response.headers['content-length']).toBeUndefined()
      expect(decode(body).equals(page)).toBe(true)
      expect(body.length).toBeLessThan(page.length / 10)
    }
    expect((await ask(proxy, '/', 'gzip, br, zstd')).response.headers['content-encoding']).toBe('zstd')
    const trailers = await ask(proxy, '/trailers', 'gzip')
    expect(gunzipSync(trailers.body).equals(page)).toBe(true)
  })

  test('stays as it is for good reasons, and says that it varies where it could have been another', async () => {
    const proxy = await serve(await pages(), all)
    const rows: [string, string, string | undefined][] = [
      ['/', 'identity', 'Accept-Encoding'],
      ['/', 'gzip;q=0', 'Accept-Encoding'],
      ['/varying', 'identity', 'Accept, Accept-Encoding'],
      ['/image', 'gzip', undefined],
      ['/kept', 'gzip', undefined],
      ['/short', 'gzip', undefined],
      ['/none', 'gzip', undefined],
      ['/changed', 'gzip', undefined],
      ['/encoded', 'br', undefined],
    ]
    for (const [path, accept, vary] of rows) {
      const { response } = await ask(proxy, path, accept)
      const isEncoded = path === '/encoded' ? 'gzip' : undefined
      expect([
        path,
        response.headers.vary,
        response.headers['content-encoding'],
        response.headers.etag,
      ]).toEqual([path, vary, isEncoded, '"v1"'])
    }
  })

  test('to HEAD has the head that GET would get, and no length of bytes that GET would not', async () => {
    const proxy = await serve(await pages(), all)
    const { response, body } = await ask(proxy, '/', 'gzip', 'HEAD')
    expect([response.headers['content-encoding'], response.headers.etag]).toEqual(['gzip', 'W/"v1"'])
    expect(response.headers).not.toHaveProperty('content-length')
    expect(body).toHaveLength(0)
    const plain = await ask(proxy, '/', 'identity', 'HEAD')
    expect(plain.response.headers).toMatchObject({ 'content-length': String(page.length), etag: '"v1"' })
  })

  test('is left alone without a key that asks for compression, and by one for another', async () => {
    const backend = await pages()
    const [none, gzip] = [await serve(backend, {}), await serve(backend, { 'use-gzip': 'true' })]
    expect((await ask(none, '/', 'gzip')).response.headers['content-encoding']).toBeUndefined()
    expect((await ask(gzip, '/', 'br')).response.headers['content-encoding']).toBeUndefined()
    expect((await ask(gzip, '/', 'br, gzip')).response.headers['content-encoding']).toBe('gzip')
  })

  test('is compressed together with bandwidth limits and CORS', async () => {
    const annotations = nginx({ 'enable-cors': 'true', 'limit-rate': '1000000', 'proxy-buffering': 'on' })
    const proxy = await serve(await pages(), all, annotations)
    const { response, body } = await ask(proxy, '/', 'gzip')
    expect(response.headers['access-control-allow-origin']).toBe('*')
    expect(gunzipSync(body).equals(page)).toBe(true)
  })
})

test('a stream of events arrives event by event, compressed', async () => {
  let send: (event: string) => void = () => {}
  const backend = await startHttpBackend((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.flushHeaders()
    send = event => void response.write(event)
  })
  const proxy = await serve(backend, all)
  const headers = { Host: 'foo.com', 'Accept-Encoding': 'gzip' }
  const response = await new Promise<IncomingMessage>(resolve => {
    const sent = get({ port: proxy.httpPort, headers, agent: false }, resolve)
    onTestFinished(() => void sent.destroy())
    sent.on('error', () => {})
  })
  expect(response.headers['content-encoding']).toBe('gzip')
  let received = ''
  const decoder = createGunzip()
  decoder.on('error', () => {})
  response.on('error', () => {})
  response.pipe(decoder)
  const arrived = (text: string) =>
    new Promise<void>(resolve => {
      const onData = (piece?: Buffer) => {
        received += piece ?? ''
        if (!received.includes(text)) return
        decoder.off('data', onData)
        resolve()
      }
      decoder.on('data', onData)
    })
  for (const event of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
    const arrives = arrived(event)
    send(event)
    await arrives
  }
  expect(received).toBe('data: one\n\ndata: two\n\ndata: three\n\n')
})

test('a client that takes nothing holds the backend back, and one that leaves ends it', async () => {
  const piece = crypto.getRandomValues(Buffer.alloc(64 * 1024))
  let sent = 0
  let isHeld: () => void = () => {}
  let isGone: () => void = () => {}
  const held = new Promise<void>(resolve => {
    isHeld = resolve
  })
  const gone = new Promise<void>(resolve => {
    isGone = resolve
  })
  const backend = await startHttpBackend((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.on('close', isGone)
    // Buffers on the way take a few megabytes; more than 64 would mean that nobody holds the backend back.
    const more = () => {
      while (!response.destroyed && sent < 1_000) {
        sent++
        if (!response.write(piece)) {
          const drains = setTimeout(isHeld, 300)
          response.once('drain', () => {
            clearTimeout(drains)
            more()
          })
          return
        }
      }
      isHeld()
    }
    more()
  })
  const proxy = await serve(backend, all)
  const client = get({
    port: proxy.httpPort,
    headers: { Host: 'foo.com', 'Accept-Encoding': 'gzip' },
    agent: false,
  })
  client.on('error', () => {})
  const response = await new Promise<IncomingMessage>(resolve => client.once('response', resolve))
  response.on('error', () => {})
  await held
  expect(sent).toBeLessThan(1_000)
  client.destroy()
  await gone
})
