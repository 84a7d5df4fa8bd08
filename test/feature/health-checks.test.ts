// Endpoints that are asked whether they are well (portico/health-check-*), and those left out for what they answer
// (portico/outlier-*).
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { startHttpBackend, startHttpsBackend, type TestBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startHttp2Backend } from '../support/http2-backend.ts'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

interface Checked extends TestBackend {
  /** What it answers. */
  status: number
  /** Paths of the requests it got. */
  readonly asked: string[]
  /** Resolves when it has got so many more requests for the path. */
  got(path: string, more: number): Promise<void>
}

/** Answers with its name, and with whatever status it has now. */
async function startChecked(name: string): Promise<Checked> {
  const asked: string[] = []
  let wake = () => {}
  const answer = (url: string, response: ServerResponse) => {
    asked.push(url)
    response.writeHead(checked.status).end(name)
    wake()
  }
  const backend = await startHttpBackend((request, response) => answer(request.url!, response))
  const got = async (path: string, more: number) => {
    const count = () => asked.filter(url => url === path).length
    const wanted = count() + more
    while (count() < wanted) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  const checked: Checked = { ...backend, status: 200, asked, got }
  return checked
}

function manifestsFor(backends: readonly Checked[], annotations: Record<string, string>): string {
  return documents(
    ingressText({ rules: { 'a.test': ['Prefix / web:80'] } }),
    serviceText('web', { endpoints: backends.map(({ address }) => address), annotations }),
  )
}

function proxyFor(backends: readonly Checked[], annotations: Record<string, string>): Promise<TestProxy> {
  return startProxy({
    files: { 'web.yaml': manifestsFor(backends, annotations) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
}

async function servedBy(proxy: TestProxy, times: number, host = 'a.test'): Promise<string[]> {
  const served: string[] = []
  for (let i = 0; i < times; i++) served.push((await fetchFrom({ port: proxy.httpPort, host })).body)
  return served
}

const metric = async (proxy: TestProxy, name: string) => (await readMetrics(proxy.app.admin!)).get(name) ?? 0
const leftOut = 'portico_upstream_endpoints_left_out'

const checks = {
  'portico/health-check-path': '/healthz?deep',
  'portico/health-check-interval': '100ms',
  'portico/health-check-unhealthy-threshold': '2',
  'portico/health-check-healthy-threshold': '2',
  'portico/health-check-status': '200-299, 418',
}

test('an endpoint whose checks fail gets no requests until they succeed again', async () => {
  const [one, two] = [await startChecked('one'), await startChecked('two')]
  const proxy = await proxyFor([one, two], checks)
  expect(proxy.codes()).toEqual([])
  expect((await servedBy(proxy, 4)).sort()).toEqual(['one', 'one', 'two', 'two'])
  one.status = 500
  while ((await metric(proxy, leftOut)) === 0);
  expect(await servedBy(proxy, 4)).toEqual(['two', 'two', 'two', 'two'])
  expect(await metric(proxy, 'portico_upstream_ejections_total{reason="health-check"}')).toBe(1)
  one.status = 418
  while ((await metric(proxy, leftOut)) === 1);
  one.status = 200
  expect((await servedBy(proxy, 4)).sort()).toEqual(['one', 'one', 'two', 'two'])
})

test('an endpoint is checked once, however many Ingresses treat its Service in their own way', async () => {
  const one = await startChecked('one')
  const ingresses = ['a', 'b', 'c'].map(name =>
    ingressText({
      name,
      annotations: nginx({ affinity: 'cookie', 'session-cookie-name': name }),
      rules: { [`${name}.test`]: ['Prefix / web:80'] },
    }),
  )
  const annotations = { ...checks, 'portico/health-check-interval': '1h' }
  const service = serviceText('web', { endpoints: [one.address], annotations })
  const proxy = await startProxy({
    files: { 'web.yaml': documents(...ingresses, service) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  while ((await metric(proxy, 'portico_policy_events_total{policy="health-check",event="succeeded"}')) === 0);
  expect(await servedBy(proxy, 1, 'c.test')).toEqual(['one'])
  expect(one.asked).toEqual(['/healthz?deep', '/'])
})

test('checks go over TLS where requests do', async () => {
  const { certPem: cert, keyPem: key } = await selfSigned('web.default.svc')
  let status = 200
  const backend = await startHttpsBackend({ cert, key }, (_request, response) => {
    response.writeHead(status).end('tls')
  })
  const ingress = ingressText({
    annotations: { ...nginx({ 'backend-protocol': 'HTTPS' }), ...checks },
    rules: { 'a.test': ['Prefix / web:80'] },
  })
  const text = documents(ingress, serviceText('web', { endpoints: [backend.address] }))
  const proxy = await startProxy({
    files: { 'web.yaml': text },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const succeeded = 'portico_policy_events_total{policy="health-check",event="succeeded"}'
  while ((await metric(proxy, succeeded)) === 0);
  status = 500
  while ((await metric(proxy, leftOut)) === 0);
  expect(await servedBy(proxy, 1)).toEqual(['tls'])
})

test('checks go out in HTTP/2 where requests do', async () => {
  let status = 200
  const paths: unknown[] = []
  const backend = await startHttp2Backend((stream, headers) => {
    paths.push(headers[':path'])
    stream.respond({ ':status': status }, { endStream: true })
  })
  const ingress = ingressText({
    annotations: { ...nginx({ 'backend-protocol': 'GRPC' }), ...checks },
    rules: { 'a.test': ['Prefix / web:80'] },
  })
  const proxy = await startProxy({
    files: { 'web.yaml': documents(ingress, serviceText('web', { endpoints: [backend.address] })) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const succeeded = 'portico_policy_events_total{policy="health-check",event="succeeded"}'
  while ((await metric(proxy, succeeded)) === 0);
  status = 500
  while ((await metric(proxy, leftOut)) === 0);
  expect(new Set(paths)).toEqual(new Set(['/healthz?deep']))
})

test('when no endpoint is well all are used', async () => {
  const [one, two] = [await startChecked('one'), await startChecked('two')]
  one.status = two.status = 503
  const proxy = await proxyFor([one, two], checks)
  while ((await metric(proxy, leftOut)) < 2);
  expect((await servedBy(proxy, 4)).sort()).toEqual(['one', 'one', 'two', 'two'])
})

test('checks end with the annotation, and with the endpoint', async () => {
  const [one, two] = [await startChecked('one'), await startChecked('two')]
  const proxy = await proxyFor([one, two], checks)
  await Promise.all([one.got('/healthz?deep', 1), two.got('/healthz?deep', 1)])
  const change = (backends: readonly Checked[], annotations: Record<string, string>) => {
    const applied = proxy.nextChange()
    return proxy.manifests.write('web.yaml', manifestsFor(backends, annotations)).then(() => applied)
  }
  await change([two], checks)
  const asked = one.asked.length
  await two.got('/healthz?deep', 3)
  // One that had left already may still arrive.
  expect(one.asked.length - asked).toBeLessThan(2)
  await change([one], {})
  const total = 'portico_policy_events_total{policy="health-check",event="succeeded"}'
  const before = await metric(proxy, total)
  await servedBy(proxy, 2)
  expect((await metric(proxy, total)) - before).toBeLessThan(2)
})

test('an endpoint that answers 500 again and again is left out for its time', async () => {
  const [one, two] = [await startChecked('one'), await startChecked('two')]
  one.status = 500
  const proxy = await proxyFor([one, two], {
    'portico/outlier-consecutive-failures': '3',
    'portico/outlier-ejection-time': '600ms',
  })
  const served = await servedBy(proxy, 12)
  expect(served.filter(name => name === 'one')).toHaveLength(3)
  expect(await metric(proxy, 'portico_upstream_ejections_total{reason="outlier"}')).toBe(1)
  one.status = 200
  while ((await servedBy(proxy, 2)).every(name => name === 'two'));
})
