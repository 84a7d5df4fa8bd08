// What clients are told when a rule leads nowhere, and how a rule's port finds its Service's.
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

async function startRule(backend: string, ...objects: string[]): Promise<TestProxy> {
  const ingress = ingressText({ rules: { 'foo.com': [`Prefix / ${backend}`] } })
  return startProxy({ files: { 'all.yaml': documents(ingress, ...objects) }, app: { dev: true } })
}

function ask(proxy: TestProxy, headers: Record<string, string> = {}): Promise<TestResponse> {
  return fetchFrom({ port: proxy.httpPort, host: 'foo.com', headers })
}

describe('a rule that leads nowhere', () => {
  test('for want of a Service answers 503 and names it', async () => {
    const proxy = await startRule('cart:80')
    const response = await ask(proxy)

    expect(proxy.codes()).toEqual(['backend-service-missing'])
    expect(response.status).toBe(503)
    expect(response.headers['proxy-status']).toBe('portico; error=destination_unavailable')
    expect(response.body).toContain('"cart"')
  })

  test('because its Service lives in another namespace answers 503 and names both', async () => {
    const proxy = await startRule('cart:80', serviceText('cart', { namespace: 'shop', endpoints: ['3000'] }))
    const response = await ask(proxy)

    expect(proxy.codes()).toEqual(['backend-service-missing'])
    expect(response.status).toBe(503)
    expect(response.body).toContain('default')
    expect(response.body).toContain('shop')
  })

  test.for([
    ['a port number', 'cart:8080'],
    ['a port name', 'cart:http'],
  ])('for want of %s answers 503', async ([, backend]) => {
    const proxy = await startRule(backend!, serviceText('cart', { endpoints: ['3000'] }))
    const response = await ask(proxy)

    expect(proxy.codes()).toEqual(['backend-port-missing'])
    expect(response.status).toBe(503)
    expect(response.headers['proxy-status']).toBe('portico; error=destination_unavailable')
    expect(response.body).toContain('cart')
  })

  test('for want of endpoints answers 503', async () => {
    const proxy = await startRule('cart:80', serviceText('cart'))

    expect(proxy.codes()).toEqual(['endpoints-missing'])
    expect((await ask(proxy)).status).toBe(503)
  })

  test('because its endpoints are not ready answers 503', async () => {
    const { port } = await startEchoBackend()
    const proxy = await startRule(
      'cart:80',
      serviceText('cart'),
      textOf({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'cart' },
        subsets: [{ notReadyAddresses: [{ ip: '127.0.0.1' }], ports: [{ port }] }],
      }),
    )

    expect(proxy.codes()).toEqual(['endpoints-missing'])
    expect((await ask(proxy)).status).toBe(503)
  })

  test('because nothing listens there answers 502', async () => {
    const proxy = await startRule('cart:80', serviceText('cart', { endpoints: [String(await closedPort())] }))
    const response = await ask(proxy)

    expect(proxy.codes()).toEqual([])
    expect(response.status).toBe(502)
    expect(response.headers['proxy-status']).toBe('portico; error=connection_refused')
  })

  test('because it names a resource is not there: 404, and its neighbours are', async () => {
    const { text } = await startEchoServices('web')
    const proxy = await startProxy({
      files: {
        'services.yaml': text,
        'ingress.yaml': `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: foo.com
      http:
        paths:
          - path: /files
            pathType: Prefix
            backend: { resource: { apiGroup: k8s.example.com, kind: StorageBucket, name: static } }
          - path: /web
            pathType: Prefix
            backend: { service: { name: web, port: { number: 80 } } }
`,
      },
    })

    expect(proxy.codes()).toEqual(['backend-resource-unsupported'])
    const rows: ServedRow[] = [
      ['foo.com', '/files/x', 404],
      ['foo.com', '/web', 'web'],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  })

  test('because it names a resource leaves the rest alone, though its Ingress serves nothing else and names no host', async () => {
    const { text } = await startEchoServices('web')
    const proxy = await startProxy({
      files: {
        'web.yaml': documents(text, ingressText({ rules: { 'foo.com': ['Prefix / web:80'] } })),
        'files.yaml': `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: files }
spec:
  rules:
    - http:
        paths:
          - path: /files
            pathType: Prefix
            backend: { resource: { apiGroup: k8s.example.com, kind: StorageBucket, name: static } }
`,
      },
    })

    expect(proxy.codes()).toEqual(['backend-resource-unsupported'])
    const rows: ServedRow[] = [
      ['foo.com', '/', 'web'],
      ['bar.com', '/files', 404],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  })
})

test('an endpoint that refuses is passed over for one that does not', async () => {
  const backend = await startEchoBackend('live')
  const endpoints = [String(await closedPort()), backend.address]
  const proxy = await startRule('cart:80', serviceText('cart', { endpoints }))

  for (let i = 0; i < 4; i++) expect((await ask(proxy)).echo().backend).toBe('live')
})

describe('an error page', () => {
  test.for([
    ['text for curl', '*/*', 'text/plain; charset=utf-8'],
    ['HTML for a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['JSON for who asks for it', 'application/json', 'application/json'],
  ])('is %s', async ([, accept, contentType]) => {
    const proxy = await startRule('cart:80')
    const response = await ask(proxy, { Accept: accept! })

    expect(response.status).toBe(503)
    expect(response.headers).toMatchObject({ 'content-type': contentType, 'cache-control': 'no-store' })
    if (contentType === 'application/json') {
      expect(JSON.parse(response.body)).toMatchObject({
        status: 503,
        detail: expect.stringContaining('cart'),
      })
    } else {
      expect(response.body).toContain('503 Service Unavailable')
      expect(response.body).toContain('cart')
    }
  })

  test('is plain text without an Accept field, and nothing for HEAD', async () => {
    const proxy = await startRule('cart:80')

    expect((await ask(proxy)).headers['content-type']).toBe('text/plain; charset=utf-8')
    const head = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', method: 'HEAD' })
    expect(head).toMatchObject({ status: 503, body: '' })
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0)
  })
})

describe('the port of a rule', () => {
  /** A Service with two ports whose endpoints are told apart by port name. */
  async function twoPorts(): Promise<string> {
    const [web, admin] = await Promise.all([startEchoBackend('web'), startEchoBackend('admin')])
    return documents(
      serviceText('shop', {
        ports: [
          { name: 'web', port: 80, targetPort: 'http' },
          { name: 'admin', port: 8080, targetPort: 9999 },
        ],
      }),
      textOf({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'shop' },
        subsets: [
          {
            addresses: [{ ip: '127.0.0.1' }],
            ports: [
              { name: 'admin', port: admin.port },
              { name: 'web', port: web.port },
            ],
          },
        ],
      }),
    )
  }

  test('is found by number and by name, and leads to the endpoint port of that name', async () => {
    const rules = {
      'number.com': ['Prefix / shop:80'],
      'other-number.com': ['Prefix / shop:8080'],
      'name.com': ['Prefix / shop:web'],
      'other-name.com': ['Prefix / shop:admin'],
    }
    const proxy = await startProxy({
      files: { 'all.yaml': documents(ingressText({ rules }), await twoPorts()) },
    })

    expect(proxy.codes()).toEqual([])
    const rows: ServedRow[] = [
      ['number.com', '/', 'web'],
      ['other-number.com', '/', 'admin'],
      ['name.com', '/', 'web'],
      ['other-name.com', '/', 'admin'],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  })

  test('that is a target port and no port of the Service is unknown', async () => {
    const rules = { 'foo.com': ['Prefix / shop:9999'] }
    const proxy = await startProxy({
      files: { 'all.yaml': documents(ingressText({ rules }), await twoPorts()) },
    })

    expect(proxy.codes()).toEqual(['backend-port-missing'])
    expect((await ask(proxy)).status).toBe(503)
  })
})

describe('older forms of an Ingress', () => {
  test.for(['networking.k8s.io/v1beta1', 'extensions/v1beta1'])('%s is served', async apiVersion => {
    const { text } = await startEchoServices('one', 'two', 'fallback')
    const proxy = await startProxy({
      files: {
        'services.yaml': text,
        'ingress.yaml': `
apiVersion: ${apiVersion}
kind: Ingress
metadata: { name: web }
spec:
  backend: { serviceName: fallback, servicePort: 80 }
  rules:
    - host: foo.com
      http:
        paths:
          - path: /one
            backend: { serviceName: one, servicePort: 80 }
          - path: /exact
            pathType: Exact
            backend: { serviceName: two, servicePort: 80 }
    - host: bar.com
      http:
        paths:
          - backend: { serviceName: two, servicePort: 80 }
`,
      },
    })

    expect(proxy.codes()).toEqual([])
    const rows: ServedRow[] = [
      ['foo.com', '/one/x', 'one'],
      ['foo.com', '/exact', 'two'],
      ['foo.com', '/exact/x', 'fallback'],
      ['bar.com', '/any', 'two'],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  })

  test('fields of one generation in an object of the other are served, with a warning each', async () => {
    const { text } = await startEchoServices('one', 'two')
    const proxy = await startProxy({
      files: {
        'services.yaml': text,
        'mixed.yaml': `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: new-with-old }
spec:
  rules:
    - host: foo.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { serviceName: one, servicePort: 80 }
---
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: { name: old-with-new }
spec:
  rules:
    - host: bar.com
      http:
        paths:
          - path: /
            backend: { service: { name: two, port: { number: 80 } } }
`,
      },
    })

    expect(new Set(proxy.codes())).toEqual(new Set(['api-version-mixed']))
    expect(proxy.changes[0]!.diagnostics.every(({ severity }) => severity === 'warning')).toBe(true)
    const rows: ServedRow[] = [
      ['foo.com', '/', 'one'],
      ['bar.com', '/', 'two'],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  })
})
