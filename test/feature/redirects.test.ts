// Redirects that annotations ask for, and the order they are asked in (ledger §5, §6): app-root, then temporal and permanent,
// then a closed route, then https; a backend is never asked.
import { expect, test } from 'vitest'
import { startEchoServices } from '../support/echo-services.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

/** One Ingress for each host, with these annotations and one path. */
async function startHosts(hosts: Record<string, Record<string, string>>, path = '/'): Promise<TestProxy> {
  const { text } = await startEchoServices('web')
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    ingressText({
      name: `web-${index}`,
      annotations: nginx(annotations),
      rules: { [host]: [`Prefix ${path} web:80`] },
      tls: host.startsWith('tls') ? [{ hosts: [host] }] : undefined,
    }),
  )
  return startProxy({ files: { 'all.yaml': documents(...ingresses, text) } })
}

/** Status and Location. */
async function redirectOf(proxy: TestProxy, host: string, path = '/', more: Partial<TestRequest> = {}) {
  const response = await fetchFrom({ port: proxy.httpPort, host, path, ...more })
  return `${response.status} ${response.headers.location ?? ''}`.trim()
}

test('app-root sends exactly / to the root of the application', async () => {
  const proxy = await startHosts({ 'foo.com': { 'app-root': '/app1' }, 'tls.com': { 'app-root': '/app1' } })
  const port = proxy.httpPort

  expect(proxy.codes()).toEqual([])
  expect(await redirectOf(proxy, `foo.com:${port}`, '/?a=b')).toBe(`302 http://foo.com:${port}/app1`)
  expect(await redirectOf(proxy, 'foo.com', '/.//')).toBe('302 http://foo.com/app1')
  expect(await redirectOf(proxy, 'foo.com', '/app1')).toBe('200')
  // It comes before the redirect to https, which would be a 308 (§5).
  expect(await redirectOf(proxy, 'tls.com')).toBe('302 http://tls.com/app1')
  const https = { port: proxy.httpsPort, tls: { insecure: true } }
  expect(await redirectOf(proxy, 'tls.com', '/', https)).toBe('302 https://tls.com/app1')
})

test('app-root acts on the host of an Ingress that has no rule for /', async () => {
  const proxy = await startHosts({ 'foo.com': { 'app-root': '/app' } }, '/app')

  expect(await redirectOf(proxy, 'foo.com')).toBe('302 http://foo.com/app')
  expect(await redirectOf(proxy, 'foo.com', '/other')).toBe('404')
})

test('app-root acts on requests of no host where an Ingress without one asks for it', async () => {
  const { text } = await startEchoServices('web')
  const ingress = ingressText({
    annotations: nginx({ 'app-root': '/app', 'permanent-redirect': 'https://a.com' }),
    rules: { '': ['Prefix /app web:80'] },
  })
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingress, text) } })

  expect(await redirectOf(proxy, 'foo.com')).toBe('302 http://foo.com/app')
  expect(await redirectOf(proxy, 'foo.com', '/app/x')).toBe('301 https://a.com')
  expect(await redirectOf(proxy, 'foo.com', '/other')).toBe('404')
})

test('app-root acts on the whole host, also where another Ingress has the rule for /', async () => {
  const { text } = await startEchoServices('web')
  const root = (name: string, path: string, value: string, created: string) =>
    ingressText({
      name,
      created,
      annotations: nginx({ 'app-root': value }),
      rules: { 'foo.com': [`Prefix ${path} web:80`] },
    })
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ rules: { 'foo.com': ['Prefix / web:80'], 'bar.com': ['Prefix / web:80'] } }),
        root('bad', '/bad', 'no path', '2025-01-01T00:00:00Z'),
        root('app', '/app', '/app', '2026-01-01T00:00:00Z'),
        root('late', '/late', '/late', '2026-01-02T00:00:00Z'),
        text,
      ),
    },
  })

  expect(proxy.codes()).toEqual(['annotation-value', 'annotation-ignored'])
  expect(await redirectOf(proxy, 'foo.com')).toBe('302 http://foo.com/app')
  expect(await redirectOf(proxy, 'foo.com', '/x')).toBe('200')
  expect(await redirectOf(proxy, 'bar.com')).toBe('200')
})

test('temporal-redirect and permanent-redirect answer every request', async () => {
  const proxy = await startHosts({
    'temporal.com': { 'temporal-redirect': 'https://a.com/x', 'permanent-redirect': 'https://b.com' },
    'permanent.com': { 'permanent-redirect': 'https://b.com$request_uri', 'permanent-redirect-code': '308' },
    'coded.com': { 'temporal-redirect': 'https://a.com', 'temporal-redirect-code': '307' },
    'path.com': { 'permanent-redirect': '/new' },
    'relative.com': { 'permanent-redirect': '/new', 'relative-redirects': 'true' },
    'listen.com': { 'permanent-redirect': '/new', 'use-port-in-redirects': 'true' },
    'tls.com': { 'permanent-redirect': 'https://b.com' },
  })

  expect(proxy.codes()).toEqual([])
  expect(await redirectOf(proxy, 'temporal.com', '/any?x')).toBe('302 https://a.com/x')
  expect(await redirectOf(proxy, 'permanent.com', '/any?x')).toBe('308 https://b.com/any?x')
  expect(await redirectOf(proxy, 'coded.com', '/', { method: 'POST', body: 'x' })).toBe('307 https://a.com')
  expect(await redirectOf(proxy, 'path.com:81')).toBe('301 http://path.com:81/new')
  expect(await redirectOf(proxy, 'relative.com')).toBe('301 /new')
  expect(await redirectOf(proxy, 'listen.com')).toBe(`301 http://listen.com:${proxy.httpPort}/new`)
  expect(await redirectOf(proxy, 'tls.com')).toBe('301 https://b.com')
})

