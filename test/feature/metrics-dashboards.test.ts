// ingress-nginx's metrics as its dashboards ask for them: deploy/grafana/dashboards/nginx.json and
// request-handling-performance.json of kubernetes/ingress-nginx.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { canaryText, documents, ingressText, secretText, serviceText } from '../support/manifest-text.ts'
import { type MetricSample, parseMetrics } from '../support/metrics.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const controller = ['controller_pod', 'controller_class', 'controller_namespace']

/** By dashboard: each metric that its queries name, with the labels they choose by, sum by or show. */
const asked: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'nginx.json': {
    nginx_ingress_controller_config_last_reload_successful_timestamp_seconds: ['controller_class'],
    nginx_ingress_controller_requests: [...controller, 'namespace', 'ingress', 'status'],
    nginx_ingress_controller_nginx_process_connections: [...controller, 'state'],
    nginx_ingress_controller_success: controller,
    nginx_ingress_controller_config_last_reload_successful: controller,
    nginx_ingress_controller_request_size_sum: [...controller, 'ingress'],
    nginx_ingress_controller_response_size_sum: [...controller, 'ingress'],
    nginx_ingress_controller_nginx_process_resident_memory_bytes: controller,
    nginx_ingress_controller_nginx_process_cpu_seconds_total: controller,
    nginx_ingress_controller_request_duration_seconds_bucket: [...controller, 'ingress', 'le'],
    // It also names `ingress` and `kubernetes_pod_name`, which ingress-nginx does not give either.
    nginx_ingress_controller_ssl_expire_time_seconds: ['namespace', 'host'],
    nginx_ingress_controller_config_hash: controller,
  },
  'request-handling-performance.json': {
    nginx_ingress_controller_request_duration_seconds_bucket: ['ingress', 'le'],
    nginx_ingress_controller_request_duration_seconds_count: ['ingress', 'path', 'status'],
    nginx_ingress_controller_response_duration_seconds_bucket: ['ingress', 'path', 'le'],
    nginx_ingress_controller_response_duration_seconds_sum: ['ingress', 'path'],
    nginx_ingress_controller_response_size_sum: ['ingress', 'path'],
    nginx_ingress_controller_response_size_count: ['ingress', 'path'],
    nginx_ingress_controller_response_size_bucket: ['ingress', 'le'],
    nginx_ingress_controller_ingress_upstream_latency_seconds_sum: ['ingress'],
    nginx_ingress_controller_ingress_upstream_latency_seconds_count: ['ingress'],
    nginx_ingress_controller_requests: ['ingress'],
  },
}

const openMetricsFirst = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5'
const requests = 'nginx_ingress_controller_requests'

/** `/metrics` after requests have gone every way, in both forms. */
interface ShopMetrics {
  readonly text: string
  readonly openMetrics: string
  /** The answer to GET /cart. */
  readonly cart: TestResponse
}

let shopMetrics: Promise<ShopMetrics> | undefined

/** Made by the first test that asks: they all look at the same. */
function metricsOfShop(): Promise<ShopMetrics> {
  shopMetrics ??= visitShop()
  return shopMetrics
}

async function visitShop(): Promise<ShopMetrics> {
  const proxy = await startShop()
  const http = { port: proxy.httpPort, host: 'shop.test' }
  const cart = await fetchFrom({ ...http, path: '/cart?a=1' })
  for (const method of ['POST', 'BREW', 'WHEN']) await fetchFrom({ ...http, path: '/cart?a=1', method })
  await fetchFrom({ ...http, path: '/cart', headers: { canary: 'always' } })
  for (const path of ['/nothing', '/down']) await fetchFrom({ ...http, path })
  for (const host of ['a.unknown.test', 'b.unknown.test']) await fetchFrom({ port: proxy.httpPort, host })
  const read = async (headers = {}) =>
    await (await fetch(`http://${proxy.app.admin}/metrics`, { headers })).text()
  return { text: await read(), openMetrics: await read({ accept: openMetricsFirst }), cart }
}

