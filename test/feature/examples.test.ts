// The examples in manifests/, as they stand: what each is there to show happens, and what is wrong with it on purpose is
// reported. Local backends take the places of the pods, as --map does it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EndpointMap } from '../../src/compile/options.ts'
import { startEchoBackend } from '../support/backend.ts'
import { type ServedRow, serveRows, whoServes } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const manifests = join(import.meta.dirname, '..', '..', 'manifests')

function mapTo(text: string, endpointPort: number): EndpointMap {
  const [namespace, service] = text.split('/') as [string, string]
  return { namespace, service, port: undefined, address: '127.0.0.1', endpointPort }
}

/** Backends `service-1`, `service-2`, … for each `namespace/service`. */
async function startPods(services: Readonly<Record<string, number>>): Promise<EndpointMap[]> {
  const pods = Object.entries(services).flatMap(([text, count]) =>
    Array.from({ length: count }, (_, index) => [text, `${text.split('/')[1]}-${index + 1}`] as const),
  )
  return Promise.all(pods.map(async ([text, pod]) => mapTo(text, (await startEchoBackend(pod)).port)))
}

async function startExample(name: string, services: Readonly<Record<string, number>>): Promise<TestProxy> {
  return startProxy({
    paths: [join(manifests, name)],
    compile: { endpointMaps: await startPods(services) },
    app: { dev: true },
  })
}

/** The backends that answer one request after the other. */
async function turns(proxy: TestProxy, host: string, count: number): Promise<(string | number)[]> {
  const served: (string | number)[] = []
  for (let i = 0; i < count; i++) served.push(await whoServes({ port: proxy.httpPort, host }))
  return served
}

