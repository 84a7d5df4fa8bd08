// ingress-nginx's ConfigMap as the base of all Ingresses: read with the manifests, overridden by annotations, followed live.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, textOf } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const compile = { configMap: { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' } }

function configMapText(data: Readonly<Record<string, string>>): string {
  const metadata = { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }
  return textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
}

async function startWith(
  data: Readonly<Record<string, string>>,
  annotations: Record<string, string> = {},
): Promise<TestProxy> {
  const { address } = await startEchoBackend('web')
  const files = {
    'config.yaml': configMapText(data),
    'plain.yaml': serving('plain.test', address, { name: 'plain' }),
    'own.yaml': serving('own.test', address, { name: 'own', annotations }),
  }
  return startProxy({ files, compile })
}

/** Status of a POST of four bytes, which proxy-body-size decides about. */
async function post(proxy: TestProxy, host: string): Promise<number> {
  return (await fetchFrom({ port: proxy.httpPort, host, method: 'POST', body: '1234' })).status
}

test('its keys are defaults for all Ingresses, which annotations override, and changes are live', async () => {
  const own = { 'nginx.ingress.kubernetes.io/proxy-body-size': '1m' }
  const proxy = await startWith({ 'proxy-body-size': '3' }, own)
  expect(proxy.codes()).toEqual([])
  expect([await post(proxy, 'plain.test'), await post(proxy, 'own.test')]).toEqual([413, 200])
  const changed = proxy.nextChange()
  await proxy.manifests.write('config.yaml', configMapText({ 'proxy-body-size': '8m' }))
  await changed
  expect(await post(proxy, 'plain.test')).toBe(200)
})

test('it stays in force when it is removed: guards may stand there', async () => {
  const proxy = await startWith({ 'block-cidrs': '127.0.0.1' })
  const removed = proxy.nextChange()
  await proxy.manifests.remove('config.yaml')
  await removed
  expect(proxy.codes()).toEqual(['config-map-missing'])
  expect(await post(proxy, 'plain.test')).toBe(403)
})

test('a bad value is said with its place, and the default holds', async () => {
  const proxy = await startWith({ 'proxy-body-size': '3 bytes', 'proxy-read-timeout': '60s' })
  const { diagnostics } = proxy.changes.at(-1)!
  expect(diagnostics.map(({ code, object }) => [code, object])).toEqual([
    ['config-value', 'ConfigMap ingress-nginx/ingress-nginx-controller'],
    ['config-value', 'ConfigMap ingress-nginx/ingress-nginx-controller'],
  ])
  expect(diagnostics[0]?.place?.document.file).toMatch(/config\.yaml$/)
  expect(await post(proxy, 'plain.test')).toBe(200)
})

test('a list of addresses that can not be read closes everything but what has its own', async () => {
  const own = { 'nginx.ingress.kubernetes.io/whitelist-source-range': '127.0.0.0/8' }
  const proxy = await startWith({ 'whitelist-source-range': '127.0.0.0/8, localhost' }, own)
  expect(proxy.codes()).toEqual(['config-value'])
  expect([await post(proxy, 'plain.test'), await post(proxy, 'own.test')]).toEqual([503, 200])
  expect(await post(proxy, 'unclaimed.test')).toBe(503)
})

test('what a chart brings is obeyed or said, and nothing else is', async () => {
  const proxy = await startWith({
    'allow-snippet-annotations': 'false',
    'annotations-risk-level': 'Critical',
    'compute-full-forwarded-for': 'true',
    'enable-brotli': 'true',
    'enable-real-ip': 'true',
    'gzip-level': '5',
    'gzip-types': 'text/plain text/css application/json',
    'keep-alive-requests': '10000',
    'large-client-header-buffers': '4 16k',
    'limit-req-status-code': '429',
    'log-format-escape-json': 'true',
    'log-format-upstream': '{"time": "$time_iso8601", "status": "$status"}',
    'map-hash-bucket-size': '128',
    'max-worker-connections': '65535',
    'proxy-body-size': '100m',
    'proxy-buffer-size': '16k',
    'proxy-read-timeout': '300',
    'server-tokens': 'false',
    'ssl-ciphers': 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
    'ssl-protocols': 'TLSv1.2 TLSv1.3',
    'ssl-redirect': 'false',
    'ssl-session-cache-size': '10m',
    'upstream-keepalive-requests': '1000',
    'use-forwarded-headers': 'true',
    'use-gzip': 'true',
    'use-http2': 'true',
    'worker-cpu-affinity': 'auto',
    'worker-processes': '4',
  })
  const { diagnostics } = proxy.changes.at(-1)!
  expect(diagnostics.map(({ severity, message }) => `${severity} ${message.split(':')[0]}`)).toEqual([
    'note map-hash-bucket-size',
    'warning max-worker-connections',
    'note ssl-session-cache-size',
    'note worker-cpu-affinity',
    'warning worker-processes',
  ])
  expect(await post(proxy, 'plain.test')).toBe(200)
})

test('names it gives to objects that come later are followed', async () => {
  const proxy = await startWith({ 'add-headers': 'ingress-nginx/extra' })
  const extra = (value: string) =>
    textOf({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'ingress-nginx', name: 'extra' },
      data: { 'X-Extra': value },
    })
  const header = async () =>
    (await fetchFrom({ port: proxy.httpPort, host: 'plain.test' })).headers['x-extra']
  expect(proxy.codes()).toEqual(['config-value'])
  for (const value of ['one', 'two']) {
    const changed = proxy.nextChange()
    await proxy.manifests.write('extra.yaml', documents(extra(value)))
    await changed
    expect(proxy.codes()).toEqual([])
    expect(await header()).toBe(value)
  }
})
