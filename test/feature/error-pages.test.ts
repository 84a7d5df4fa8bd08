// Error pages by a Service (custom-http-errors) and the Service that stands in for one without endpoints (default-backend):
// who is asked, for what, told what, and whose answer the client gets (ledger §13).
import { expect, test } from 'vitest'
import { startEchoBackend, startRawBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'

/** What the page maker was asked, in order. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Answers with the status in the path: `/status/503`. */
function startStatusBackend(): Promise<TestBackend> {
  return startEchoBackend('web', (request, response) => {
    const status = Number(/\d{3}/.exec(request.url!)?.[0] ?? 200)
    response.statusCode = status
    if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="backend"')
    response.end(`web says ${status}`)
  })
}

/** Answers with the status it was told, as a page maker should, or with `status`. */
async function startPageMaker(status?: number): Promise<{ backend: TestBackend; asked: Asked[] }> {
  const asked: Asked[] = []
  const backend = await startEchoBackend('pages', (request, response, body) => {
    asked.push({ method: request.method!, url: request.url!, headers: request.headers, body })
    response.statusCode = status ?? Number(request.headers['x-code'])
    response.end(`page for ${request.headers['x-code']}`)
  })
  return { backend, asked }
}

interface Setting {
  readonly annotations: Record<string, string>
  readonly pages?: TestBackend
  readonly web?: TestBackend
  /** `--default-backend-service` is the page maker. */
  readonly isDefault?: boolean
}

async function start({ annotations, pages, web, isDefault = false }: Setting): Promise<TestProxy> {
  const files = documents(
    ingressText({ annotations: nginx(annotations), rules: { 'foo.com': ['Prefix / web:80'] } }),
    serviceText('web', { endpoints: web === undefined ? [] : [web.address] }),
    serviceText('pages', { endpoints: pages === undefined ? [] : [pages.address] }),
  )
  const defaultBackendService = isDefault ? { namespace: 'default', name: 'pages' } : undefined
  return startProxy({ files: { 'all.yaml': files }, compile: { defaultBackendService } })
}

function ask(proxy: TestProxy, path: string, more: Partial<TestRequest> = {}) {
  return fetchFrom({ port: proxy.httpPort, host: 'foo.com', path, ...more })
}

test('a listed status of the backend is replaced by what the default backend says', async () => {
  const { backend: pages, asked } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '404,503', 'default-backend': 'pages' }
  const proxy = await start({ annotations, pages, web })

  expect(proxy.codes()).toEqual([])
  const headers = { Accept: 'text/html', 'X-Request-ID': 'id-1', 'X-Code': '1', Cookie: 'a=b' }
  const response = await ask(proxy, '/status/503?x=1', { headers })
  expect([response.status, response.body]).toEqual([503, 'page for 503'])
  expect(asked).toHaveLength(1)
  expect([asked[0]!.method, asked[0]!.url]).toEqual(['GET', '/'])
  expect(asked[0]!.headers).toMatchObject({
    host: 'foo.com',
    'x-code': '503',
    'x-format': 'text/html',
    'x-original-uri': '/status/503?x=1',
    'x-namespace': 'default',
    'x-ingress-name': 'web',
    'x-service-name': 'web',
    'x-service-port': '80',
    'x-request-id': 'id-1',
    'x-forwarded-for': '127.0.0.1',
    cookie: 'a=b',
  })

  // What is not listed goes through.
  expect((await ask(proxy, '/status/500')).body).toBe('web says 500')
  expect((await ask(proxy, '/')).body).toBe('web says 200')
  expect((await ask(proxy, '/status/404', { method: 'HEAD' })).status).toBe(404)
  expect(asked.at(-1)!.method).toBe('HEAD')
})

test('the status of the page goes to the client, and an error of the page maker is not replaced again', async () => {
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '404,503', 'default-backend': 'pages' }
  const kind = await startPageMaker(200)
  expect((await ask(await start({ annotations, pages: kind.backend, web }), '/status/404')).status).toBe(200)

  const broken = await startPageMaker(503)
  const response = await ask(await start({ annotations, pages: broken.backend, web }), '/status/404')
  expect([response.status, response.body]).toEqual([503, 'page for 404'])
  expect(broken.asked).toHaveLength(1)
})