async function startShop(): Promise<TestProxy> {
  const backend = await startEchoBackend('cart')
  const namespace = 'shop'
  const rules = { 'shop.test': ['Prefix /cart cart:80', 'Prefix /down down:80', 'Prefix /lost lost:80'] }
  const secure = { 'secure.test': ['Prefix / cart:80'] }
  const tls = [{ hosts: ['secure.test'], secretName: 'pair' }]
  return startProxy({
    files: {
      'shop.yaml': documents(
        ingressText({ name: 'web', namespace, rules }),
        canaryText(
          { namespace, rules: { 'shop.test': ['Prefix /cart beta:80'] } },
          { 'by-header': 'canary' },
        ),
        ingressText({ name: 'secure', namespace, rules: secure, tls }),
        secretText('pair', await selfSigned('secure.test'), namespace),
        ...['cart', 'beta'].map(name => serviceText(name, { namespace, endpoints: [backend.address] })),
        serviceText('down', { namespace, endpoints: [`127.0.0.1:${await closedPort()}`] }),
      ),
    },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
}

/** The only one of that name with these labels. */
async function sampleOf(name: string, labels: Readonly<Record<string, string>> = {}): Promise<MetricSample> {
  const found = parseMetrics((await metricsOfShop()).text).filter(
    sample =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )
  expect(found).toHaveLength(1)
  return found[0]!
}

/** Of the whole message; its body is not chunked. */
function sizeOf({ status, rawHeaders, body }: TestResponse): number {
  const lines = Array.from(rawHeaders, (text, index) => text + (index % 2 === 0 ? ': ' : '\r\n'))
  return Buffer.byteLength(`HTTP/1.1 ${status} OK\r\n${lines.join('')}\r\n${body}`)
}

test.each(Object.entries(asked))('%s finds all metrics and labels that it asks for', async (_, metrics) => {
  const { text, openMetrics } = await metricsOfShop()
  for (const samples of [parseMetrics(text), parseMetrics(openMetrics)]) {
    for (const [name, labels] of Object.entries(metrics)) {
      const ofName = samples.filter(sample => sample.name === name)
      const whole = ofName.filter(sample => labels.every(label => sample.labels[label] !== undefined))
      expect(whole, name).not.toEqual([])
    }
  }
})

test('counts what a dashboard chooses connections and certificates by', async () => {
  const { controller_namespace } = (await sampleOf('nginx_ingress_controller_config_hash')).labels
  expect((await sampleOf('nginx_ingress_controller_ssl_expire_time_seconds')).labels).toMatchObject({
    namespace: controller_namespace,
    host: 'secure.test',
    secret_name: 'pair',
  })
  const active = await sampleOf('nginx_ingress_controller_nginx_process_connections', { state: 'active' })
  expect(active.value).toBeGreaterThanOrEqual(0)
})

test('counts requests by rule, canary, method and status', async () => {
  const cart = { namespace: 'shop', ingress: 'web', host: 'shop.test', path: '/cart', service: 'cart' }
  expect(await sampleOf(requests, { ...cart, method: 'GET', canary: '' })).toMatchObject({
    value: 1,
    labels: { status: '200' },
  })
  expect((await sampleOf(requests, { ...cart, canary: 'shop-beta-80' })).value).toBe(1)
  expect(await sampleOf(requests, { path: '/down' })).toMatchObject({ value: 1, labels: { status: '502' } })
})

test('folds methods and hosts that clients make up', async () => {
  expect((await sampleOf(requests, { method: 'OTHER' })).value).toBe(2)
  expect(await sampleOf(requests, { ingress: '' })).toMatchObject({
    value: 2,
    labels: { host: '_', path: '', status: '404' },
  })
  expect((await metricsOfShop()).text).not.toContain('unknown.test')
})

test('observes times and sizes of answered requests, with ingress-nginx’s bounds', async () => {
  const labels = { path: '/cart', method: 'GET', canary: '' }
  const of = (name: string) => `nginx_ingress_controller_${name}`
  const samples = parseMetrics((await metricsOfShop()).text)
  const bounds = (name: string) =>
    samples
      .filter(sample => sample.name === of(`${name}_bucket`))
      .filter(({ labels: own }) => own.path === '/cart' && own.method === 'GET' && own.canary === '')
      .map(sample => sample.labels.le)
  const times = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']
  for (const name of ['request', 'response', 'header', 'connect'])
    expect(bounds(`${name}_duration_seconds`)).toEqual(times)
  const lengths = ['10', '20', '30', '40', '50', '60', '70', '80', '90', '100', '+Inf']
  for (const name of ['request_size', 'response_size']) expect(bounds(name)).toEqual(lengths)
  expect(bounds('bytes_sent')).toEqual(['10', '100', '1000', '10000', '100000', '1e+06', '1e+07', '+Inf'])
  expect((await sampleOf(of('request_size_count'), labels)).value).toBe(1)
  expect((await sampleOf(of('response_size_sum'), labels)).value).toBe(sizeOf((await metricsOfShop()).cart))
})

test('says which Ingresses have backends that are not there, and when the certificate ends', async () => {
  const orphan = 'nginx_ingress_controller_orphan_ingress'
  expect((await sampleOf(orphan, { ingress: 'web', type: 'no-service' })).value).toBe(1)
  expect((await sampleOf(orphan, { ingress: 'secure', type: 'no-service' })).value).toBe(0)
  expect((await sampleOf(orphan, { ingress: 'web', type: 'no-endpoint' })).value).toBe(0)
  const days = (await sampleOf('portico_certificate_days_left', { host: 'secure.test' })).value
  expect(days).toBeGreaterThan(80)
  expect((await sampleOf('nginx_ingress_controller_ssl_certificate_info')).labels).toMatchObject({
    namespace: 'shop',
    issuer_common_name: 'secure.test',
    public_key_algorithm: 'ECDSA',
    serial_number: expect.stringMatching(/^\d+$/),
  })
})

test.skipIf(spawnSync('promtool', ['--version']).error !== undefined)(
  'is text that promtool finds fault with only for names, three of them ingress-nginx’s',
  async () => {
    const { text } = await metricsOfShop()
    const { stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    const said = stderr.trim().split('\n')
    const known = ['errors', 'requests', 'success'].map(
      name => `nginx_ingress_controller_${name} counter metrics should have "_total" suffix`,
    )
    // Days are what people renew certificates by.
    const days = 'portico_certificate_days_left use base unit "seconds" instead of "days"'
    expect(said.sort()).toEqual([...known, days])
    expect(status).toBe(3)
  },
)