test('redirects are asked before a guard that can not be obeyed closes the route', async () => {
  const guard = { 'auth-url': 'not a url' }
  const proxy = await startHosts({
    'closed.com': guard,
    'root.com': { ...guard, 'app-root': '/app' },
    'moved.com': { ...guard, 'temporal-redirect': 'https://a.com' },
    'tls.com': guard,
  })

  expect(await redirectOf(proxy, 'closed.com')).toBe('503')
  expect(await redirectOf(proxy, 'root.com')).toBe('302 http://root.com/app')
  expect(await redirectOf(proxy, 'root.com', '/app')).toBe('503')
  expect(await redirectOf(proxy, 'moved.com')).toBe('302 https://a.com')
  // The one to https comes after.
  expect(await redirectOf(proxy, 'tls.com')).toBe('503')
})

test('a redirect that can not be obeyed is reported and left out', async () => {
  const proxy = await startHosts({
    'a.com': { 'temporal-redirect': '/path', 'temporal-redirect-code': '200' },
    'b.com': { 'app-root': 'https://evil.com' },
    'c.com': { 'permanent-redirect': 'https://c.com/$nothing' },
  })

  expect(proxy.codes()).toEqual([
    'annotation-value',
    'annotation-value',
    'annotation-value',
    'annotation-value',
  ])
  for (const host of ['a.com', 'b.com', 'c.com']) expect(await redirectOf(proxy, host)).toBe('200')
})

test('preserve-trailing-slash keeps the slash that the redirect to https cuts', async () => {
  const proxy = await startHosts({ 'tls1.com': {}, 'tls2.com': { 'preserve-trailing-slash': 'true' } })
  const origin = (host: string) => `https://${host}:${proxy.httpsPort}`

  expect(await redirectOf(proxy, 'tls1.com', '/a/')).toBe(`308 ${origin('tls1.com')}/a`)
  expect(await redirectOf(proxy, 'tls2.com', '/a/')).toBe(`308 ${origin('tls2.com')}/a/`)
})

test('the ConfigMap gives the status of redirects, the paths that stay on http, and their defaults', async () => {
  const { text } = await startEchoServices('web')
  const data = {
    'http-redirect-code': '301',
    'no-tls-redirect-locations': '/plain',
    'relative-redirects': 'true',
    'preserve-trailing-slash': 'true',
  }
  const config = textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data })
  const tls = ingressText({
    annotations: nginx({ 'from-to-www-redirect': 'true' }),
    rules: { 'tls.com': ['Prefix / web:80'] },
    tls: [{ hosts: ['tls.com'] }],
  })
  const moved = ingressText({
    name: 'moved',
    annotations: nginx({ 'permanent-redirect': '/new' }),
    rules: { 'moved.com': ['Prefix / web:80'] },
  })
  const proxy = await startProxy({
    files: { 'all.yaml': documents(tls, moved, config, text) },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })

  expect(proxy.codes()).toEqual([])
  expect(await redirectOf(proxy, 'tls.com', '/a/')).toBe(`301 https://tls.com:${proxy.httpsPort}/a/`)
  expect(await redirectOf(proxy, 'tls.com', '/plain/a')).toBe('200')
  expect(await redirectOf(proxy, 'tls.com', '/.well-known/acme-challenge/x')).toMatch(/^301 /)
  expect(await redirectOf(proxy, 'www.tls.com', '/x')).toBe('301 http://tls.com/x')
  expect(await redirectOf(proxy, 'moved.com')).toBe('301 /new')
})

test('app-root comes before a CORS preflight, which comes before the other redirects', async () => {
  const cors = { 'enable-cors': 'true' }
  const proxy = await startHosts({
    'root.com': { ...cors, 'app-root': '/app' },
    'moved.com': { ...cors, 'temporal-redirect': 'https://a.com' },
    'tls.com': cors,
  })
  const preflight = { method: 'OPTIONS', headers: { Origin: 'https://b.com' } }

  expect(await redirectOf(proxy, 'root.com', '/', preflight)).toBe('302 http://root.com/app')
  expect(await redirectOf(proxy, 'root.com', '/x', preflight)).toBe('204')
  expect(await redirectOf(proxy, 'moved.com', '/', preflight)).toBe('204')
  expect(await redirectOf(proxy, 'moved.com')).toBe('302 https://a.com')
  expect(await redirectOf(proxy, 'tls.com', '/', preflight)).toBe('204')
})

test('the redirect to https comes before a Service without endpoints is noticed', async () => {
  const ingress = ingressText({ rules: { 'tls.com': ['Prefix / down:80'] }, tls: [{ hosts: ['tls.com'] }] })
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingress, serviceText('down')) } })
  const https = { port: proxy.httpsPort, tls: { insecure: true } }

  expect(await redirectOf(proxy, 'tls.com', '/x')).toBe(`308 https://tls.com:${proxy.httpsPort}/x`)
  expect(await redirectOf(proxy, 'tls.com', '/x', https)).toBe('503')
})
