// Tracing: traces that clients began go on, others begin here, backends are told, and a collector gets the spans.
import { expect, test } from 'vitest'
import { readTracingOptions } from '../../src/tracing/options.ts'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { textOf } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const compile = { configMap: { namespace: 'ingress-nginx', name: 'controller' } }
const nginx = 'nginx.ingress.kubernetes.io/'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

interface Setup {
  /** Keys of the ConfigMap. */
  readonly data?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly endpoints?: string
  /** As from `--otlp-endpoint`. */
  readonly endpoint?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly admin?: { readonly host: string; readonly port: number }
}

async function start(setup: Setup): Promise<TestProxy> {
  const endpoints = setup.endpoints ?? (await startEchoBackend('web')).address
  const annotations = Object.fromEntries(
    Object.entries(setup.annotations ?? {}).map(([name, value]) => [nginx + name, value]),
  )
  const metadata = { namespace: 'ingress-nginx', name: 'controller' }
  const data = { 'otel-schedule-delay-millis': '5', ...setup.data }
  return startProxy({
    files: {
      'config.yaml': textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }),
      'web.yaml': serving('web.test', endpoints, { annotations }),
    },
    compile,
    app: {
      tracing: readTracingOptions(setup.endpoint, setup.environment ?? {}, '1.2.3'),
      ...(setup.admin && { admin: setup.admin }),
    },
  })
}

/** Trace fields that the backend gets. */
async function traceFields(
  proxy: TestProxy,
  headers: Record<string, string | string[]> = {},
): Promise<{ parent: string | undefined; state: string | undefined }> {
  const response = await fetchFrom({
    port: proxy.httpPort,
    host: 'web.test',
    path: '/a?b=1&token=s3cret',
    headers,
  })
  const { traceparent, tracestate } = response.echo().headers
  return { parent: traceparent, state: tracestate }
}

function spansOfTrace(collector: OtlpReceiver, id: string, count: number): Promise<readonly ReceivedSpan[]> {
  const ofTrace = (spans: readonly ReceivedSpan[]) => spans.filter(span => span.traceId === id)
  return collector.until(spans => ofTrace(spans).length >= count).then(ofTrace)
}

test('a trace that a client began goes on, through a span of the request and one of its attempt', async () => {
  const collector = await startOtlpReceiver()
  const proxy = await start({ endpoint: collector.url })
  const { parent, state } = await traceFields(proxy, {
    traceparent: `00-${traceId}-${parentId}-01`,
    tracestate: 'congo=t61, ,rojo=00f',
  })
  expect(state).toBe('congo=t61,rojo=00f')

  const [server, client] = await spansOfTrace(collector, traceId, 2)
  expect(server).toMatchObject({ kind: 'server', name: 'GET /', parentSpanId: parentId, statusCode: 0 })
  expect(client).toMatchObject({
    kind: 'client',
    name: 'GET',
    parentSpanId: server!.spanId,
    tracestate: state,
  })
  expect(parent).toBe(`00-${traceId}-${client!.spanId}-01`)
  expect(server!.start).toBeLessThanOrEqual(client!.start)
  expect(server!.end).toBeGreaterThanOrEqual(client!.end)
  expect(server!.attributes).toMatchObject({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/a',
    'url.query': 'b=1&token=REDACTED',
    'server.address': 'web.test',
    'http.route': '/',
    'http.response.status_code': 200,
    'network.protocol.version': '1.1',
    'client.address': '127.0.0.1',
    'k8s.namespace.name': 'default',
    'portico.service': 'default/web:80',
  })
  expect(server!.resource).toMatchObject({ 'service.name': 'portico', 'service.version': '1.2.3' })
  expect(collector.requests[0]).toBe('POST /v1/traces application/x-protobuf')
  expect(JSON.stringify(collector.received, (_, value) => String(value))).not.toContain('s3cret')
})

