// The Host and X-Forwarded-Prefix that backends see (ledger §2, §12).
import { expect, test } from 'vitest'
import { startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'

test('upstream-vhost replaces the Host and leaves what else is said of the request', async () => {
  const { text } = await startEchoServices('web')
  const vhost = (name: string, value: string) =>
    ingressText({
      name,
      annotations: nginx({ 'upstream-vhost': value }),
      rules: { [`${name}.com`]: ['Prefix / web:80'] },
    })
  const ingresses = [vhost('plain', 'api.internal:81'), vhost('variable', '$http_x_tenant.internal')]
  const proxy = await startProxy({ files: { 'all.yaml': documents(...ingresses, text) } })
  const headersAt = async (host: string, headers: Record<string, string> = {}) =>
    (await fetchFrom({ port: proxy.httpPort, host, headers })).echo()

  expect(proxy.codes()).toEqual([])
  const plain = await headersAt('plain.com')
  expect(plain.headers.host).toBe('api.internal:81')
  expect(plain.headers['x-forwarded-host']).toBe('plain.com')
  expect(plain.rawHeaders.filter(name => /^host$/i.test(name))).toHaveLength(1)
  expect((await headersAt('variable.com', { 'X-Tenant': 'blue' })).headers.host).toBe('blue.internal')
  expect((await headersAt('variable.com', { 'X-Tenant': 'a b' })).headers.host).toBe('a%20b.internal')
})

test('x-forwarded-prefix goes with a rewritten path, and only with one', async () => {
  const { text } = await startEchoServices('web')
  const rewritten = ingressText({
    name: 'rewritten',
    annotations: nginx({ 'rewrite-target': '/$2', 'x-forwarded-prefix': '/$1' }),
    rules: { 'foo.com': ['ImplementationSpecific /(api|v\\d)/(.*) web:80'] },
  })
  const plain = ingressText({
    name: 'plain',
    annotations: nginx({ 'x-forwarded-prefix': '/api' }),
    rules: { 'bar.com': ['Prefix / web:80'] },
  })
  const proxy = await startProxy({ files: { 'all.yaml': documents(rewritten, plain, text) } })
  const headers = { 'X-Forwarded-Prefix': '/claimed' }

  expect(proxy.codes()).toEqual(['annotation-value'])
  const echo = (await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path: '/v2/x', headers })).echo()
  expect([echo.url, echo.headers['x-forwarded-prefix']]).toEqual(['/x', '/v2'])
  const other = (await fetchFrom({ port: proxy.httpPort, host: 'bar.com', path: '/x' })).echo()
  expect(other.headers['x-forwarded-prefix']).toBeUndefined()
})