test('whale: two hosts of an extensions/v1beta1 Ingress lead to two Services', async () => {
  const proxy = await startExample('whale', { 'default/a-whale': 1, 'default/b-whale': 1 })

  expect(proxy.codes()).toEqual([])
  const rows: ServedRow[] = [
    ['a.whale.hey:8080', '/', 'a-whale-1'],
    ['b.whale.hey:8080', '/any/path', 'b-whale-1'],
    ['c.whale.hey', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('tomcat: by port name over HTTP and HTTPS, over HTTPS only, and in the wrong namespace 503', async () => {
  const proxy = await startExample('tomcat', { 'default/tomcat': 1 })
  const https = 'https.tomcat.lucky.com'
  const other = 'other.tomcat.lucky.com'

  expect(
    proxy.changes[0]!.diagnostics.map(({ severity, code, object }) => `${severity} ${code} ${object}`),
  ).toEqual([
    'warning api-version-mixed Ingress ingress-nginx/ingress-tomcat',
    'error backend-service-missing Ingress ingress-nginx/ingress-tomcat',
  ])
  const rows: ServedRow[] = [
    ['tomcat.lucky.com', '/', 'tomcat-1'],
    [https, '/', 308],
    [other, '/', 503],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  expect((await fetchFrom({ port: proxy.httpPort, host: other })).body).toContain('namespace ingress-nginx')

  for (const host of ['tomcat.lucky.com', https]) {
    const certificate = proxy.changes[0]!.table.certificates.exact.get(host)
    if (certificate?.kind !== 'secret') throw new Error(`${host} does not get the certificate of its Secret`)
    const tls = { ca: certificate.certPem }
    expect(await whoServes({ port: proxy.httpsPort, host, tls })).toBe('tomcat-1')
  }
})

test('hello canary: by weight, header, header value and cookie, and all three in their order', async () => {
  const proxy = await startExample('hello-canary', {
    'default/hello-service': 1,
    'default/canary-hello-service': 1,
  })
  const [main, canary] = ['hello-service-1', 'canary-hello-service-1']
  const rows: [path: string, headers: Record<string, string>, served: string][] = [
    ['/header', {}, main],
    ['/header', { test: 'always' }, canary],
    ['/header', { test: 'never' }, main],
    ['/header-value', { test: 'beta' }, canary],
    ['/header-value', { test: 'always' }, main],
    ['/cookie', { Cookie: 'like_music=always' }, canary],
    ['/cookie', { Cookie: 'like_music=never' }, main],
    ['/cookie', {}, main],
    ['/combined', { test: 'always', Cookie: 'like_music=never' }, canary],
    ['/combined', { test: 'never', Cookie: 'like_music=always' }, main],
    ['/combined', { test: 'maybe', Cookie: 'like_music=always' }, canary],
    ['/combined', { Cookie: 'like_music=never' }, main],
  ]
  const ask = (path: string, headers: Record<string, string>) =>
    whoServes({ port: proxy.httpPort, host: 'canary-service.abc.com', path, headers })

  expect(proxy.codes()).toEqual([])
  const real = await Promise.all(
    rows.map(async ([path, headers]) => [path, headers, await ask(path, headers)]),
  )
  expect(real).toEqual(rows)
  for (const path of ['/', '/combined']) {
    const served = await Promise.all(Array.from({ length: 200 }, () => ask(path, {})))
    // 30 of 100: seven standard deviations to either side of 60.
    const share = served.filter(name => name === canary).length
    expect(share).toBeGreaterThan(14)
    expect(share).toBeLessThan(106)
  }
})

test('k8s-example: an empty path as a regex, nothing rewritten, uploads up to ten megabytes', async () => {
  const proxy = await startExample('k8s-example', { 'default/tomcat-http': 1 })
  const request = { port: proxy.httpPort, host: 'k8s.example.com', path: '/docs?page=1' }
  const upload = (megabytes: number) =>
    fetchFrom({ ...request, method: 'POST', headers: { 'Content-Length': String(megabytes * 1024 * 1024) } })

  expect(proxy.codes()).toEqual([])
  expect((await fetchFrom(request)).echo()).toMatchObject({ backend: 'tomcat-http-1', url: '/docs?page=1' })
  const body = Buffer.alloc(10 * 1024 * 1024)
  expect((await fetchFrom({ ...request, method: 'POST', body })).status).toBe(200)
  expect((await upload(11)).status).toBe(413)
  const { timeouts } = proxy.changes[0]!.table.hosts[0]!.routes[0]!.policies
  expect(timeouts).toEqual({ connectMs: 600_000, sendMs: 600_000, readMs: 600_000 })
})

test('cbuc: two hosts in a namespace of their own, three endpoints each in turn', async () => {
  const proxy = await startExample('cbuc', {
    'cbuc-test/cbuc-dev-service': 3,
    'cbuc-test/cbuc-pro-service': 3,
  })

  expect(proxy.codes()).toEqual([])
  for (const [host, service] of [
    ['dev.cbuc.cn', 'cbuc-dev-service'],
    ['pro.cbuc.cn', 'cbuc-pro-service'],
  ] as const) {
    const [one, two, three] = [1, 2, 3].map(number => `${service}-${number}`)
    expect(await turns(proxy, host, 6)).toEqual([one, two, three, one, two, three])
  }
})

test('cbuc: without --map the endpoints are those that are written down', async () => {
  const proxy = await startExample('cbuc', {})

  const { endpoints } = proxy.changes[0]!.table.upstreams.get('cbuc-test/cbuc-dev-service:8080')!
  expect(endpoints).toEqual([
    { address: '127.0.0.11', port: 8080 },
    { address: '127.0.0.12', port: 8080 },
    { address: '127.0.0.13', port: 8080 },
  ])
})

test('external: five ways for a Service to lead somewhere', async () => {
  const proxy = await startExample('external', {})

  expect(proxy.codes()).toEqual([])
  const found = proxy.changes[0]!.table.upstreams.values().map(upstream => {
    const addresses = upstream.endpoints.map(({ address, port }) => `${address}:${port}`)
    return [upstream.key, addresses, upstream.notReadyCount]
  })
  expect(new Set(found)).toEqual(
    new Set([
      ['default/warehouse:80', ['127.0.0.1:9301'], 0],
      ['default/partner:9302', ['localhost:9302'], 0],
      ['default/search:9200', ['127.0.0.31:9200', '127.0.0.32:9200'], 0],
      ['default/catalog:80', ['127.0.0.41:9303', '127.0.0.42:9303'], 1],
      ['default/basket:80', ['127.0.0.51:9304', '127.0.0.52:9304', '127.0.0.53:9304'], 0],
    ]),
  )
})

test('external: requests go round, and those of one client stay where affinity is asked for', async () => {
  const services = { warehouse: 1, partner: 1, search: 2, catalog: 2, basket: 3 }
  const pods = Object.entries(services).map(([name, count]) => [`default/${name}`, count] as const)
  const proxy = await startExample('external', Object.fromEntries(pods))
  const of = (name: string) => turns(proxy, `${name}.external.example.com`, 4)

  expect(await of('warehouse')).toEqual(Array(4).fill('warehouse-1'))
  expect(await of('partner')).toEqual(Array(4).fill('partner-1'))
  expect(await of('search')).toEqual(['search-1', 'search-2', 'search-1', 'search-2'])
  expect(await of('catalog')).toEqual(['catalog-1', 'catalog-2', 'catalog-1', 'catalog-2'])
  expect(await of('basket')).toEqual(Array(4).fill('basket-1'))
})

test('default backend: the Service answers what no rule takes', async () => {
  const backend = await startEchoBackend('default', (request, response) => {
    response.writeHead(request.url === '/healthz' ? 200 : 404).end('default backend - 404 from the Service')
  })
  const proxy = await startProxy({
    paths: [join(manifests, 'default-backend'), join(manifests, 'whale')],
    compile: {
      defaultBackendService: { namespace: 'ingress-nginx', name: 'default-http-backend' },
      endpointMaps: [mapTo('ingress-nginx/default-http-backend', backend.port)],
    },
  })
  const ask = (host: string, path: string) => fetchFrom({ port: proxy.httpPort, host, path })

  for (const host of ['nobody.example.com', 'a.whale.hey.example.com']) {
    expect(await ask(host, '/')).toMatchObject({
      status: 404,
      body: 'default backend - 404 from the Service',
    })
    expect((await ask(host, '/healthz')).status).toBe(200)
  }
})

test('policies: CORS and a limit for everybody, a password for /admin, a preview by header', async () => {
  const proxy = await startExample('policies', { 'default/shop': 1, 'default/shop-preview': 1 })
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetchFrom({ port: proxy.httpPort, host: 'shop.policies.example.com', path, method, headers })
  const password = Buffer.from('anna:coffee').toString('base64')

  expect(proxy.codes()).toEqual([])
  const preflight = await ask('/', { origin: 'https://www.example.com' }, 'OPTIONS')
  expect(preflight.status).toBe(204)
  expect(preflight.headers['access-control-allow-origin']).toBe('https://www.example.com')
  expect((await ask('/admin')).status).toBe(401)
  expect((await ask('/admin', { authorization: `Basic ${password}` })).echo().backend).toBe('shop-1')
  expect((await ask('/', { 'x-preview': '1' })).echo().backend).toBe('shop-preview-1')
  const burst = await Promise.all(Array.from({ length: 20 }, () => ask('/')))
  expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([200, 503]))
})

test('all examples together: no rule takes another one away, and no error but the one that is shown', async () => {
  const proxy = await startProxy({ paths: [manifests] })

  const { diagnostics, table } = proxy.changes[0]!
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors.map(({ code, object }) => `${code} ${object}`)).toEqual([
    'backend-service-missing Ingress ingress-nginx/ingress-tomcat',
  ])
  const warnings = diagnostics.filter(({ severity }) => severity !== 'error')
  expect(new Set(warnings.map(({ code }) => code))).toEqual(
    new Set(['endpoints-missing', 'api-version-mixed']),
  )
  expect(table.hosts).toHaveLength(15)
})