test('a trace begins here where the client names none, or breaks the rules in naming one', async () => {
  const collector = await startOtlpReceiver()
  const proxy = await start({ endpoint: collector.url })
  const begun = [
    await traceFields(proxy),
    await traceFields(proxy, { traceparent: `00-${traceId}-${parentId}-1`, tracestate: 'a=1' }),
    await traceFields(proxy, {
      traceparent: [`00-${traceId}-${parentId}-01`, `00-${traceId}-${parentId}-01`],
    }),
  ]
  for (const { parent, state } of begun) {
    expect(parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(parent).not.toContain(traceId)
    expect(state).toBeUndefined()
  }
  const spans = await collector.until(received => received.length === 6)
  expect(spans.filter(({ kind }) => kind === 'server').map(span => span.parentSpanId)).toEqual(['', '', ''])
})

test('where nobody traces, the fields of the client go through untouched', async () => {
  const proxy = await start({})
  const sent = { traceparent: 'anything', tracestate: 'A=1' }
  expect(await traceFields(proxy, sent)).toEqual({ parent: 'anything', state: 'A=1' })
})

test("annotations switch tracing off, name spans, and take no word of the client's trace", async () => {
  const collector = await startOtlpReceiver()
  const off = await start({ endpoint: collector.url, annotations: { 'enable-opentelemetry': 'false' } })
  expect(await traceFields(off)).toEqual({ parent: undefined, state: undefined })

  const [, port = ''] = /:(\d+)$/.exec(collector.url)!
  const proxy = await start({
    data: { 'otlp-collector-host': '127.0.0.1', 'otlp-collector-port': port, 'otel-service-name': 'edge' },
    annotations: {
      'enable-opentelemetry': 'true',
      'opentelemetry-trust-incoming-span': 'false',
      'opentelemetry-operation-name': 'HTTP $request_method $service_name',
    },
  })
  const { parent } = await traceFields(proxy, { traceparent: `00-${traceId}-${parentId}-01` })
  const [server] = await spansOfTrace(collector, parent!.slice(3, 35), 2)
  expect(server).toMatchObject({
    name: 'HTTP GET web',
    parentSpanId: '',
    resource: { 'service.name': 'edge' },
  })
  expect(parent).not.toContain(traceId)
})

test('names of spans leave secrets out, as lines of the log do', async () => {
  const collector = await startOtlpReceiver()
  const proxy = await start({
    endpoint: collector.url,
    annotations: { 'opentelemetry-operation-name': '$request_uri $http_authorization $cookie_a $args' },
  })
  const { parent } = await traceFields(proxy, { authorization: 'Bearer s3cret', cookie: 'a=s3cret' })
  const [server] = await spansOfTrace(collector, parent!.slice(3, 35), 2)
  expect(server!.name).toBe('/a?b=1&token=REDACTED REDACTED REDACTED b=1&token=REDACTED')
})

test('a change of the ConfigMap switches tracing on and off while Portico serves', async () => {
  const collector = await startOtlpReceiver()
  const [, port = ''] = /:(\d+)$/.exec(collector.url)!
  const on = {
    'otlp-collector-host': '127.0.0.1',
    'otlp-collector-port': port,
    'enable-opentelemetry': 'true',
  }
  const metadata = { namespace: 'ingress-nginx', name: 'controller' }
  const configMap = (data: object) => textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
  const proxy = await start({})
  async function apply(data: object): Promise<void> {
    const changed = proxy.nextChange()
    await proxy.manifests.write('config.yaml', configMap(data))
    await changed
  }
  await apply({ ...on, 'otel-schedule-delay-millis': '60000' })
  // The SDK is loaded after the table went live; requests until then are not traced.
  let parent: string | undefined
  while (parent === undefined) parent = (await traceFields(proxy)).parent
  await apply({})
  expect((await traceFields(proxy)).parent).toBeUndefined()
  // What waited was sent when it was switched off.
  expect(await spansOfTrace(collector, parent.slice(3, 35), 2)).toHaveLength(2)
})

test('a request that is made again elsewhere has a span for each attempt', async () => {
  const collector = await startOtlpReceiver()
  const { address } = await startEchoBackend('web')
  const proxy = await start({
    endpoint: collector.url,
    endpoints: `127.0.0.1:${await closedPort()},${address}`,
  })
  const { parent } = await traceFields(proxy)
  const [server, first, second] = await spansOfTrace(collector, parent!.slice(3, 35), 3)
  expect(server!.events).toEqual([
    { name: 'retry', attributes: expect.objectContaining({ 'portico.reason': 'connect-failed' }) },
  ])
  expect(first).toMatchObject({ statusCode: 2, attributes: { 'error.type': 'connect-failed' } })
  expect(second).toMatchObject({ statusCode: 0, attributes: { 'http.request.resend_count': 1 } })
  expect(parent).toContain(second!.spanId)
})

test('a refusal of a policy is an event, and no error of the server', async () => {
  const collector = await startOtlpReceiver()
  const proxy = await start({
    endpoint: collector.url,
    annotations: { 'denylist-source-range': '127.0.0.0/8' },
  })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'web.test' })
  expect(response.status).toBe(403)
  const [span] = await collector.until(received => received.length === 1)
  expect(span).toMatchObject({ kind: 'server', statusCode: 0, events: [{ name: 'refused' }] })
})

