// Which certificate a handshake gets, and when plain HTTP is sent to HTTPS.
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { askOver } from '../support/ask-over.ts'
import { selfSigned } from '../support/certificates.ts'
import { startEchoServices, whoServes } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText, secretText, serviceText, textOf } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

/** A finished handshake; without a server name the client sends no SNI. */
async function shakeHands(port: number, servername?: string, ca?: string): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: servername ?? '',
    ca,
    rejectUnauthorized: false,
  })
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}

/** Names of the certificate that a client asking for `servername` gets. */
async function namesFor(proxy: TestProxy, servername?: string): Promise<string[]> {
  const socket = await shakeHands(proxy.httpsPort, servername)
  const names = socket.getPeerCertificate().subjectaltname ?? ''
  return names.split(', ').map(name => name.replace('DNS:', ''))
}

/** Whether the certificate for `servername` was signed by the local CA for just that name. */
async function isSignedByLocalCa(proxy: TestProxy, servername: string): Promise<boolean> {
  const ca = readFileSync(proxy.app.caCertificateFile, 'utf8')
  const socket = await shakeHands(proxy.httpsPort, servername, ca)
  return socket.authorized
}

const tlsFor = (host: string, secretName = 'web-tls') => ({
  rules: { [host]: ['Prefix / web:80'] },
  tls: [{ hosts: [host], secretName }],
})

