// How TLS goes by the words of annotations and the ConfigMap: ciphers, versions, resumption, unknown names, and connections
// whose TLS is not ended here.
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, createServer as createTls } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { askOver } from '../support/ask-over.ts'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { fetchFrom } from '../support/fetch.ts'
import { configMapText, documents, ingressText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'
import { shakeHands } from '../support/shake-hands.ts'

const compile = { configMap: { namespace: 'default', name: 'config' } }

/** Hosts with their annotations, all served by one echo backend. */
async function serve(
  hosts: Record<string, Record<string, string>>,
  data: Record<string, string> = {},
): Promise<TestProxy> {
  const backend = await startEchoBackend()
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web${index}`, annotations: nginx(annotations) }),
  )
  return startProxy({ files: { 'a.yaml': documents(...ingresses, configMapText('config', data)) }, compile })
}

const tls12 = { maxVersion: 'TLSv1.2' } as const

/** The cipher of a handshake, or the code of the error it ended with. */
function cipherOf(port: number, host: string, options: ConnectionOptions = {}): Promise<string> {
  return shakeHands(port, host, { ...tls12, ...options }).then(
    socket => socket.getCipher().name,
    error => error.code,
  )
}

const aes128 = 'ECDHE-ECDSA-AES128-GCM-SHA256'
const aes256 = 'ECDHE-ECDSA-AES256-GCM-SHA384'

describe('ciphers and versions', () => {
  test('are those of the host, of the ConfigMap, or those of Node', async () => {
    const proxy = await serve(
      { 'own.com': { 'ssl-ciphers': aes128 }, 'any.com': {}, 'bad.com': { 'ssl-ciphers': 'nonsense' } },
      { 'ssl-ciphers': aes256 },
    )
    expect(proxy.codes()).toEqual(['annotation-value'])
    const port = proxy.httpsPort
    expect(await cipherOf(port, 'own.com')).toBe(aes128)
    expect(await cipherOf(port, 'any.com')).toBe(aes256)
    expect(await cipherOf(port, 'bad.com')).toBe(aes256)
    expect(await cipherOf(port, 'unknown.com', { ciphers: aes128 })).toMatch(/HANDSHAKE_FAILURE/)
    for (const host of ['own.com', 'any.com', ''])
      expect((await shakeHands(port, host)).getProtocol()).toBe('TLSv1.3')
  })

  test('are chosen by the order of the server, or of the client with ssl-prefer-server-ciphers "false"', async () => {
    const ciphers = { 'ssl-ciphers': `${aes256}:${aes128}` }
    const proxy = await serve({
      'ours.com': ciphers,
      'theirs.com': { ...ciphers, 'ssl-prefer-server-ciphers': 'false' },
    })
    const wish = { ciphers: `${aes128}:${aes256}` }
    expect(await cipherOf(proxy.httpsPort, 'ours.com', wish)).toBe(aes256)
    expect(await cipherOf(proxy.httpsPort, 'theirs.com', wish)).toBe(aes128)
  })

  test('follow ssl-protocols, also while Portico runs', async () => {
    const proxy = await serve({ 'foo.com': {} }, { 'ssl-protocols': 'TLSv1.3' })
    const versionOf = (options: ConnectionOptions) =>
      shakeHands(proxy.httpsPort, 'foo.com', options).then(
        socket => socket.getProtocol(),
        () => 'refused',
      )
    expect([await versionOf({}), await versionOf(tls12)]).toEqual(['TLSv1.3', 'refused'])
    const next = proxy.nextChange()
    const { port } = await startEchoBackend()
    const data = { 'ssl-protocols': 'TLSv1.2', 'ssl-early-data': 'true', 'enable-ocsp': 'true' }
    const texts = [serving('foo.com', `127.0.0.1:${port}`, { name: 'web0' }), configMapText('config', data)]
    await proxy.manifests.write('a.yaml', documents(...texts))
    await next
    await expect.poll(() => versionOf({})).toBe('TLSv1.2')
    expect(proxy.codes()).toHaveLength(2)
  })

  test('are reported where OpenSSL does not speak them', async () => {
    const old = { 'ssl-protocols': 'TLSv1.1 TLSv1.2' }
    expect((await serve({ 'foo.com': {} }, old)).codes()).toEqual(['config-value'])
    const proxy = await serve({ 'foo.com': {} }, { ...old, 'ssl-ciphers': 'DEFAULT:@SECLEVEL=0' })
    expect(proxy.codes()).toEqual([])
    const socket = await shakeHands(proxy.httpsPort, 'foo.com', {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    })
    expect(socket.getProtocol()).toBe('TLSv1.1')
  })
})

test('sessions are resumed, unless neither ssl-session-cache nor -tickets allows it', async () => {
  const resumes = async (data: Record<string, string>) => {
    const proxy = await serve({ 'foo.com': {} }, data)
    const first = await shakeHands(proxy.httpsPort, 'foo.com', tls12)
    const session = first.getSession()
    expect(await askOver(first, 'foo.com')).toContain('200 OK')
    return (await shakeHands(proxy.httpsPort, 'foo.com', { ...tls12, session })).isSessionReused()
  }
  expect(await resumes({})).toBe(true)
  expect(await resumes({ 'ssl-session-cache': 'false' })).toBe(false)
  expect(await resumes({ 'ssl-session-cache': 'false', 'ssl-session-tickets': 'true' })).toBe(true)
})

test('ssl-reject-handshake refuses names that no rule names, with an alert', async () => {
  const proxy = await serve({ 'foo.com': {}, '*.bar.com': {} }, { 'ssl-reject-handshake': 'true' })
  expect(await cipherOf(proxy.httpsPort, 'foo.com')).toMatch(/^ECDHE/)
  expect(await cipherOf(proxy.httpsPort, 'any.bar.com')).toMatch(/^ECDHE/)
  for (const name of ['unknown.com', ''])
    expect(await cipherOf(proxy.httpsPort, name)).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME')
})

describe('ssl-passthrough', () => {
  /** A TLS server that says who it is. */
  async function startTlsBackend(name: string): Promise<string> {
    const { certPem, keyPem } = await selfSigned(name)
    const server = createHttps({ cert: certPem, key: keyPem }, (_, response) => response.end(name))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const through = nginx({ 'ssl-passthrough': 'true' })
  const commonName = async (port: number, host: string) =>
    String((await shakeHands(port, host)).getPeerCertificate().subject.CN)

  test('hands connections on by server name, endpoint by endpoint, and ends all others', async () => {
    const [one, two, echo] = await Promise.all([
      startTlsBackend('one'),
      startTlsBackend('two'),
      startEchoBackend(),
    ])
    const gone = `127.0.0.1:${await closedPort()}`
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(
          serving('raw.com', `${one},${gone},${two}`, { annotations: through }),
          serving('foo.com', echo.address, { name: 'foo' }),
        ),
      },
    })
    expect(proxy.codes()).toEqual([])
    const port = proxy.httpsPort
    const names = new Set<string>()
    for (let i = 0; i < 6; i++) names.add(await commonName(port, 'RAW.com'))
    expect([...names].sort()).toEqual(['one', 'two'])
    const answer = await fetchFrom({ port, host: 'raw.com', path: '/any/path', tls: { insecure: true } })
    expect(['one', 'two']).toContain(answer.body)
    expect((await fetchFrom({ port, host: 'foo.com', tls: { insecure: true } })).status).toBe(200)
    const misdirected = { insecure: true, servername: 'foo.com' }
    expect((await fetchFrom({ port, host: 'raw.com', tls: misdirected })).status).toBe(421)
  })

  test('passes bytes both ways until both sides have ended, also many of them', async () => {
    const { certPem, keyPem } = await selfSigned('echo')
    const server = createTls({ cert: certPem, key: keyPem, allowHalfOpen: true }, socket =>
      socket.pipe(socket),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const proxy = await startProxy({
      files: { 'a.yaml': serving('raw.com', address, { annotations: through }) },
    })
    const socket = await shakeHands(proxy.httpsPort, 'raw.com')
    const sent = crypto.getRandomValues(Buffer.alloc(60_000))
    let received = 0
    socket.on('data', (piece: Buffer) => {
      received += piece.length
    })
    for (let i = 0; i < 50; i++) socket.write(sent)
    socket.end()
    await new Promise(resolve => socket.once('close', resolve))
    expect(received).toBe(50 * sent.length)
  })

  test('ends connections that nobody takes with an alert, and those under way when Portico stops', async () => {
    const raw = await startTlsBackend('raw')
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(
          serving('raw.com', raw, { annotations: through }),
          serving('dead.com', `127.0.0.1:${await closedPort()}`, { name: 'dead', annotations: through }),
          serving('none.com', '', { name: 'none', annotations: through }),
        ),
      },
      app: { drainTimeoutMs: 0 },
    })
    for (const host of ['dead.com', 'none.com'])
      expect(await cipherOf(proxy.httpsPort, host)).toMatch(/INTERNAL_ERROR/)
    const socket = await shakeHands(proxy.httpsPort, 'raw.com')
    const closed = new Promise(resolve => socket.on('error', () => {}).once('close', resolve))
    await proxy.app.close()
    await closed
  })

  test('needs a rule for /, and says which annotations it makes void', async () => {
    const { address } = await startEchoBackend()
    const settings = { ...through, ...nginx({ 'proxy-read-timeout': '5' }) }
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(
          serving('other.com', address, { annotations: settings }),
          ingressText({ name: 'raw', rules: { 'raw.com': ['Prefix /app web:80'] }, annotations: through }),
          serving('shared.com', address, { name: 'owner' }),
          ingressText({ name: 'thief', rules: { 'shared.com': ['Prefix /x web:80'] }, annotations: through }),
        ),
      },
    })
    expect(proxy.codes()).toEqual(['annotation-ignored', 'annotation-value', 'annotation-value'])
    const shared = await fetchFrom({ port: proxy.httpsPort, host: 'shared.com', tls: { insecure: true } })
    expect(shared.status).toBe(200)
    const ask = (port: number, tls?: { insecure: true }) =>
      fetchFrom({ port, host: 'raw.com', path: '/app', tls }).then(({ status }) => status)
    expect([await ask(proxy.httpsPort, { insecure: true }), await ask(proxy.httpPort)]).toEqual([421, 200])
  })
})
