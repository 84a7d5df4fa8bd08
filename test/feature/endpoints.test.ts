// Where a Service's requests go: every source of endpoints, which of them counts, and whose turn it is.
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { closedPort, type Echo, startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts'

const foo = ingressText({ rules: { 'foo.com': ['Prefix / web:80'] } })

function startFoo(objects: readonly string[], compile: TestProxyOptions['compile'] = {}): Promise<TestProxy> {
  return startProxy({ files: { 'all.yaml': documents(foo, ...objects) }, compile })
}

/** Who answers this many requests, one after the other. */
async function turns(proxy: TestProxy, count: number): Promise<(string | number)[]> {
  const served: (string | number)[] = []
  for (let i = 0; i < count; i++) {
    const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com' })
    served.push(response.status === 200 ? response.echo().backend : response.status)
  }
  return served
}

async function startBackends<const N extends string>(...names: N[]) {
  const started = await Promise.all(names.map(async name => [name, await startEchoBackend(name)] as const))
  return Object.fromEntries(started) as Record<N, TestBackend>
}

function endpointsText(subsets: unknown): string {
  return textOf({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets })
}

interface SliceEndpoint {
  readonly conditions?: Readonly<Record<string, boolean>>
  readonly port: number
}

/** One slice per endpoint, because each test endpoint has a port of its own. */
function sliceTexts(endpoints: readonly SliceEndpoint[], portName?: string): string[] {
  return endpoints.map(({ port, conditions }, index) =>
    textOf({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `web-${index}`, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: portName, port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions }],
    }),
  )
}

test('round robin takes the endpoints in turn', async () => {
  const { a, b, c } = await startBackends('a', 'b', 'c')
  const proxy = await startFoo([serviceText('web', { endpoints: [a.address, b.address, c.address] })])

  expect(await turns(proxy, 9)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'])
})

test('rules of several hosts for one Service port share its turn', async () => {
  const { a, b } = await startBackends('a', 'b')
  const rules = { 'foo.com': ['Prefix / web:80'], 'bar.com': ['Prefix / web:http'] }
  const ports = [{ name: 'http', port: 80 }]
  const service = serviceText('web', { endpoints: [a.address, b.address], ports })
  const proxy = await startProxy({ files: { 'all.yaml': documents(ingressText({ rules }), service) } })
  const ask = async (host: string) => (await fetchFrom({ port: proxy.httpPort, host })).echo().backend

  expect([await ask('foo.com'), await ask('bar.com'), await ask('foo.com')]).toEqual(['a', 'b', 'a'])
})

test('Endpoints: the ready addresses of every subset with the port of the name', async () => {
  const { a, b, late, other } = await startBackends('a', 'b', 'late', 'other')
  const address = [{ ip: '127.0.0.1' }]
  const proxy = await startFoo([
    serviceText('web', {
      ports: [
        { name: 'http', port: 80, targetPort: 'any' },
        { name: 'x', port: 81 },
      ],
    }),
    endpointsText([
      {
        addresses: address,
        ports: [
          { name: 'http', port: a.port },
          { name: 'x', port: other.port },
        ],
      },
      { addresses: address, ports: [{ name: 'http', port: b.port }] },
      { notReadyAddresses: address, ports: [{ name: 'http', port: late.port }] },
    ]),
  ])

  expect(proxy.codes()).toEqual([])
  expect(await turns(proxy, 4)).toEqual(['a', 'b', 'a', 'b'])
})

test('EndpointSlices: added up without duplicates and without endpoints that are not ready', async () => {
  const { a, b, late, ending } = await startBackends('a', 'b', 'late', 'ending')
  const proxy = await startFoo([
    serviceText('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
    ...sliceTexts(
      [
        { port: a.port, conditions: { ready: true } },
        { port: late.port, conditions: { ready: false } },
        { port: a.port, conditions: { ready: true } },
        // Unknown means ready (EndpointConditions API).
        { port: b.port, conditions: {} },
        { port: ending.port, conditions: { ready: false, serving: true, terminating: true } },
      ],
      'http',
    ),
  ])

  expect(proxy.codes()).toEqual([])
  expect(await turns(proxy, 4)).toEqual(['a', 'b', 'a', 'b'])
})

test('EndpointSlices beside Endpoints: only the slices count', async () => {
  const { slice, old } = await startBackends('slice', 'old')
  const proxy = await startFoo([
    serviceText('web'),
    endpointsText([{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: old.port }] }]),
    ...sliceTexts([{ port: slice.port }]),
  ])

  expect(await turns(proxy, 3)).toEqual(['slice', 'slice', 'slice'])
})

test('publishNotReadyAddresses: endpoints that are not ready count as ready', async () => {
  const { late } = await startBackends('late')
  const proxy = await startFoo([
    serviceText('web', { spec: { publishNotReadyAddresses: true } }),
    endpointsText([{ notReadyAddresses: [{ ip: '127.0.0.1' }], ports: [{ port: late.port }] }]),
  ])

  expect(await turns(proxy, 1)).toEqual(['late'])
})

test('a headless Service leads to its endpoints, at their own ports', async () => {
  const { a } = await startBackends('a')
  const proxy = await startFoo([
    serviceText('web', { spec: { clusterIP: 'None' } }),
    endpointsText([{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: a.port }] }]),
  ])

  expect(await turns(proxy, 1)).toEqual(['a'])
})

