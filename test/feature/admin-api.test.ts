// The admin API as its clients see it: every answer and event is held against docs/openapi.json.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { apiHandlers } from '../../src/admin/api/create-api.ts'
import type { ReplayAnswer, RequestList } from '../../src/admin/api/live-types.ts'
import { openApiDocument } from '../../src/admin/api/openapi.ts'
import type {
  AnnotationList,
  CertificateList,
  ConfigView,
  DiagnosticList,
  DrainAnswer,
  Overview,
  RouteList,
  RouteWay,
  ServiceList,
} from '../../src/admin/api/types.ts'
import type { AdminSources } from '../../src/admin/sources.ts'
import { openApi, TestAdminApi } from '../support/admin-api.ts'
import { startEchoBackend, type TestBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { fetchFrom } from '../support/fetch.ts'
import {
  canaryText,
  configMapText,
  documents,
  ingressText,
  secretText,
  serviceText,
} from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const rules = { 'shop.test': ['Prefix / web:80', 'Exact /exact web:80'] }

interface Shop {
  readonly proxy: TestProxy
  readonly api: TestAdminApi
  readonly backends: readonly TestBackend[]
}

/** A shop with two endpoints, a canary, a certificate, and a rule for a Service that there is not. */
async function startShop(): Promise<Shop> {
  const backends = await Promise.all([startEchoBackend('one'), startEchoBackend('two')])
  const pair = await selfSigned('shop.test')
  const proxy = await startProxy({
    files: {
      'shop.yaml': documents(
        ingressText({
          name: 'shop',
          rules,
          tls: [{ hosts: ['shop.test'], secretName: 'pair' }],
          annotations: nginx({ 'ssl-redirect': 'false', 'proxy-body-size': '2m', 'no-such': 'x' }),
        }),
        canaryText({ rules: { 'shop.test': ['Prefix / next:80'] } }, { 'by-header': 'x-canary' }),
        serviceText('web', { endpoints: backends.map(({ address }) => address) }),
        serviceText('next', { endpoints: [backends[1]!.address] }),
        secretText('pair', pair),
        configMapText('config', { 'proxy-read-timeout': '33' }),
      ),
      'lost.yaml': ingressText({ name: 'lost', rules: { 'lost.test': ['Prefix / nobody:80'] } }),
    },
    app: { admin: {}, flags: { 'http-port': '0' } },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
  return { proxy, api: new TestAdminApi(proxy), backends }
}

function visit({ proxy }: Shop, path = '/', headers: Record<string, string> = {}) {
  return fetchFrom({ port: proxy.httpPort, host: 'shop.test', path, headers })
}

test('answers every question as it is documented', async () => {
  const shop = await startShop()
  const { api, proxy, backends } = shop
  await api.get('/api/routes')
  await visit(shop)
  await visit(shop, '/', { 'x-canary': 'always' })
  await visit(shop, '/exact')

  const overview = await api.get<Overview>('/api/overview')
  expect(overview).toMatchObject({
    isReady: true,
    generation: 1,
    counts: { hosts: 2, ingresses: 3, endpointsAway: 0 },
    listeners: [{ name: 'http', address: proxy.app.http }, { name: 'https' }, { name: 'admin' }],
    figures: { requests: 3, errors: 0 },
  })
  expect(overview.expiring).toEqual([])

  const { routes, total } = await api.get<RouteList>('/api/routes?q=shop.TEST')
  expect(total).toBe(2)
  const root = routes.find(({ path }) => path === '/')!
  expect(root).toMatchObject({
    service: 'default/web:80',
    endpoints: 2,
    canaries: 1,
    figures: { requests: 2 },
  })

  const way = await api.get<RouteWay>(`/api/routes/${encodeURIComponent(root.id)}`)
  expect(way.branches).toMatchObject([
    { isCanary: true, percent: 0, takes: ['header x-canary'], figures: { requests: 1 } },
    {
      isCanary: false,
      percent: 100,
      endpoints: [{ state: 'ready' }, { state: 'ready' }],
      figures: { requests: 1 },
    },
  ])
  expect(way.policies.map(({ policy }) => policy)).toContain('bodySize')
  expect(way).toMatchObject({ hostRule: { certificate: { kind: 'secret', secret: 'default/pair' } } })
  for (const at of [way.hostRule.at, ...way.branches.map(branch => branch.endpointsAt)])
    expect(at).toMatch(/shop\.yaml:\d+:\d+$/)
  expect(way.url).toBe(`http://shop.test:${proxy.httpPort}/`)

  const { services } = await api.get<ServiceList>('/api/services')
  const web = services.find(({ service }) => service === 'default/web:80')!
  expect(web.endpoints.map(({ address }) => address)).toEqual(backends.map(({ address }) => address))
  expect(web.endpoints.reduce((sum, { answered }) => sum + answered, 0)).toBe(3)
  expect(web.endpoints.every(({ responseMs }) => responseMs! > 0)).toBe(true)
  expect(web.routes).toContain(root.id)

  const { hosts } = await api.get<CertificateList>('/api/certificates?q=shop')
  expect(hosts).toMatchObject([
    { host: 'shop.test', secret: 'default/pair', facts: { names: ['shop.test'] } },
  ])

  const { diagnostics, counts } = await api.get<DiagnosticList>('/api/diagnostics?severity=error&q=nobody')
  expect(counts.error).toBeGreaterThan(0)
  expect(diagnostics[0]).toMatchObject({
    code: 'backend-service-missing',
    excerpt: { line: expect.any(Number) },
  })

  const { annotations } = await api.get<AnnotationList>('/api/annotations?used')
  expect(annotations.find(({ name }) => name.endsWith('/no-such'))).toMatchObject({
    status: 'unknown',
    uses: 1,
  })
  expect(annotations.find(({ name }) => name === 'proxy-read-timeout')).toMatchObject({
    on: 'ConfigMap',
    uses: 1,
  })

  const config = await api.get<ConfigView>('/api/config')
  expect(config).toMatchObject({ configMap: 'default/config', flags: { 'http-port': '0' } })
  expect(config.settings).toMatchObject([{ setting: 'proxy-read-timeout', from: 'config-map' }])

  await api.get('/api/explain?url=http://shop.test/')
  await api.get('/api/dump')
  await api.get('/api/dump?effective')
  await api.get('/api/openapi.json')
})

test('says what is wrong with a question as RFC 9457 has it', async () => {
  const { api } = await startShop()
  const statusOf = async (path: string) => (await api.ask('GET', path)).status
  expect(await statusOf('/api/routes/no-such-id')).toBe(404)
  for (const path of [
    'routes?limit=0',
    'certificates?limit=501',
    'diagnostics?severity=bad',
    'requests?status=9',
    'requests?minMs=x',
    'explain',
  ])
    expect(await statusOf(`/api/${path}`)).toBe(400)
  const { text } = await api.ask('GET', '/api/requests?limit=1001')
  expect(text).toContain('1 to 1000.')
  const drain = (service: string, endpoint: string) => api.ask('POST', pathOf(service, endpoint, 'drain'), {})
  expect((await drain('web:81', '127.0.0.1:1')).status).toBe(404)
  expect((await drain('web:80', '127.0.0.1:1')).status).toBe(404)
})

function pathOf(service: string, endpoint: string, move: 'drain' | 'undrain'): string {
  return `/api/services/default/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(endpoint)}/${move}`
}

test('an endpoint that is drained gets no new requests, across reloads, until it is taken in again', async () => {
  const shop = await startShop()
  const { api, proxy, backends } = shop
  const [one, two] = backends.map(({ address }) => address) as [string, string]
  const events = await api.events()
  await events.next('hello')

  const { endpoint } = await api.post<DrainAnswer>(pathOf('web:80', one, 'drain'))
  expect(endpoint).toMatchObject({ address: one, state: 'drained', drainedAt: expect.any(Number) })
  const answerers = async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => visit(shop)))
    return [...new Set(answers.map(answer => answer.echo().backend))].sort()
  }
  expect(await answerers()).toEqual(['two'])
  expect(await events.next('endpoints')).toMatchObject([
    { service: 'default/web:80', endpoint: { state: 'drained' } },
    { service: 'default/web:80', endpoint: { state: 'ready' } },
  ])
  expect((await api.get<Overview>('/api/overview')).counts.endpointsAway).toBe(1)

  const applied = proxy.nextChange()
  await proxy.manifests.write(
    'more.yaml',
    ingressText({ name: 'more', rules: { 'more.test': ['Prefix / web:80'] } }),
  )
  await applied
  expect(await events.next('applied')).toMatchObject({ generation: 2, routes: { added: 1 } })
  expect(await answerers()).toEqual(['two'])
  const explained = await api.get<{ upstream: object }>('/api/explain?url=http://shop.test/')
  expect(explained.upstream).toMatchObject({
    endpoints: [
      { address: one, leftOut: expect.stringContaining('drained') },
      { address: two, picked: true },
    ],
  })

  await api.post(pathOf('web:80', two, 'drain'))
  expect((await visit(shop)).status).toBe(503)
  await api.post(pathOf('web:80', two, 'undrain'))
  expect(await api.post<DrainAnswer>(pathOf('web:80', one, 'undrain'))).toMatchObject({
    endpoint: { state: 'ready' },
  })
  expect(await answerers()).toEqual(['one', 'two'])
})

