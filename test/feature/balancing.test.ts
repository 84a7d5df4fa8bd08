// Which endpoint a request goes to where no cookie decides (ingress-nginx: load-balance, upstream-hash-by).
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend, startHttpBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

async function proxyFor(endpoints: readonly string[], settings: Record<string, string>): Promise<TestProxy> {
  const ingress = ingressText({ annotations: nginx(settings), rules: { 'a.test': ['Prefix / web:80'] } })
  return startProxy({ files: { 'web.yaml': documents(ingress, serviceText('web', { endpoints })) } })
}

async function startEchoes(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `b${i}`)
  return (await Promise.all(names.map(name => startEchoBackend(name)))).map(({ address }) => address)
}

async function ask(proxy: TestProxy, request: Partial<TestRequest> = {}): Promise<string> {
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
  return response.status === 200 ? response.echo().backend : String(response.status)
}

async function askTimes(
  proxy: TestProxy,
  times: number,
  request: (i: number) => Partial<TestRequest> = () => ({}),
) {
  const served: string[] = []
  for (let i = 0; i < times; i++) served.push(await ask(proxy, request(i)))
  return served
}

test('round_robin gives every endpoint the same number of requests', async () => {
  const served = await askTimes(await proxyFor(await startEchoes(3), { 'load-balance': 'round_robin' }), 12)
  for (const name of ['b0', 'b1', 'b2']) expect(served.filter(by => by === name)).toHaveLength(4)
})

test('ewma comes to prefer the endpoint that answers faster, and goes elsewhere when one fails', async () => {
  const [fast] = await startEchoes(1)
  const slow = await startHttpBackend((_request, response) => {
    setTimeout(() => response.end('{"backend":"slow"}'), 25)
  })
  const dead = `127.0.0.1:${await closedPort()}`
  const served = await askTimes(await proxyFor([fast!, slow.address, dead], { 'load-balance': 'ewma' }), 40)
  expect(served.filter(by => by === '502')).toHaveLength(0)
  // The first few find out; among two the slow one is never the better one again.
  expect(served.slice(20).filter(by => by === 'slow').length).toBeLessThan(3)
})

describe('upstream-hash-by', () => {
  test('sends equal texts to the same endpoint', async () => {
    const proxy = await proxyFor(await startEchoes(3), { 'upstream-hash-by': '$http_x_tenant' })
    const served = await askTimes(proxy, 60, i => ({ headers: { 'X-Tenant': `tenant-${i % 20}` } }))
    for (const [i, by] of served.entries()) expect(by).toBe(served[i % 20])
    expect(new Set(served).size).toBe(3)
  })

  test('does not leave an endpoint that is down', async () => {
    const proxy = await proxyFor([`127.0.0.1:${await closedPort()}`, ...(await startEchoes(1))], {
      'upstream-hash-by': '$request_uri',
    })
    const served = await askTimes(proxy, 30, i => ({ path: `/${i % 15}` }))
    for (const [i, by] of served.entries()) expect(by).toBe(served[i % 15])
    expect(new Set(served)).toEqual(new Set(['502', 'b0']))
  })

  test('by subset: to one of a few endpoints, and to another of them when it fails', async () => {
    const echoes = await startEchoes(2)
    const dead = `127.0.0.1:${await closedPort()}`
    const settings = { 'upstream-hash-by': '$host', 'upstream-hash-by-subset': 'true' }
    const proxy = await proxyFor([...echoes, dead], { ...settings, 'upstream-hash-by-subset-size': '0' })
    expect(new Set(await askTimes(proxy, 20))).toEqual(new Set(['b0', 'b1']))
  })

  test('is reported and left out when its text can not be read', async () => {
    const proxy = await proxyFor(await startEchoes(2), { 'upstream-hash-by': '$http_x;' })
    expect(proxy.codes()).toContain('annotation-value')
    expect(new Set(await askTimes(proxy, 4))).toEqual(new Set(['b0', 'b1']))
  })
})

test('the ConfigMap says how Ingresses balance that do not say it themselves', async () => {
  const configMap = { namespace: 'ingress-nginx', name: 'config' }
  const text = { apiVersion: 'v1', kind: 'ConfigMap', metadata: configMap, data: { 'load-balance': 'ewma' } }
  const echoes = await startEchoes(2)
  const files = {
    'config.yaml': textOf(text),
    'web.yaml': documents(
      ingressText({ name: 'plain', rules: { 'a.test': ['Prefix / web:80'] } }),
      ingressText({
        name: 'own',
        annotations: nginx({ 'load-balance': 'round_robin' }),
        rules: { 'b.test': ['Prefix / web:80'] },
      }),
      serviceText('web', { endpoints: echoes }),
    ),
  }
  const proxy = await startProxy({ files, compile: { configMap } })
  expect(proxy.codes()).toEqual([])
  const algorithms = [...proxy.changes[0]!.table.upstreams.values()].map(
    ({ policies }) => policies.balance.algorithm,
  )
  expect(algorithms).toEqual(['ewma', 'round_robin'])
  expect(await askTimes(proxy, 4, () => ({ host: 'b.test' }))).toEqual(['b0', 'b1', 'b0', 'b1'])
})

test('a canary balances as its own Ingress says', async () => {
  const echoes = await startEchoes(3)
  const rules = (service: string) => ({ 'a.test': [`Prefix / ${service}:80`] })
  const annotations = nginx({ 'upstream-hash-by': '$http_x_tenant' })
  const proxy = await startProxy({
    files: {
      'web.yaml': documents(
        ingressText({ name: 'main', rules: rules('main') }),
        canaryText({ annotations, rules: rules('web') }, { weight: '100' }),
        serviceText('main', { endpoints: echoes }),
        serviceText('web', { endpoints: echoes }),
      ),
    },
  })
  expect(proxy.codes()).toEqual([])
  const headers = { 'X-Tenant': 'one' }
  expect(new Set(await askTimes(proxy, 9, () => ({ headers }))).size).toBe(1)
})
