// HTTPS to backends: which backends are spoken to over TLS, what is shown to them, and what is asked of their certificates.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type CertifiedKey, makeAuthority, openAuthority, signLeaf } from '../../src/certificates/sign.ts'
import { startHttpsBackend, type TestBackend } from '../support/backend.ts'
import { selfSigned, signedOverAuthorities } from '../support/certificates.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'
import { echoOver, openWebSocket } from '../support/web-socket.ts'

let authority: CertifiedKey
let leaf: CertifiedKey
let client: CertifiedKey

beforeAll(async () => {
  authority = await makeAuthority()
  leaf = await signLeaf(openAuthority(authority), [
    { kind: 'dns', name: 'web.default.svc' },
    { kind: 'dns', name: 'api.test' },
  ])
  client = await selfSigned('portico.client')
})

function secret(name: string, data: Record<string, string>): string {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    data: Object.fromEntries(encoded),
  })
}

/** Answers with what TLS says of the connection. */
function tellTls(request: IncomingMessage, response: ServerResponse): void {
  const socket = request.socket as TLSSocket
  const facts = {
    url: request.url,
    host: request.headers.host,
    servername: socket.servername || undefined,
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().standardName,
    client: socket.getPeerCertificate()?.subject?.CN,
    reused: socket.isSessionReused(),
  }
  response.end(JSON.stringify(facts))
}

function startTlsBackend(pair: CertifiedKey = leaf, options: object = {}): Promise<TestBackend> {
  return startHttpsBackend({ key: pair.keyPem, cert: pair.certPem, ...options }, tellTls)
}

async function startTlsProxy(
  backend: Pick<TestBackend, 'address'>,
  settings: Record<string, string>,
  secrets: Record<string, string> = {},
): Promise<TestProxy> {
  const files: Record<string, string> = {
    'web.yaml': serving('a.test', backend.address, { annotations: nginx(settings) }),
  }
  for (const [name, text] of Object.entries(secrets)) files[`${name}.yaml`] = text
  // With reasons in error pages.
  return startProxy({ files, app: { dev: true } })
}

async function askOver(
  settings: Record<string, string>,
  secrets: Record<string, string> = {},
  pair: CertifiedKey = leaf,
  options: object = {},
): Promise<TestResponse & { readonly codes: string[] }> {
  const backend = await startTlsBackend(pair, options)
  const proxy = await startTlsProxy(backend, settings, secrets)
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', path: '/x?y' })
  return { ...response, codes: proxy.codes() }
}

