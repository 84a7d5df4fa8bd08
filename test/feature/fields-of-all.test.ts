// What the ConfigMap says of header fields and of connections to backends, for all Ingresses, and custom-headers of one.
import { describe, expect, test } from 'vitest'
import { startHttpBackend, type TestBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { secretText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const compile = { configMap: { namespace: 'ingress-nginx', name: 'controller' } }

function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ingress-nginx', name }, data })
}

/** Answers with the fields it got, and with fields of a chatty backend. */
function startChattyBackend(): Promise<TestBackend> {
  return startHttpBackend((request, response) => {
    const fields = {
      Server: 'chatty/1.2',
      'X-Powered-By': 'chatter',
      'X-Frame-Options': 'ALLOW',
      'Strict-Transport-Security': 'max-age=1',
    }
    response.writeHead(200, fields).end(JSON.stringify(request.headers))
  })
}

interface Setup {
  readonly keys?: Readonly<Record<string, string>>
  /** Other ConfigMaps of the same namespace. */
  readonly maps?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly annotations?: Readonly<Record<string, string>>
}

async function start({
  keys = {},
  maps = {},
  annotations = {},
}: Setup): Promise<TestProxy & { backend: TestBackend }> {
  const backend = await startChattyBackend()
  const files: Record<string, string> = {
    'controller.yaml': configMap('controller', keys),
    'web.yaml': serving('a.test', backend.address, { annotations: nginx(annotations) }),
  }
  for (const [name, data] of Object.entries(maps)) files[`${name}.yaml`] = configMap(name, data)
  const proxy = await startProxy({ files, compile })
  return { ...proxy, codes: proxy.codes, backend }
}

async function ask(
  setup: Setup,
  headers: Record<string, string> = {},
): Promise<TestResponse & { codes: string[] }> {
  const proxy = await start(setup)
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', path: '/x?y', headers })
  return { ...response, codes: proxy.codes() }
}

describe('add-headers', () => {
  const keys = { 'add-headers': 'ingress-nginx/all' }

  test('sets fields on all responses, in the place of the backend, and knows variables', async () => {
    const maps = { all: { 'X-Frame-Options': 'DENY', 'X-Name': 'Käse $host', 'X-Request-ID': '$req_id' } }
    const proxy = await start({ keys, maps })
    const passed = await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
    const own = await fetchFrom({ port: proxy.httpPort, host: 'nobody.test' })

    expect(passed.headers).toMatchObject({ 'x-frame-options': 'DENY' })
    expect(Buffer.from(passed.headers['x-name'] as string, 'latin1').toString()).toBe('Käse a.test')
    expect(passed.headers['x-request-id']).toBe(JSON.parse(passed.body)['x-request-id'])
    expect([own.status, own.headers['x-frame-options']]).toEqual([404, 'DENY'])
  })

  test('is followed live, and what is no header is reported', async () => {
    const proxy = await start({ keys })
    expect(proxy.codes()).toEqual(['config-value'])
    const applied = proxy.nextChange()
    await proxy.manifests.write(
      'all.yaml',
      configMap('all', { 'X-One': '1', 'No header': 'x', 'Content-Length': '5' }),
    )
    await applied
    expect(proxy.codes()).toEqual(['config-value', 'config-value'])
    expect((await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).headers['x-one']).toBe('1')
  })
})

test('proxy-set-headers puts what the request says into fields that backends get', async () => {
  const response = await ask(
    {
      keys: { 'proxy-set-headers': 'ingress-nginx/all' },
      maps: {
        all: { 'X-Client': '$scheme://$host$request_uri', 'X-Gone': '$http_nothing', Host: 'inner.test' },
      },
    },
    { 'X-Client': 'forged', 'X-Gone': 'sent' },
  )
  expect(JSON.parse(response.body)).toMatchObject({ 'x-client': 'http://a.test/x?y', host: 'inner.test' })
  expect(JSON.parse(response.body)).not.toHaveProperty('x-gone')
})

describe('custom-headers', () => {
  const annotations = { 'custom-headers': 'ingress-nginx/mine' }
  const keys = { 'global-allowed-response-headers': 'X-Frame-Options, X-Own' }

  test('sets allowed fields of a ConfigMap, whichever namespace it is of', async () => {
    const response = await ask({
      keys,
      annotations,
      maps: { mine: { 'X-Frame-Options': 'DENY', 'X-Own': '$host' } },
    })
    expect(response.headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-own': '$host' })
    expect(response.codes).toEqual([])
  })

  test('closes the route for names that are not allowed, and without the ConfigMap', async () => {
    const unlisted = await ask({ keys, annotations, maps: { mine: { 'X-Other': '1' } } })
    const missing = await ask({ keys, annotations })
    const nothingAllowed = await ask({ annotations, maps: { mine: { 'X-Own': '1' } } })
    expect([unlisted.status, missing.status, nothingAllowed.status]).toEqual([503, 503, 503])
    expect([...unlisted.codes, ...missing.codes, ...nothingAllowed.codes]).toEqual(
      Array(3).fill('annotation-value'),
    )
  })
})

test('hide-headers takes fields out of what backends send', async () => {
  const response = await ask({ keys: { 'hide-headers': 'X-Powered-By,x-frame-options' } })
  expect(response.headers).not.toHaveProperty('x-powered-by')
  expect(response.headers).not.toHaveProperty('x-frame-options')
})

test.each<[Record<string, string>, string | undefined]>([
  [{}, 'chatty/1.2'],
  [{ 'server-tokens': 'true' }, 'portico'],
  [{ 'server-tokens': 'false' }, undefined],
  [{ 'server-tokens': 'false', 'allow-backend-server-header': 'true' }, 'chatty/1.2'],
  [{ 'allow-backend-server-header': 'false' }, 'portico'],
])('under %o the Server field is %s', async (keys, server) => {
  expect((await ask({ keys })).headers.server).toBe(server)
})

test('proxy-add-original-uri-header tells backends the URI as it came', async () => {
  const setup = {
    keys: { 'proxy-add-original-uri-header': 'true' },
    annotations: { 'rewrite-target': '/inner' },
  }
  expect(JSON.parse((await ask(setup)).body)).toMatchObject({ 'x-original-uri': '/x?y' })
})

test('enable-underscores-in-headers lets such names through, which are left out otherwise', async () => {
  const headers = { with_underscore: '1' }
  expect(JSON.parse((await ask({}, headers)).body)).not.toHaveProperty('with_underscore')
  const allowed = await ask({ keys: { 'enable-underscores-in-headers': 'true' } }, headers)
  expect(JSON.parse(allowed.body)).toHaveProperty('with_underscore', '1')
})

test('enable-underscores-in-headers lets nothing through that backends could take for what is set here', async () => {
  const keys = { 'enable-underscores-in-headers': 'true', 'proxy-set-headers': 'ingress-nginx/set' }
  const maps = { set: { 'X-User-Name': 'ann' } }
  const forged = ['X_Forwarded_For', 'ssl_client-verify', 'Transfer_Encoding', 'x_user-name']
  const { body } = await ask({ keys, maps }, Object.fromEntries(forged.map(name => [name, 'forged'])))
  expect(body).not.toContain('forged')
  expect(JSON.parse(body)).toMatchObject({ 'x-user-name': 'ann' })
})

describe('hsts', () => {
  async function askOverTls(keys: Readonly<Record<string, string>>) {
    const pair = await selfSigned('a.test')
    const backend = await startChattyBackend()
    const annotations = nginx({ 'ssl-redirect': 'false' })
    const proxy = await startProxy({
      files: {
        'controller.yaml': configMap('controller', keys),
        'web.yaml': serving('a.test', backend.address, { annotations }),
        'tls.yaml': secretText('tls', pair),
      },
      compile,
    })
    const tls = { insecure: true }
    const secure = await fetchFrom({ port: proxy.httpsPort, host: 'a.test', tls })
    const unclaimed = await fetchFrom({ port: proxy.httpsPort, host: 'nobody.test', tls })
    const plain = await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
    return [secure, unclaimed, plain].map(response => response.headers['strict-transport-security'])
  }

  test('replaces the field of the backend on every response over TLS, and only there', async () => {
    const everywhere = 'max-age=31536000; includeSubDomains'
    expect(await askOverTls({ hsts: 'true' })).toEqual([everywhere, everywhere, 'max-age=1'])
    const own = {
      hsts: 'true',
      'hsts-max-age': '60',
      'hsts-include-subdomains': 'false',
      'hsts-preload': 'true',
    }
    expect((await askOverTls(own))[0]).toBe('max-age=60; preload')
  })

  test('is off unless it is asked for', async () => {
    expect(await askOverTls({ 'hsts-max-age': '60' })).toEqual(['max-age=1', undefined, 'max-age=1'])
  })
})

describe('connections to backends', () => {
  async function connectionsAfterThree(keys: Readonly<Record<string, string>>): Promise<number> {
    const proxy = await start({ keys })
    for (let i = 0; i < 3; i++) await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
    return proxy.backend.connections.length
  }

  test('are used again', async () => {
    expect(await connectionsAfterThree({ 'upstream-keepalive-time': '1h 30m' })).toBe(1)
  })

  test('serve upstream-keepalive-requests, and none is kept with upstream-keepalive-connections 0', async () => {
    expect(await connectionsAfterThree({ 'upstream-keepalive-requests': '2' })).toBe(2)
    expect(await connectionsAfterThree({ 'upstream-keepalive-connections': '0' })).toBe(3)
  })
})