test('shows requests to those who watch, without credentials, and sends one of them again', async () => {
  const shop = await startShop()
  const { api } = shop
  await visit(shop, '/unseen')
  const events = await api.events('requests&routes&host=shop.test&status=2xx')
  await events.next('hello')
  await visit(shop, '/seen?token=hidden-value&a=1', { 'user-agent': 'tester/1', cookie: 'hidden-cookie=1' })
  const { requests } = await events.next('requests')
  expect(requests).toMatchObject([
    {
      method: 'GET',
      target: '/seen?token=REDACTED&a=1',
      status: 200,
      service: 'default/web:80',
      userAgent: 'tester/1',
    },
  ])
  expect(requests[0]!.attempts).toHaveLength(1)
  expect((await events.next('figures', ({ routes }) => routes!.length > 0)).routes).toMatchObject([
    { figures: { perSecond: expect.any(Number) }, branches: [{}, {}] },
  ])

  const list = await api.get<RequestList>('/api/requests?q=seen')
  expect(list).toMatchObject({ isRecording: true, requests: [{ id: requests[0]!.id }] })
  expect(JSON.stringify(list) + events.text).not.toMatch(/hidden|unseen/)
  for (const filter of [
    'status=5xx',
    'method=POST',
    'minMs=100000',
    'service=a/b:1',
    'cause=any',
    'host=other.test',
  ])
    expect((await api.get<RequestList>(`/api/requests?${filter}`)).requests).toEqual([])

  const again = await api.post<ReplayAnswer>('/api/replay', { id: requests[0]!.id })
  expect(again.status).toBe(200)
  expect(JSON.parse(again.body!)).toMatchObject({
    url: '/seen?token=hidden-value&a=1',
    headers: { 'user-agent': 'tester/1' },
  })
})