describe('backend-protocol', () => {
  test('HTTPS speaks TLS to the backend, takes any certificate and sends no server name', async () => {
    const response = await askOver({ 'backend-protocol': 'https' })

    expect(response.status).toBe(200)
    expect(JSON.parse(response.body)).toMatchObject({ url: '/x?y', host: 'a.test', protocol: 'TLSv1.3' })
    expect(JSON.parse(response.body)).not.toHaveProperty('servername')
  })

  test('keeps connections, and takes sessions up again for new ones', async () => {
    const backend = await startTlsBackend()
    const proxy = await startTlsProxy(backend, { 'backend-protocol': 'HTTPS' })
    const ask = async () => JSON.parse((await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).body)

    expect([await ask(), await ask()]).toMatchObject([{ reused: false }, { reused: false }])
    expect(backend.connections).toHaveLength(1)
    const both = await Promise.all([ask(), ask()])
    expect(both.map(({ reused }) => reused).sort()).toEqual([false, true])
  })

  test('takes sessions of TLS 1.2 up again, too', async () => {
    const backend = await startTlsBackend(leaf, { maxVersion: 'TLSv1.2' })
    const proxy = await startTlsProxy(backend, {
      'backend-protocol': 'HTTPS',
      'connection-proxy-header': 'close',
    })
    const ask = async () => JSON.parse((await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).body)

    expect([await ask(), await ask()]).toMatchObject([
      { reused: false, protocol: 'TLSv1.2' },
      { reused: true, protocol: 'TLSv1.2' },
    ])
  })

  test('carries long bodies both ways', async () => {
    const body = Buffer.alloc(900_000, 'abcdefghij')
    const backend = await startHttpsBackend({ key: leaf.keyPem, cert: leaf.certPem }, (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => response.end(Buffer.concat([...chunks, ...chunks, ...chunks])))
    })
    const proxy = await startTlsProxy(backend, { 'backend-protocol': 'HTTPS' })

    const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'POST', body })
    expect(response.body === Buffer.concat([body, body, body]).toString()).toBe(true)
  })

  test('gives a slow reader every byte in its place', async () => {
    const body = Buffer.alloc(6_000_000)
    for (let at = 0; at < body.length; at += 4) body.writeUInt32BE(at, at)
    const backend = await startHttpsBackend(
      { key: leaf.keyPem, cert: leaf.certPem },
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': body.length }).end(body)
      },
    )
    const proxy = await startTlsProxy(backend, { 'backend-protocol': 'HTTPS' })
    const socket = connect(proxy.httpPort, '127.0.0.1')
    onTestFinished(() => {
      socket.destroy()
    })
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')
    const pieces: Buffer[] = []
    for await (const piece of socket) {
      pieces.push(piece as Buffer)
      // Stops reading for a turn or two at every piece, so that all buffers on the way are full.
      if (pieces.length % 4 === 0) await new Promise(setImmediate)
    }
    const whole = Buffer.concat(pieces)
    expect(whole.subarray(whole.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true)
  })

  test('WebSockets go through', async () => {
    const server = createHttpsServer({ key: leaf.keyPem, cert: leaf.certPem })
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', socket => socket.on('message', message => socket.send(`echo ${message}`)))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const client of sockets.clients) client.terminate()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const proxy = await startTlsProxy({ address: `127.0.0.1:${port}` }, { 'backend-protocol': 'HTTPS' })
    expect(await echoOver(await openWebSocket(proxy.httpPort, 'a.test'), 'hello')).toBe('echo hello')
  })

  test('a canary is spoken to as its main rule says', async () => {
    const backend = await startTlsBackend()
    const canary = nginx({ canary: 'true', 'canary-by-header': 'x-canary' })
    const proxy = await startProxy({
      files: {
        'web.yaml': serving('a.test', '127.0.0.1:1', { annotations: nginx({ 'backend-protocol': 'HTTPS' }) }),
        'canary.yaml': serving('a.test', backend.address, { name: 'canary', annotations: canary }),
      },
    })
    const headers = { 'X-Canary': 'always' }
    expect((await fetchFrom({ port: proxy.httpPort, host: 'a.test', headers })).status).toBe(200)
  })

  test('AUTO_HTTP speaks to the backend as the client came', async () => {
    const backend = await startTlsBackend()
    const proxy = await startTlsProxy(backend, { 'backend-protocol': 'AUTO_HTTP', 'ssl-redirect': 'false' })
    const ask = (port: number, tls?: { insecure: true }) =>
      fetchFrom({ port, host: 'a.test', ...(tls && { tls }) })

    const insecure = { insecure: true } as const
    const statuses = [
      (await ask(proxy.httpsPort, insecure)).status,
      (await ask(proxy.httpPort)).status,
      (await ask(proxy.httpsPort, insecure)).status,
    ]
    // A node:https server answers 400 or closes when it is spoken to in plain HTTP.
    expect([statuses[0], statuses[2]]).toEqual([200, 200])
    expect(statuses[1]).not.toBe(200)
  })

  test('protocols that are not spoken are reported', async () => {
    const proxy = await startProxy({
      files: Object.fromEntries(
        ['FCGI', 'h2c'].map((protocol, i) => [
          `${i}.yaml`,
          serving(`${i}.test`, '127.0.0.1:1', {
            name: `web-${i}`,
            annotations: nginx({ 'backend-protocol': protocol }),
          }),
        ]),
      ),
    })
    expect(proxy.codes()).toEqual(Array(2).fill('annotation-value'))
  })

  test('a backend that speaks no TLS gives 502', async () => {
    const backend = await startHttpsBackend({ ciphers: 'PSK', minVersion: 'TLSv1.2' }, tellTls)
    const proxy = await startTlsProxy(backend, { 'backend-protocol': 'HTTPS' })

    const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
    expect(response.status).toBe(502)
    expect(response.headers['proxy-status']).toBe('portico; error=tls_protocol_error')
  })
})