test('errors of Portico itself are replaced, too: no endpoint, too large a body', async () => {
  const { backend: pages, asked } = await startPageMaker()
  const web = await startStatusBackend()
  const errors = { 'custom-http-errors': '413,502,503', 'proxy-body-size': '10' }
  const proxy = await start({ annotations: { ...errors, 'default-backend': 'pages' }, pages, web })

  const upload = { method: 'POST', body: 'x'.repeat(1000) }
  const known = await ask(proxy, '/upload', upload)
  expect([known.status, known.body]).toEqual([413, 'page for 413'])
  // The body of the client is not sent again; POST says that it has none.
  expect(asked.at(-1)).toMatchObject({ method: 'POST', body: '', headers: { 'content-length': '0' } })
  const chunked = { ...upload, headers: { 'Transfer-Encoding': 'chunked' } }
  expect((await ask(proxy, '/upload', chunked)).body).toBe('page for 413')
  expect(asked.at(-1)!.headers['transfer-encoding']).toBeUndefined()

  // --default-backend-service makes pages, but stands in for nobody: the page is for the 503.
  const down = await start({ annotations: errors, pages, isDefault: true })
  expect((await ask(down, '/x')).body).toBe('page for 503')
  expect(asked.at(-1)!.url).toBe('/')
})

test('disable-proxy-intercept-errors spares the responses of backends', async () => {
  const { backend: pages } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = {
    'custom-http-errors': '404,413',
    'default-backend': 'pages',
    'disable-proxy-intercept-errors': 'true',
    'proxy-body-size': '10',
  }
  const proxy = await start({ annotations, pages, web })

  expect((await ask(proxy, '/status/404')).body).toBe('web says 404')
  expect((await ask(proxy, '/', { method: 'POST', body: 'x'.repeat(100) })).body).toBe('page for 413')
})

test('a replaced 401 keeps its challenge, so that browsers still ask for a password', async () => {
  const { backend: pages } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '401', 'default-backend': 'pages' }
  const response = await ask(await start({ annotations, pages, web }), '/status/401')

  expect([response.status, response.body]).toEqual([401, 'page for 401'])
  expect(response.headers['www-authenticate']).toBe('Basic realm="backend"')
})

test('without any default backend a listed status becomes its 404, which is reported', async () => {
  const web = await startStatusBackend()
  const proxy = await start({ annotations: { 'custom-http-errors': '503' }, web })

  expect(proxy.codes()).toContain('error-pages-missing')
  const response = await ask(proxy, '/status/503')
  expect(response.status).toBe(404)
  expect(response.body).toMatch(/^default backend - 404/)
})

test('default-backend takes the requests of a Service without endpoints, body and all', async () => {
  const { backend: pages, asked } = await startPageMaker(418)
  const proxy = await start({ annotations: { 'default-backend': 'pages' }, pages })

  expect(proxy.codes()).toEqual(['endpoints-missing'])
  const response = await ask(proxy, '/any?x=1', { method: 'POST', body: 'kept' })
  expect(response.status).toBe(418)
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ method: 'POST', url: '/any?x=1', body: 'kept' })
  expect(asked[0]!.headers).toMatchObject({
    'x-code': '503',
    'x-service-name': 'web',
    'x-namespace': 'default',
  })
})

test('a default-backend that is not there, or has no endpoint, is reported and stands in for nobody', async () => {
  const empty = await start({ annotations: { 'default-backend': 'pages' } })
  expect(empty.codes()).toEqual(['endpoints-missing', 'endpoints-missing'])
  expect((await ask(empty, '/')).status).toBe(503)

  const missing = await start({ annotations: { 'default-backend': 'nobody' } })
  expect(missing.codes()).toEqual(['backend-service-missing', 'endpoints-missing'])
  expect((await ask(missing, '/')).status).toBe(503)
})

test('a refused client does not get into the guarded Service as its error page (CVE-2026-24513)', async () => {
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '503', 'default-backend': 'web', 'auth-url': 'not a url' }
  const response = await ask(await start({ annotations, web }), '/')

  expect([response.status, response.body.includes('web says')]).toEqual([503, false])
})

test('the connection goes on after a replaced upload whose body came late', async () => {
  const { backend: pages } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '413', 'default-backend': 'pages', 'proxy-body-size': '10' }
  const proxy = await start({ annotations, pages, web })
  const client = await rawClient(proxy.httpPort)

  client.send('POST / HTTP/1.1\r\nHost: foo.com\r\nContent-Length: 20\r\n\r\n')
  await client.until(text => text.includes('page for 413'))
  client.send(`${'x'.repeat(20)}GET / HTTP/1.1\r\nHost: foo.com\r\n\r\n`)
  expect(await client.until(text => text.includes('web says 200'))).toContain('HTTP/1.1 200')
})