test('sends a request that is written out, over TLS too, and what may change something only if that is meant', async () => {
  const { api } = await startShop()
  const headers = [
    ['X-Own', '1'],
    ['Host', 'other.test'],
  ]
  const secure = await api.post<ReplayAnswer>('/api/replay', { url: 'https://shop.test/a?b=c', headers })
  expect(JSON.parse(secure.body!)).toMatchObject({
    url: '/a?b=c',
    headers: { host: 'shop.test', 'x-own': '1', 'x-forwarded-proto': 'https' },
  })
  const statusOf = async (order: unknown) => (await api.ask('POST', '/api/replay', order)).status
  const order = { url: 'http://shop.test/', method: 'DELETE' }
  expect(await statusOf(order)).toBe(409)
  expect(await statusOf({ ...order, confirm: true })).toBe(200)
  expect(await statusOf({ id: 999 })).toBe(404)
  // Whoever is named, only our own listener is asked: nobody serves this host.
  expect(await api.post<ReplayAnswer>('/api/replay', { url: 'http://127.0.0.1:1/' })).toMatchObject({
    status: 404,
  })
  for (const bad of [[], { url: 'ftp://a/' }, { url: 'http://shop.test/', headers: [['a', 'b\r\nc: d']] }, 1])
    expect(await statusOf(bad)).toBe(400)
})

test('streams of events end when Portico does', async () => {
  const { api, proxy } = await startShop()
  const events = await api.events('requests')
  await events.next('hello')
  await Promise.all([proxy.app.close(), events.ended])
})

test('the document names the questions there are, and is the one that is answered', async () => {
  const documented = Object.entries(openApi.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
  )
  const there = [...Object.keys(apiHandlers({} as AdminSources)), 'GET /events']
  expect(documented.sort()).toEqual(there.sort())
  const file = new URL('../../docs/openapi.json', import.meta.url)
  expect(await openApiDocument()).toEqual(JSON.parse(await readFile(file, 'utf8')))
})
