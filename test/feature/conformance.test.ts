// The scenarios of the Kubernetes ingress controller conformance suite, and those of its Prefix and Exact extension, through
// real sockets. Services get an echo backend each, as the suite gives them a Deployment.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { mapToEchoBackends, type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText, secretText } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'

const manifest = (name: string) => readFileSync(join(import.meta.dirname, 'conformance', name), 'utf8')

describe('default backend', () => {
  test.for([
    ['GET', 'my-host', '/'],
    ['GET', 'my-host', '/sub-path'],
    ['POST', 'some-host', '/'],
    ['PUT', '127.0.0.1', '/resource'],
    ['DELETE', 'some-host', '/resource'],
    ['PATCH', 'my-host', '/resource'],
  ] as const)('%s http://%s%s is served by it', async ([method, host, path]) => {
    const proxy = await startProxy({
      files: { 'default-backend.yaml': manifest('default-backend.yaml') },
      compile: { endpointMaps: await mapToEchoBackends('default/echo-service') },
    })

    const response = await fetchFrom({
      port: proxy.httpPort,
      host,
      path,
      method,
      headers: { 'User-Agent': 'Go-http-client/1.1' },
    })

    expect(proxy.codes()).toEqual([])
    expect(response).toMatchObject({ status: 200, httpVersion: '1.1' })
    for (const name of ['content-length', 'content-type', 'date', 'server'])
      expect(response.headers).toHaveProperty(name)
    expect(response.echo()).toMatchObject({
      backend: 'echo-service',
      method,
      url: path,
      httpVersion: '1.1',
      headers: { 'user-agent': 'Go-http-client/1.1' },
    })
  })
})

describe('host rules', () => {
  async function startHostRules() {
    const pair = await selfSigned('foo.bar.com')
    const proxy = await startProxy({
      files: {
        'host-rules.yaml': manifest('host-rules.yaml'),
        'secret.yaml': secretText('conformance-tls', pair),
      },
      compile: { endpointMaps: await mapToEchoBackends('default/wildcard-foo-com', 'default/foo-bar-com') },
    })
    expect(proxy.codes()).toEqual([])
    return { proxy, pair }
  }

  test('https://foo.bar.com/ presents its own certificate and is served by foo-bar-com', async () => {
    const { proxy, pair } = await startHostRules()

    const socket = connect({ port: proxy.httpsPort, servername: 'foo.bar.com', ca: pair.certPem })
    onTestFinished(() => void socket.destroy())
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
    expect(socket.authorized).toBe(true)
    expect(socket.getPeerCertificate().subjectaltname?.split(', ')[0]).toBe('DNS:foo.bar.com')

    const response = await fetchFrom({
      port: proxy.httpsPort,
      host: 'foo.bar.com',
      tls: { ca: pair.certPem },
    })
    expect(response.echo()).toMatchObject({ backend: 'foo-bar-com', headers: { host: 'foo.bar.com' } })
  })

  test('http://foo.bar.com/ leads to foo-bar-com over a redirect to https', async () => {
    const { proxy, pair } = await startHostRules()

    const redirect = await fetchFrom({ port: proxy.httpPort, host: 'foo.bar.com' })
    expect(redirect.status).toBe(308)
    const location = new URL(redirect.headers.location!)
    expect(location.protocol).toBe('https:')
    const response = await fetchFrom({
      port: Number(location.port),
      host: location.hostname,
      path: location.pathname,
      tls: { ca: pair.certPem },
    })
    expect(response.echo()).toMatchObject({ backend: 'foo-bar-com', headers: { host: 'foo.bar.com' } })
  })

  test('a wildcard covers exactly one label, a precise host no sibling', async () => {
    const { proxy } = await startHostRules()
    const rows: ServedRow[] = [
      ['subdomain.bar.com', '/', 404],
      ['bar.foo.com', '/', 'wildcard-foo-com'],
      ['baz.bar.foo.com', '/', 404],
      ['foo.com', '/', 404],
    ]
    expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)

    const response = await fetchFrom({ port: proxy.httpPort, host: 'bar.foo.com' })
    expect(response.echo().headers.host).toBe('bar.foo.com')
  })
})