describe('a handshake', () => {
  test('gets the exact certificate, else the wildcard one, else the default', async () => {
    const { text } = await startEchoServices('web')
    const [exact, wildcard, fallback] = await Promise.all([
      selfSigned('foo.com', 'www.foo.com'),
      selfSigned('*.foo.com'),
      selfSigned('default.example'),
    ])
    const proxy = await startProxy({
      files: {
        'all.yaml': documents(
          ingressText({
            rules: { 'foo.com': ['Prefix / web:80'], '*.foo.com': ['Prefix / web:80'] },
            tls: [
              { hosts: ['*.foo.com'], secretName: 'wildcard' },
              { hosts: ['foo.com', 'www.foo.com'], secretName: 'exact' },
            ],
          }),
          secretText('exact', exact),
          secretText('wildcard', wildcard),
          secretText('fallback', fallback, 'certs'),
          text,
        ),
      },
      compile: { defaultSslCertificate: { namespace: 'certs', name: 'fallback' } },
    })

    expect(proxy.codes()).toEqual([])
    const rows: [string | undefined, string][] = [
      ['foo.com', 'foo.com'],
      ['FOO.com', 'foo.com'],
      ['www.foo.com', 'foo.com'],
      ['any.foo.com', '*.foo.com'],
      ['two.labels.foo.com', 'default.example'],
      ['unknown.com', 'default.example'],
      [undefined, 'default.example'],
    ]
    const real = await Promise.all(rows.map(async ([name]) => [name, (await namesFor(proxy, name))[0]]))
    expect(real).toEqual(rows)
  })

  test('for a name that no certificate is for gets one of the local CA, made for that name', async () => {
    const proxy = await startProxy()

    expect(await isSignedByLocalCa(proxy, 'unknown.example.com')).toBe(true)
    expect(await namesFor(proxy, 'unknown.example.com')).toEqual(['unknown.example.com'])
    const response = await fetchFrom({
      port: proxy.httpsPort,
      host: 'unknown.example.com',
      tls: { insecure: true },
    })
    expect(response.status).toBe(404)
  })

  test('without a name gets one of the local CA for localhost and loopback addresses', async () => {
    const proxy = await startProxy()

    expect(await namesFor(proxy)).toEqual(['localhost', 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1'])
  })

  test('does not decide who serves: the Host header does', async () => {
    const { text } = await startEchoServices('foo', 'bar')
    const rules = { 'foo.com': ['Prefix / foo:80'], 'bar.com': ['Prefix / bar:80'] }
    const tls = [{ hosts: ['foo.com'], secretName: 'foo-tls' }]
    const secret = secretText('foo-tls', await selfSigned('foo.com'))
    const proxy = await startProxy({
      files: { 'all.yaml': documents(ingressText({ rules, tls }), secret, text) },
    })

    const served = await whoServes({
      port: proxy.httpsPort,
      host: 'bar.com',
      tls: { insecure: true, servername: 'foo.com' },
    })
    expect(served).toBe('bar')
  })
})

describe('a TLS Secret', () => {
  test('that is missing is replaced by a certificate of the local CA; HTTP still redirects', async () => {
    const { text } = await startEchoServices('web')
    const proxy = await startProxy({ files: { 'all.yaml': documents(ingressText(tlsFor('foo.com')), text) } })

    expect(proxy.codes()).toEqual(['tls-secret-missing'])
    expect(await isSignedByLocalCa(proxy, 'foo.com')).toBe(true)
    const ca = readFileSync(proxy.app.caCertificateFile, 'utf8')
    expect(await whoServes({ port: proxy.httpsPort, host: 'foo.com', tls: { ca } })).toBe('web')
    expect((await fetchFrom({ port: proxy.httpPort, host: 'foo.com' })).status).toBe(308)
  })

  test('of another namespace is missing', async () => {
    const { text } = await startEchoServices('web')
    const secret = secretText('web-tls', await selfSigned('foo.com'), 'elsewhere')
    const proxy = await startProxy({
      files: { 'all.yaml': documents(ingressText(tlsFor('foo.com')), secret, text) },
    })

    expect(proxy.codes()).toEqual(['tls-secret-missing'])
    expect(await isSignedByLocalCa(proxy, 'foo.com')).toBe(true)
  })

  test('that can not be used is replaced by a certificate of the local CA', async () => {
    const { text } = await startEchoServices('web')
    const [one, other] = await Promise.all([selfSigned('foo.com'), selfSigned('foo.com')])
    const proxy = await startProxy({
      files: {
        'all.yaml': documents(
          ingressText({ name: 'garbage', ...tlsFor('garbage.com', 'garbage') }),
          secretText('garbage', { certPem: 'garbage', keyPem: 'garbage' }),
          ingressText({ name: 'mismatch', ...tlsFor('foo.com', 'mismatch') }),
          secretText('mismatch', { certPem: one.certPem, keyPem: other.keyPem }),
          ingressText({ name: 'keyless', ...tlsFor('bar.com', 'keyless') }),
          textOf({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'keyless' },
            type: 'Opaque',
            stringData: { 'tls.crt': one.certPem },
          }),
          text,
        ),
      },
    })

    expect(proxy.codes().filter(code => code === 'tls-secret-invalid')).toHaveLength(3)
    for (const host of ['garbage.com', 'foo.com', 'bar.com'])
      expect(await isSignedByLocalCa(proxy, host)).toBe(true)
  })

  test('that does not cover the host is replaced for that host only', async () => {
    const { text } = await startEchoServices('web')
    const secret = secretText('web-tls', await selfSigned('foo.com'))
    const ingress = ingressText({
      rules: { 'foo.com': ['Prefix / web:80'], 'bar.com': ['Prefix / web:80'] },
      tls: [{ hosts: ['foo.com', 'bar.com'], secretName: 'web-tls' }],
    })
    const proxy = await startProxy({ files: { 'all.yaml': documents(ingress, secret, text) } })

    expect(proxy.codes()).toEqual(['tls-host-not-covered'])
    expect(await isSignedByLocalCa(proxy, 'bar.com')).toBe(true)
    expect(await isSignedByLocalCa(proxy, 'foo.com')).toBe(false)
    expect(await namesFor(proxy, 'foo.com')).toEqual(['foo.com'])
  })

  test('named for a host by two Ingresses: that of the older one is served, the other is reported', async () => {
    const { text } = await startEchoServices('web')
    const [old, young] = await Promise.all([
      selfSigned('foo.com', 'old.com'),
      selfSigned('foo.com', 'young.com'),
    ])
    const proxy = await startProxy({
      files: {
        'all.yaml': documents(
          ingressText({ name: 'young', ...tlsFor('foo.com', 'young'), created: '2026-02-01T00:00:00Z' }),
          ingressText({
            name: 'old',
            rules: { 'foo.com': ['Prefix /old web:80'] },
            tls: [{ hosts: ['foo.com'], secretName: 'old' }],
            created: '2026-01-01T00:00:00Z',
          }),
          secretText('old', old),
          secretText('young', young),
          text,
        ),
      },
    })

    expect(proxy.codes()).toEqual(['tls-conflict'])
    expect(await namesFor(proxy, 'foo.com')).toEqual(['foo.com', 'old.com'])
  })

  test('is replaced live: new handshakes see the new one, connections that are open go on', async () => {
    const { text } = await startEchoServices('web')
    const [before, after] = await Promise.all([selfSigned('foo.com'), selfSigned('foo.com', 'new.foo.com')])
    const proxy = await startProxy({
      files: {
        'foo.yaml': documents(ingressText(tlsFor('foo.com')), text),
        'secret.yaml': secretText('web-tls', before),
      },
    })
    const open = await shakeHands(proxy.httpsPort, 'foo.com')
    expect(await askOver(open, 'foo.com')).toMatch(/^HTTP\/1\.1 200 /)

    const replaced = proxy.nextChange()
    await proxy.manifests.replace('secret.yaml', secretText('web-tls', after))
    await replaced

    expect(await namesFor(proxy, 'foo.com')).toEqual(['foo.com', 'new.foo.com'])
    expect(await askOver(open, 'foo.com')).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('that is removed and comes back is served when it is there', async () => {
    const { text } = await startEchoServices('web')
    const secret = secretText('web-tls', await selfSigned('foo.com', 'own.foo.com'))
    const proxy = await startProxy({
      files: { 'foo.yaml': documents(ingressText(tlsFor('foo.com')), text), 'secret.yaml': secret },
    })
    expect(await namesFor(proxy, 'foo.com')).toContain('own.foo.com')

    const removed = proxy.nextChange()
    await proxy.manifests.replace('secret.yaml', '')
    await removed
    expect(proxy.codes()).toEqual(['tls-secret-missing'])
    expect(await isSignedByLocalCa(proxy, 'foo.com')).toBe(true)

    const back = proxy.nextChange()
    await proxy.manifests.replace('secret.yaml', secret)
    await back
    expect(proxy.codes()).toEqual([])
    expect(await namesFor(proxy, 'foo.com')).toContain('own.foo.com')
  })

  test('that is the default is replaced live for clients without SNI too', async () => {
    const of = async (name: string) => secretText('fallback', await selfSigned(name))
    const proxy = await startProxy({
      files: { 'secret.yaml': await of('before.example') },
      compile: { defaultSslCertificate: { namespace: 'default', name: 'fallback' } },
    })
    expect(await namesFor(proxy)).toEqual(['before.example'])

    const replaced = proxy.nextChange()
    await proxy.manifests.replace('secret.yaml', await of('after.example'))
    await replaced

    expect(await namesFor(proxy, 'any.com')).toEqual(['after.example'])
    expect(await namesFor(proxy)).toEqual(['after.example'])
  })
})

describe('the redirect to https', () => {
  test('names host, https port, path and query as they were asked for, but for a slash at the very end', async () => {
    const { text } = await startEchoServices('web')
    const proxy = await startProxy({ files: { 'all.yaml': documents(ingressText(tlsFor('foo.com')), text) } })
    const base = `https://foo.com:${proxy.httpsPort}`
    const rows: [host: string, path: string, location: string][] = [
      ['foo.com', '/', base],
      ['foo.com:8080', '/a/b/?c=d/', `${base}/a/b/?c=d`],
      ['FOO.com', '/a%20b//c', `${base}/a%20b//c`],
    ]

    for (const [host, path, location] of rows) {
      const response = await fetchFrom({ port: proxy.httpPort, host, path, method: 'POST' })
      expect(response.status).toBe(308)
      expect(response.headers.location).toBe(location)
    }
  })

  test('is for hosts that a tls section names, exactly, by wildcard or by its certificate', async () => {
    const { text } = await startEchoServices('web')
    const rule = (...hosts: string[]) => Object.fromEntries(hosts.map(host => [host, ['Prefix / web:80']]))
    const proxy = await startProxy({
      files: {
        'all.yaml': documents(
          ingressText({
            rules: rule('a.foo.com', 'covered.com', 'plain.com'),
            tls: [{ hosts: ['*.foo.com'] }, { hosts: [], secretName: 'covered' }],
          }),
          secretText('covered', await selfSigned('covered.com')),
          text,
        ),
      },
    })
    const status = async (host: string) => (await fetchFrom({ port: proxy.httpPort, host })).status

    expect(await status('a.foo.com')).toBe(308)
    expect(await status('covered.com')).toBe(308)
    expect(await status('plain.com')).toBe(200)
    expect(await namesFor(proxy, 'covered.com')).toEqual(['covered.com'])
  })

  test('can be switched off, and forced where no tls section is', async () => {
    const { text } = await startEchoServices('web')
    const annotated = (name: string, value: string) => ({
      annotations: { [`nginx.ingress.kubernetes.io/${name}`]: value },
    })
    const proxy = await startProxy({
      files: {
        'all.yaml': documents(
          ingressText({ name: 'off', ...tlsFor('off.com'), ...annotated('ssl-redirect', 'false') }),
          ingressText({
            name: 'forced',
            rules: { 'forced.com': ['Prefix / web:80'] },
            ...annotated('force-ssl-redirect', 'true'),
          }),
          text,
        ),
      },
    })

    expect(await whoServes({ port: proxy.httpPort, host: 'off.com' })).toBe('web')
    expect(await whoServes({ port: proxy.httpPort, host: 'forced.com' })).toBe(308)
    const tls = { insecure: true }
    expect(await whoServes({ port: proxy.httpsPort, host: 'forced.com', tls })).toBe('web')
  })

  test('comes before the 503 of a Service without endpoints, and leaves ACME challenges alone', async () => {
    const proxy = await startProxy({
      files: { 'all.yaml': documents(ingressText(tlsFor('foo.com')), serviceText('web')) },
    })
    const ask = (path: string) => whoServes({ port: proxy.httpPort, host: 'foo.com', path })

    expect(await ask('/')).toBe(308)
    expect(await ask('/.well-known/acme-challenge/token')).toBe(503)
  })
})
