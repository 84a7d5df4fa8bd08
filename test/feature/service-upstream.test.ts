// service-upstream: the address of the Service stands for its endpoints (ledger §2), where the manifest has one.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { type ServedRow, serveRows } from '../support/echo-services.ts'
import { documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

/** Endpoints of a Service at `port` of this machine. */
function endpointsText(name: string, port: number): string {
  const subsets = [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port }] }]
  return textOf({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name }, subsets })
}

/** One host with service-upstream, one without, both for the Service `web`. */
function start(service: string, ...more: string[]): Promise<TestProxy> {
  const byAddress = ingressText({
    name: 'by-address',
    annotations: nginx({ 'service-upstream': 'true' }),
    rules: { 'address.com': ['Prefix / web:80'] },
  })
  const plain = ingressText({ name: 'plain', rules: { 'plain.com': ['Prefix / web:80'] } })
  return startProxy({ files: { 'all.yaml': documents(byAddress, plain, service, ...more) } })
}

test('requests go to clusterIP and port of the Service, those of other Ingresses to its endpoints', async () => {
  const address = await startEchoBackend('address')
  const endpoint = await startEchoBackend('endpoint')
  const ports = [{ port: address.port }]
  const service = serviceText('web', { ports, spec: { clusterIP: '127.0.0.1' } })
  const rule = [`Prefix / web:${address.port}`]
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({
          name: 'a',
          annotations: nginx({ 'service-upstream': 'true' }),
          rules: { 'address.com': rule },
        }),
        ingressText({ name: 'b', rules: { 'plain.com': rule } }),
        service,
        endpointsText('web', endpoint.port),
      ),
    },
  })

  expect(proxy.codes()).toEqual([])
  const rows: ServedRow[] = [
    ['address.com', '/', 'address'],
    ['plain.com', '/', 'endpoint'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a Service without an address keeps its endpoints, which is said', async () => {
  const backend = await startEchoBackend('endpoint')
  for (const spec of [{}, { clusterIP: 'None' }]) {
    const proxy = await start(serviceText('web', { spec }), endpointsText('web', backend.port))
    expect(proxy.codes()).toEqual(['service-upstream-unused'])
    const rows: ServedRow[] = [['address.com', '/', 'endpoint']]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  }
})

test('endpoints written by hand go before the address', async () => {
  const backend = await startEchoBackend('by hand')
  const service = serviceText('web', { endpoints: [backend.address], spec: { clusterIP: '127.0.0.9' } })
  const proxy = await start(service)

  expect(proxy.codes()).toEqual([])
  const rows: ServedRow[] = [['address.com', '/', 'by hand']]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})