test('ingress class: an Ingress of another class is not served', async () => {
  const proxy = await startProxy({
    files: { 'ingress-class.yaml': manifest('ingress-class.yaml') },
    compile: { ingressClasses: ['conformance'] },
  })

  expect(proxy.codes()).toEqual(['class-not-served'])
  const rows: ServedRow[] = [['ingress-class', '/', 404]]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('load balancing: a hundred requests reach all ten endpoints', async () => {
  const pods = Array.from({ length: 10 }, (_, index) => `echo-service-${index}`)
  const backends = await Promise.all(pods.map(pod => startEchoBackend(pod)))
  const proxy = await startProxy({
    files: { 'default-backend.yaml': manifest('default-backend.yaml') },
    compile: {
      endpointMaps: backends.map(({ port }) => ({
        namespace: 'default',
        service: 'echo-service',
        port: undefined,
        address: '127.0.0.1',
        endpointPort: port,
      })),
    },
  })

  const requests = Array.from({ length: 100 }, () =>
    fetchFrom({ port: proxy.httpPort, host: 'load-balancing' }),
  )
  const served = (await Promise.all(requests)).map(response => response.echo().backend)
  expect(new Set(served)).toEqual(new Set(pods))
})

test('path rules: Exact, Prefix, both, and with trailing slashes', async () => {
  const names = [
    'foo-exact',
    'foo-prefix',
    'aaa-prefix',
    'aaa-slash-bbb-prefix',
    'aaa-slash-bbb-slash-prefix',
    'foo-slash-exact',
  ]
  const proxy = await startProxy({
    files: { 'path-rules.yaml': manifest('path-rules.yaml') },
    compile: { endpointMaps: await mapToEchoBackends(...names.map(name => `default/${name}`)) },
  })
  const rows: ServedRow[] = [
    ['exact-path-rules', '/foo', 'foo-exact'],
    ['exact-path-rules', '/foo/', 404],
    ['exact-path-rules', '/FOO', 404],
    ['exact-path-rules', '/bar', 404],
    ['prefix-path-rules', '/foo', 'foo-prefix'],
    ['prefix-path-rules', '/foo/', 'foo-prefix'],
    ['prefix-path-rules', '/FOO', 404],
    ['prefix-path-rules', '/aaa/bbb', 'aaa-slash-bbb-prefix'],
    ['prefix-path-rules', '/aaa/bbb/ccc', 'aaa-slash-bbb-prefix'],
    ['prefix-path-rules', '/aaa/ccc', 'aaa-prefix'],
    ['prefix-path-rules', '/aaaccc', 404],
    ['prefix-path-rules', '/foo/', 'foo-prefix'],
    ['mixed-path-rules', '/foo', 'foo-exact'],
    ['trailing-slash-path-rules', '/aaa/bbb', 'aaa-slash-bbb-slash-prefix'],
    ['trailing-slash-path-rules', '/aaa/bbb/', 'aaa-slash-bbb-slash-prefix'],
    ['trailing-slash-path-rules', '/foo', 404],
  ]

  expect(proxy.codes()).toEqual([])
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('path rules, extended: overlapping prefixes and roots', async () => {
  const services = await startEchoServices('root', 'aaa', 'bbb')
  const proxy = await startProxy({
    files: {
      'services.yaml': services.text,
      'ingress.yaml': documents(
        ingressText({
          rules: {
            'two-prefixes': ['Prefix / root:80', 'Prefix /aaa aaa:80'],
            'prefix-and-exact': ['Prefix / root:80', 'Exact /aaa aaa:80'],
            'exact-and-prefix': ['Exact / root:80', 'Prefix /aaa aaa:80'],
            'two-exacts': ['Exact / root:80', 'Exact /aaa aaa:80'],
            'three-prefixes': ['Prefix / root:80', 'Prefix /aaa aaa:80', 'Prefix /aaa/bbb bbb:80'],
          },
        }),
      ),
    },
  })
  const rows: ServedRow[] = [
    ['two-prefixes', '/aaaxyz', 'root'],
    ['two-prefixes', '/aaa/ccc', 'aaa'],
    ['two-prefixes', '/aaa', 'aaa'],
    ['two-prefixes', '/aaa/', 'aaa'],
    ['prefix-and-exact', '/aaa/', 'root'],
    ['prefix-and-exact', '/aaa/ccc', 'root'],
    ['prefix-and-exact', '/aaa', 'aaa'],
    ['exact-and-prefix', '/', 'root'],
    ['exact-and-prefix', '/aaa', 'aaa'],
    ['exact-and-prefix', '/aaa/x', 'aaa'],
    ['exact-and-prefix', '/bbb', 404],
    ['two-exacts', '/', 'root'],
    ['two-exacts', '/aaa', 'aaa'],
    ['two-exacts', '/aaa/', 404],
    ['two-exacts', '/b', 404],
    ['three-prefixes', '/aaa/bb', 'aaa'],
    ['three-prefixes', '/aaa/bbb/c', 'bbb'],
    ['three-prefixes', '/x', 'root'],
  ]

  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})
