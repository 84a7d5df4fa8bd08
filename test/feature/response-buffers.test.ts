// proxy-buffer-size: how large the head of a response may be. The other buffers of nginx have no counterpart.
import { expect, test } from 'vitest'
import { startHttpBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

/** Asks a backend with a large head first, then one with a small one, as far as the route allows. */
async function ask(settings: Record<string, string>) {
  const backends = await Promise.all(
    [5_000, 10].map(size =>
      startHttpBackend((_request, response) =>
        response.setHeader('X-Large', 'x'.repeat(size)).end(String(size)),
      ),
    ),
  )
  const endpoints = backends.map(({ address }) => address).join(',')
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', endpoints, { annotations: nginx(settings) }) },
  })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
  return { ...response, codes: proxy.codes() }
}

test('passes on a head within proxy-buffer-size', async () => {
  expect((await ask({ 'proxy-buffer-size': '8k' })).body).toBe('5000')
})

test('answers 502 to a larger one, or asks another endpoint with invalid_header', async () => {
  const refused = await ask({ 'proxy-buffer-size': '4k' })
  expect(refused.status).toBe(502)
  expect(refused.headers['proxy-status']).toBe('portico; error=http_response_header_section_size')

  const passedOver = await ask({ 'proxy-buffer-size': '4k', 'proxy-next-upstream': 'invalid_header' })
  expect(passedOver.body).toBe('10')
})

test('the other buffers change nothing, and nonsense about them is reported', async () => {
  const settings = { 'proxy-buffering': 'on', 'proxy-buffers-number': '8', 'proxy-busy-buffers-size': '16k' }
  const fine = await ask({ ...settings, 'proxy-max-temp-file-size': '0' })
  const nonsense = await ask({ 'proxy-buffering': 'yes', 'proxy-buffer-size': 'many' })
  expect([fine.body, nonsense.body]).toEqual(['5000', '5000'])
  expect(fine.codes).toEqual(Array(4).fill('annotation-value'))
  expect(nonsense.codes).toEqual(['annotation-value', 'annotation-value'])
})
