// limit-rate: the bandwidth of responses, counted in bytes that have come by a time.
import { randomBytes } from 'node:crypto'
import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startHttpBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { configMapText, documents } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const body = Buffer.alloc(60 * 1024, 'x')

async function startLimited(settings: Record<string, string>) {
  const backend = await startHttpBackend((_request, response) => response.end(body))
  const annotations = nginx(settings)
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations }) },
  })
  return async (method = 'GET') => {
    const began = performance.now()
    const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', method })
    return { length: response.body.length, ms: performance.now() - began, codes: proxy.codes() }
  }
}

test('holds a response back to its rate, each one for itself', async () => {
  const ask = await startLimited({ 'limit-rate': '40' })
  // 60 KB at 40 KB/s, the first second's worth at once.
  const both = await Promise.all([ask(), ask()])
  for (const { length, ms } of both) {
    expect(length).toBe(body.length)
    // Half a second for the other 20 KB, less a tick of the clock that paces.
    expect(ms).toBeGreaterThan(350)
  }
  expect((await ask('HEAD')).length).toBe(0)
})

test('lets the first bytes go at full speed, and says what is no number of kilobytes', async () => {
  const free = await startLimited({ 'limit-rate': '1', 'limit-rate-after': '60' })
  expect((await free()).length).toBe(body.length)
  const wrong = await startLimited({ 'limit-rate': '10k' })
  expect(await wrong()).toMatchObject({ length: body.length, codes: ['annotation-value'] })
})

test.each([6, 30])(
  'sends the last piece of a compressed body of %d KB that has to wait for it',
  async size => {
    // Hexadecimal digits: half of it is left by compression, more than the first second's worth.
    const text = Buffer.from(randomBytes(size * 512).toString('hex'))
    const backend = await startHttpBackend((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(text)
    })
    const annotations = nginx({ 'limit-rate': String(Math.ceil(size / 2.4)) })
    const proxy = await startProxy({
      files: {
        'web.yaml': documents(
          serving('a.test', backend.address, { annotations }),
          configMapText('config', { 'use-gzip': 'true' }),
        ),
      },
      compile: { configMap: { namespace: 'default', name: 'config' } },
    })
    const headers = { Host: 'a.test', 'Accept-Encoding': 'gzip' }
    const compressed = await new Promise<Buffer>((resolve, reject) => {
      get({ port: proxy.httpPort, headers, agent: false }, response =>
        buffer(response).then(resolve, reject),
      ).on('error', reject)
    })

    expect(gunzipSync(compressed)).toEqual(text)
  },
)