test('what is not sampled is told to backends and sent to nobody', async () => {
  const collector = await startOtlpReceiver()
  const environment = {
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  }
  const proxy = await start({ environment })
  expect((await traceFields(proxy)).parent).toMatch(/-00$/)
  // The client's word counts where the sampler asks its parent.
  const { parent } = await traceFields(proxy, { traceparent: `00-${traceId}-${parentId}-01` })
  expect(parent).toMatch(/-01$/)
  expect(await collector.until(received => received.length === 2)).toHaveLength(2)
})

test('a collector that takes nothing costs spans, which are counted and told once', async () => {
  const collector = await startOtlpReceiver(400)
  const proxy = await start({ endpoint: collector.url, admin: { host: '127.0.0.1', port: 0 } })
  for (let i = 1; i <= 2; i++) {
    expect((await traceFields(proxy)).parent).toBeDefined()
    await collector.until(() => collector.requests.length === i)
  }
  await expect
    .poll(async () =>
      (await readMetrics(proxy.app.admin!)).get('portico_trace_spans_total{outcome="failed"}'),
    )
    .toBe(4)
  expect(proxy.notices.filter(notice => notice.includes('spans could not be sent'))).toHaveLength(1)
})

test('spans beyond the queue are dropped and counted', async () => {
  const collector = await startOtlpReceiver()
  const proxy = await start({
    endpoint: collector.url,
    data: {
      'otel-max-queuesize': '2',
      'otel-schedule-delay-millis': '60000',
      'otel-max-export-batch-size': '9',
    },
    endpoints: `127.0.0.1:${await closedPort()},127.0.0.1:${await closedPort()}`,
    admin: { host: '127.0.0.1', port: 0 },
  })
  expect(proxy.codes()).toEqual(['config-value'])
  const response = await fetchFrom({ port: proxy.httpPort, host: 'web.test' })
  expect(response.status).toBe(502)
  expect((await readMetrics(proxy.app.admin!)).get('portico_trace_spans_total{outcome="dropped"}')).toBe(3)
})

test('an auth service is called by the span of the request, and pages for developers name its trace', async () => {
  const collector = await startOtlpReceiver()
  const asked: (string | undefined)[] = []
  const auth = await startEchoBackend('auth', (request, response) => {
    asked.push(String(request.headers.traceparent))
    response.end()
  })
  const { address } = await startEchoBackend('web')
  const annotations = { [`${nginx}auth-url`]: `http://${auth.address}/` }
  const proxy = await startProxy({
    files: { 'web.yaml': serving('web.test', address, { annotations }) },
    app: { tracing: readTracingOptions(collector.url, {}, '1'), dev: true, drainTimeoutMs: 100 },
  })
  const headers = { traceparent: `00-${traceId}-${parentId}-01`, 'x-portico-explain': '1' }
  const response = await fetchFrom({ port: proxy.httpPort, host: 'web.test', headers })
  expect(response.headers['x-portico-trace']).toBe(traceId)
  await proxy.app.close()
  const server = collector.received.find(({ kind }) => kind === 'server')
  expect(asked).toEqual([`00-${traceId}-${server!.spanId}-01`])
})
