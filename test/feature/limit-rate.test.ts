// limit-rate: the bandwidth of responses, counted in bytes that have come by a time.
import { expect, test } from 'vitest'
import { startHttpBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
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