describe('proxy-ssl-verify', () => {
  const https = { 'backend-protocol': 'HTTPS', 'proxy-ssl-verify': 'on' }
  const named = { ...https, 'proxy-ssl-secret': 'default/tls' }

  test('accepts a certificate of ca.crt that names the Service', async () => {
    const response = await askOver(named, { tls: secret('tls', { 'ca.crt': authority.certPem }) })
    expect(response.status).toBe(200)
    // What ingress-nginx writes where there is a ca.crt.
    expect(JSON.parse(response.body)).toMatchObject({ protocol: 'TLSv1.2' })
  })

  test('refuses a certificate that somebody else signed', async () => {
    const response = await askOver(named, { tls: secret('tls', { 'ca.crt': client.certPem }) })
    expect(response.status).toBe(502)
    expect(response.headers['proxy-status']).toBe('portico; error=tls_certificate_error')
    expect(response.body).toMatch(/not signed by an authority/)
  })

  test('refuses a certificate made out to another name', async () => {
    const tls = secret('tls', { 'ca.crt': authority.certPem })
    const refused = await askOver({ ...named, 'proxy-ssl-name': 'other.test' }, { tls })
    const accepted = await askOver({ ...named, 'proxy-ssl-name': 'api.test' }, { tls })
    expect([refused.status, accepted.status]).toEqual([502, 200])
    expect(refused.body).toMatch(/made out to another name/)
  })

  test('counts the authorities on the way to the one it trusts', async () => {
    const chained = await signedOverAuthorities('web.default.svc', 2)
    const tls = secret('tls', { 'ca.crt': chained.rootPem })
    const tooFar = await askOver(named, { tls }, chained)
    const near = await askOver({ ...named, 'proxy-ssl-verify-depth': '2' }, { tls }, chained)
    expect([tooFar.status, near.status]).toEqual([502, 200])
  })

  test('trusts public authorities alone where there is no ca.crt', async () => {
    expect((await askOver(https)).status).toBe(502)
  })

  test('closes the route when it can not be read', async () => {
    const response = await askOver({ 'backend-protocol': 'HTTPS', 'proxy-ssl-verify': 'yes' })
    expect([response.status, response.codes]).toEqual([503, ['annotation-value']])
  })
})

describe('proxy-ssl-secret', () => {
  const https = { 'backend-protocol': 'HTTPS', 'proxy-ssl-secret': 'default/tls' }

  test('shows its certificate to a backend that asks for one', async () => {
    const pair = secret('tls', { 'tls.crt': client.certPem, 'tls.key': client.keyPem })
    const options = { requestCert: true, rejectUnauthorized: true, ca: client.certPem }
    const shown = await askOver(https, { tls: pair }, leaf, options)
    const missing = await askOver({ 'backend-protocol': 'HTTPS' }, {}, leaf, options)

    expect(JSON.parse(shown.body)).toMatchObject({ client: 'portico.client' })
    expect(missing.status).toBe(502)
    expect(missing.headers['proxy-status']).toBe('portico; error=tls_alert_received')
  })

  test('closes the route while it is missing, broken or of another namespace', async () => {
    const mixed = secret('tls', { 'tls.crt': client.certPem, 'tls.key': leaf.keyPem })
    const garbage = secret('tls', { 'ca.crt': 'no certificate' })
    const responses = [
      await askOver(https),
      await askOver(https, { tls: mixed }),
      await askOver(https, { tls: garbage }),
      await askOver(https, { tls: secret('tls', {}) }),
      await askOver({ ...https, 'proxy-ssl-secret': 'other/tls' }),
    ]
    expect(responses.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
    const unusable = Array(4).fill(['annotation-value'])
    expect(responses.map(({ codes }) => codes)).toEqual([['secret-missing'], ...unusable])
  })

  test('opens it as soon as the Secret is there', async () => {
    const backend = await startTlsBackend()
    const proxy = await startTlsProxy(backend, { ...https, 'proxy-ssl-verify': 'on' })
    const ask = async () => (await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).status

    expect(await ask()).toBe(503)
    const applied = proxy.nextChange()
    await proxy.manifests.write('tls.yaml', secret('tls', { 'ca.crt': authority.certPem }))
    await applied
    expect(await ask()).toBe(200)
  })
})

test('without TLS to the backend the annotations about it are said to have no effect', async () => {
  const response = await askOver({ 'proxy-ssl-verify': 'on', 'proxy-ssl-name': 'api.test' })
  expect(response.codes).toEqual(['annotation-value', 'annotation-value'])
  // Spoken to in plain HTTP: not 503, which would say that the route is closed.
  expect(response.status).not.toBe(503)
})

test('proxy-ssl-server-name sends the name that proxy-ssl-name gives, or the name of the Service', async () => {
  const settings = { 'backend-protocol': 'HTTPS', 'proxy-ssl-server-name': 'on' }
  const given = await askOver({ ...settings, 'proxy-ssl-name': 'api.test' })
  const own = await askOver(settings)
  expect([JSON.parse(given.body).servername, JSON.parse(own.body).servername]).toEqual([
    'api.test',
    'web.default.svc',
  ])
})

test('proxy-ssl-protocols and proxy-ssl-ciphers choose what is offered', async () => {
  const settings = {
    'backend-protocol': 'HTTPS',
    'proxy-ssl-protocols': 'TLSv1.2',
    'proxy-ssl-ciphers': 'ECDHE-ECDSA-AES128-GCM-SHA256',
  }
  const response = await askOver(settings)
  expect(JSON.parse(response.body)).toMatchObject({
    protocol: 'TLSv1.2',
    cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  })
  const bad = await askOver({ ...settings, 'proxy-ssl-protocols': 'SSLv3', 'proxy-ssl-ciphers': 'NONSENSE' })
  expect([bad.status, bad.codes]).toEqual([200, ['annotation-value', 'annotation-value']])
})