test('ExternalName localhost leads to this machine, at the port of the rule or the target port', async () => {
  const { a } = await startBackends('a')
  const spec = { type: 'ExternalName', externalName: 'localhost.' }
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ rules: { 'foo.com': [`Prefix / bare:${a.port}`], 'bar.com': ['Prefix / target:80'] } }),
        serviceText('bare', { ports: [], spec }),
        serviceText('target', { ports: [{ port: 80, targetPort: a.port }], spec }),
      ),
    },
  })

  expect(await turns(proxy, 1)).toEqual(['a'])
  expect((await fetchFrom({ port: proxy.httpPort, host: 'bar.com' })).echo().backend).toBe('a')
})

test('ExternalName without an address is 503', async () => {
  const spec = { type: 'ExternalName', externalName: 'no-such-host.invalid' }
  const proxy = await startFoo([serviceText('web', { spec })])
  const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com' })

  expect(response.status).toBe(503)
  expect(response.headers['proxy-status']).toBe('portico; error=dns_error')
})

test('--map comes before the annotation, the annotation before what a cluster knows', async () => {
  const { mapped, annotated, slice } = await startBackends('mapped', 'annotated', 'slice')
  const slices = sliceTexts([{ port: slice.port }])
  const map = {
    namespace: 'default',
    service: 'web',
    port: undefined,
    address: '127.0.0.1',
    endpointPort: mapped.port,
  }
  const annotatedService = serviceText('web', { endpoints: [annotated.address] })

  const withMap = await startFoo([annotatedService, ...slices], { endpointMaps: [map] })
  expect(await turns(withMap, 2)).toEqual(['mapped', 'mapped'])
  const withAnnotation = await startFoo([annotatedService, ...slices])
  expect(await turns(withAnnotation, 2)).toEqual(['annotated', 'annotated'])
})

test('--map may name a port of the Service, and several endpoints for it', async () => {
  const { a, b, other } = await startBackends('a', 'b', 'other')
  const map = (port: string, endpointPort: number) => ({
    namespace: 'default',
    service: 'web',
    port,
    address: '127.0.0.1',
    endpointPort,
  })
  const proxy = await startFoo(
    [
      serviceText('web', {
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      }),
    ],
    { endpointMaps: [map('http', a.port), map('81', other.port), map('80', b.port)] },
  )

  expect(await turns(proxy, 4)).toEqual(['a', 'b', 'a', 'b'])
})

test('--map serves a Service that does not exist, and the finding says that a cluster would not', async () => {
  const { mapped } = await startBackends('mapped')
  const map = { namespace: 'default', service: 'web', port: undefined, address: '127.0.0.1' }
  const proxy = await startFoo([], { endpointMaps: [{ ...map, endpointPort: mapped.port }] })

  expect(proxy.codes()).toEqual(['backend-service-missing'])
  expect(await turns(proxy, 1)).toEqual(['mapped'])
})

test('the annotation takes bare ports and host names; entries it can not read are left out and reported', async () => {
  const { a, b } = await startBackends('a', 'b')
  const endpoints = [String(a.port), 'nonsense', `localhost:${b.port}`, '127.0.0.1:99999']
  const proxy = await startFoo([serviceText('web', { endpoints })])

  expect(proxy.codes()).toEqual(['endpoints-annotation', 'endpoints-annotation'])
  expect(await turns(proxy, 4)).toEqual(['a', 'b', 'a', 'b'])
})

/** A request from another address of this machine. */
function askFrom(proxy: TestProxy, localAddress: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: proxy.httpPort, localAddress, headers: { Host: 'foo.com' } }
    request(options, response => {
      let body = ''
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve((JSON.parse(body) as Echo).backend))
    })
      .on('error', reject)
      .end()
  })
}

// Only Linux answers to all of 127.0.0.0/8 without being told to.
test.runIf(process.platform === 'linux')(
  'sessionAffinity ClientIP: every client stays with its endpoint, and clients are spread',
  async () => {
    const { a, b, c } = await startBackends('a', 'b', 'c')
    const endpoints = [a.address, b.address, c.address]
    const proxy = await startFoo([serviceText('web', { endpoints, spec: { sessionAffinity: 'ClientIP' } })])
    const clients = ['127.0.0.1', '127.0.0.2', '127.0.0.3']

    const rounds: string[][] = []
    for (let round = 0; round < 3; round++) {
      const served: string[] = []
      for (const client of clients) served.push(await askFrom(proxy, client))
      rounds.push(served)
    }

    expect(rounds).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ])
  },
)

test('sessionAffinity ClientIP: a client whose endpoint refuses goes to another and stays there', async () => {
  const { b } = await startBackends('b')
  const endpoints = [String(await closedPort()), b.address]
  const proxy = await startFoo([serviceText('web', { endpoints, spec: { sessionAffinity: 'ClientIP' } })])

  expect(await turns(proxy, 3)).toEqual(['b', 'b', 'b'])
})

test('sessionAffinity ClientIP: a client stays through a reload, and moves on when its endpoint is gone', async () => {
  const { a, b } = await startBackends('a', 'b')
  const of = (...endpoints: string[]) =>
    serviceText('web', { endpoints, spec: { sessionAffinity: 'ClientIP' } })
  const proxy = await startProxy({ files: { 'foo.yaml': foo, 'web.yaml': of(a.address, b.address) } })
  expect(await turns(proxy, 2)).toEqual(['a', 'a'])

  const reordered = proxy.nextChange()
  await proxy.manifests.replace('web.yaml', of(b.address, a.address))
  await reordered
  expect(await turns(proxy, 2)).toEqual(['a', 'a'])

  const removed = proxy.nextChange()
  await proxy.manifests.replace('web.yaml', of(b.address))
  await removed
  expect(await turns(proxy, 2)).toEqual(['b', 'b'])
})