test('the ConfigMap lists statuses for all Ingresses; an annotation replaces its list', async () => {
  const { backend: pages } = await startPageMaker()
  const web = await startStatusBackend()
  const data = { 'custom-http-errors': '404,503' }
  const config = textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data })
  const own = nginx({ 'custom-http-errors': '500' })
  const files = documents(
    ingressText({ rules: { 'foo.com': ['Prefix / web:80'] } }),
    ingressText({ name: 'own', annotations: own, rules: { 'own.com': ['Prefix / web:80'] } }),
    serviceText('web', { endpoints: [web.address] }),
    serviceText('pages', { endpoints: [pages.address] }),
    config,
  )
  const proxy = await startProxy({
    files: { 'all.yaml': files },
    compile: {
      configMap: { namespace: 'default', name: 'config' },
      defaultBackendService: { namespace: 'default', name: 'pages' },
    },
  })

  expect(proxy.codes()).toEqual([])
  const bodies = ['/status/404', '/status/500'].map(async path => [
    (await ask(proxy, path)).body,
    (await ask(proxy, path, { host: 'own.com' })).body,
  ])
  expect(await Promise.all(bodies)).toEqual([
    ['page for 404', 'web says 404'],
    ['web says 500', 'page for 500'],
  ])
})

test('a page maker that fails, too, is not asked in a circle: the client gets its failure', async () => {
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '404,502,504', 'default-backend': 'pages' }
  const cut = await startRawBackend(socket => socket.once('data', () => socket.destroy()))

  const response = await ask(await start({ annotations, pages: cut, web }), '/status/404')
  expect(response.status).toBe(502)
  expect(response.headers['proxy-status']).toMatch(/^portico; error=connection_terminated/)
})

test('a page takes the place of an error that comes while the body is still being sent', async () => {
  const { backend: pages, asked } = await startPageMaker()
  const web = await startRawBackend(socket =>
    socket.once('data', () => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy')),
  )
  const annotations = { 'custom-http-errors': '503', 'default-backend': 'pages' }
  const proxy = await start({ annotations, pages, web })
  const client = await rawClient(proxy.httpPort)

  client.send('POST /x HTTP/1.1\r\nHost: foo.com\r\nContent-Length: 30\r\n\r\n0123456789')
  await client.until(text => text.includes('page for 503'))
  expect(client.received).not.toContain('busy')
  expect(asked[0]).toMatchObject({ method: 'POST', body: '' })
  // What is left of the body is read past, and the connection goes on.
  client.send(`${'x'.repeat(20)}POST /y HTTP/1.1\r\nHost: foo.com\r\nContent-Length: 0\r\n\r\n`)
  await client.until(text => text.split('page for 503').length === 3)
})

test('a refused WebSocket gets a page; the page maker is not asked to switch protocols', async () => {
  const { backend: pages, asked } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = { 'custom-http-errors': '403', 'default-backend': 'pages' }
  const proxy = await start({ annotations, pages, web })
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }

  expect((await ask(proxy, '/status/403', { headers })).body).toBe('page for 403')
  expect(asked[0]!.headers.upgrade).toBeUndefined()
})

test('a client that leaves while its page is made takes nothing down', async () => {
  const web = await startStatusBackend()
  const held = await startHeldBackend()
  const annotations = { 'custom-http-errors': '404', 'default-backend': 'pages' }
  const proxy = await start({ annotations, pages: held, web })
  const client = await rawClient(proxy.httpPort)

  client.send('GET /status/404 HTTP/1.1\r\nHost: foo.com\r\n\r\n')
  const page = await held.nextRequest()
  const dropped = new Promise(resolve => page.on('close', resolve))
  client.socket.destroy()
  await dropped
  expect((await ask(proxy, '/')).status).toBe(200)
})

test('metrics still say why, when a page takes the place of an error of Portico', async () => {
  const { backend: pages } = await startPageMaker()
  const web = await startStatusBackend()
  const annotations = nginx({
    'custom-http-errors': '404,413',
    'default-backend': 'pages',
    'proxy-body-size': '10',
  })
  const files = documents(
    ingressText({ annotations, rules: { 'foo.com': ['Prefix / web:80'] } }),
    serviceText('web', { endpoints: [web.address] }),
    serviceText('pages', { endpoints: [pages.address] }),
  )
  const proxy = await startProxy({
    files: { 'all.yaml': files },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })

  await ask(proxy, '/status/404')
  await ask(proxy, '/', { method: 'POST', body: 'x'.repeat(100) })
  const metrics = await readMetrics(proxy.app.admin!)
  expect(metrics.get('portico_requests_total{status_class="4xx",cause=""}')).toBe(1)
  expect(metrics.get('portico_requests_total{status_class="4xx",cause="body-too-large"}')).toBe(1)
})
