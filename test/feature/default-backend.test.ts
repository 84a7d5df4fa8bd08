// Who answers what no rule takes: an Ingress's default backend, the controller's, or the built-in 404; and `/healthz`.
import { expect, test } from 'vitest'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'

test('without any default backend the answer is a 404 that says default backend', async () => {
  const { text } = await startEchoServices('web')
  const ingress = ingressText({ rules: { 'foo.com': ['Exact /x web:80'] } })
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingress, text) } })

  for (const host of ['nobody.com', 'foo.com']) {
    const response = await fetchFrom({ port: proxy.httpPort, host })
    expect(response.status).toBe(404)
    expect(response.body).toMatch(/^default backend - 404/)
    expect(response.headers['proxy-status']).toBe('portico; error=destination_not_found')
  }
})

test('with no manifests at all every request gets the 404', async () => {
  const proxy = await startProxy()

  expect((await fetchFrom({ port: proxy.httpPort, host: 'foo.com' })).status).toBe(404)
})

test('--default-backend-service takes what no rule takes, on every host', async () => {
  const { text } = await startEchoServices('web', 'fallback')
  const ingress = ingressText({ rules: { 'foo.com': ['Prefix /x web:80'] } })
  const proxy = await startProxy({
    files: { 'all.yaml': documents(ingress, text) },
    compile: { defaultBackendService: { namespace: 'default', name: 'fallback' } },
  })

  expect(proxy.codes()).toEqual([])
  const rows: ServedRow[] = [
    ['foo.com', '/x', 'web'],
    ['foo.com', '/', 'fallback'],
    ['nobody.com', '/', 'fallback'],
    ['nobody.com', '/x/y?z', 'fallback'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a path that no rule takes goes to the default backend under the body limit of its host', async () => {
  const { text } = await startEchoServices('web', 'fallback')
  const annotations = { 'nginx.ingress.kubernetes.io/proxy-body-size': '1k' }
  const ingress = ingressText({ annotations, rules: { 'foo.com': ['Prefix /x web:80'] } })
  const proxy = await startProxy({
    files: { 'all.yaml': documents(ingress, text) },
    compile: { defaultBackendService: { namespace: 'default', name: 'fallback' } },
  })
  const upload = { port: proxy.httpPort, method: 'POST', path: '/else', body: 'x'.repeat(2000) }

  expect((await fetchFrom({ ...upload, host: 'foo.com' })).status).toBe(413)
  expect((await fetchFrom({ ...upload, host: 'nobody.com' })).status).toBe(200)
  const tooLarge = { ...upload, host: 'nobody.com', body: 'x'.repeat(1_100_000) }
  expect((await fetchFrom(tooLarge)).status).toBe(413)
})

test('--default-backend-service without Service is reported and leaves the 404; without endpoints it is 503', async () => {
  const options = { defaultBackendService: { namespace: 'default', name: 'fallback' } }
  const missing = await startProxy({ compile: options })
  expect(missing.codes()).toEqual(['nothing-read', 'backend-service-missing'])
  expect((await fetchFrom({ port: missing.httpPort, host: 'foo.com' })).status).toBe(404)

  const empty = await startProxy({ files: { 'service.yaml': serviceText('fallback') }, compile: options })
  expect(empty.codes()).toEqual(['endpoints-missing'])
  expect((await fetchFrom({ port: empty.httpPort, host: 'foo.com' })).status).toBe(503)
})

test('an Ingress with nothing but a default backend takes what nothing claims, before the flag', async () => {
  const { text } = await startEchoServices('web', 'bare', 'flag')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ rules: { 'foo.com': ['Prefix /x web:80'] } }),
        ingressText({ name: 'bare', defaultBackend: 'bare:80' }),
        text,
      ),
    },
    compile: { defaultBackendService: { namespace: 'default', name: 'flag' } },
  })

  const rows: ServedRow[] = [
    ['nobody.com', '/any', 'bare'],
    ['foo.com', '/x', 'web'],
    // A claimed host does not fall through to the catch-all.
    ['foo.com', '/', 'flag'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('of several bare default backends the oldest serves, the others are reported', async () => {
  const { text } = await startEchoServices('old', 'young')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ name: 'young', defaultBackend: 'young:80', created: '2026-02-01T00:00:00Z' }),
        ingressText({ name: 'old', defaultBackend: 'old:80', created: '2026-01-01T00:00:00Z' }),
        text,
      ),
    },
  })

  expect(proxy.codes()).toEqual(['path-conflict'])
  const rows: ServedRow[] = [['nobody.com', '/', 'old']]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a default backend beside rules serves the hosts of its Ingress only', async () => {
  const { text } = await startEchoServices('web', 'other', 'fallback')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({
          defaultBackend: 'fallback:80',
          rules: { 'foo.com': ['Prefix /x web:80'], '*.foo.com': ['Exact /y web:80'] },
        }),
        ingressText({ name: 'other', rules: { 'bar.com': ['Prefix /x other:80'] } }),
        text,
      ),
    },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/x', 'web'],
    ['foo.com', '/', 'fallback'],
    ['foo.com', '/healthz', 'fallback'],
    ['a.foo.com', '/z', 'fallback'],
    ['bar.com', '/x', 'other'],
    ['bar.com', '/', 404],
    ['nobody.com', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a default backend beside a rule without host takes everything unclaimed', async () => {
  const { text } = await startEchoServices('web', 'fallback')
  const ingress = ingressText({ defaultBackend: 'fallback:80', rules: { '': ['Prefix /x web:80'] } })
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingress, text) } })

  const rows: ServedRow[] = [
    ['nobody.com', '/x', 'web'],
    ['nobody.com', '/', 'fallback'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a rule with a host and no paths leads to the default backend', async () => {
  const { text } = await startEchoServices('fallback')
  const proxy = await startProxy({
    files: {
      'services.yaml': text,
      'ingress.yaml': `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  defaultBackend: { service: { name: fallback, port: { number: 80 } } }
  rules:
    - host: foo.com
`,
    },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/any', 'fallback'],
    ['bar.com', '/any', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('/healthz answers 200 where nothing claims the host, and is an ordinary path elsewhere', async () => {
  const { text } = await startEchoServices('web')
  const rules = { 'foo.com': ['Exact /healthz web:80'], 'bar.com': ['Exact /x web:80'] }
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingressText({ rules }), text) } })
  const status = async (host: string) =>
    (await fetchFrom({ port: proxy.httpPort, host, path: '/healthz' })).status

  expect(await status('127.0.0.1')).toBe(200)
  expect(await status('nobody.com')).toBe(200)
  expect(await status('bar.com')).toBe(404)
  const rows: ServedRow[] = [['foo.com', '/healthz', 'web']]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})
