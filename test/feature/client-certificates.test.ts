// Client certificates: who is let in, who is told what, and that nothing leads around them.
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { CertifiedKey } from '../../src/certificates/sign.ts'
import { askOver } from '../support/ask-over.ts'
import { type Authority, createAuthority } from '../support/authority.ts'
import { startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText, textOf } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

let root: Authority
let other: Authority
let alice: CertifiedKey
let stranger: CertifiedKey
let expired: CertifiedKey

beforeAll(async () => {
  ;[root, other] = await Promise.all([createAuthority('CN=Clients'), createAuthority('CN=Others')])
  alice = await root.sign('C=DE, O=Example\\, Inc, CN=alice.example.com')
  stranger = await other.sign('CN=alice.example.com')
  expired = await root.sign('CN=alice.example.com', { validDays: -1 })
})

const authTls = (settings: Record<string, string>, secret = 'clients') => ({
  'nginx.ingress.kubernetes.io/auth-tls-secret': `default/${secret}`,
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`nginx.ingress.kubernetes.io/auth-tls-${name}`, value]),
  ),
})

function secret(name: string, stringData: Record<string, string>): string {
  return textOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData })
}

/** Hosts with their annotations, all served by one echo backend. */
async function serve(
  hosts: Record<string, Record<string, string>>,
  ...more: readonly string[]
): Promise<{ proxy: TestProxy; backend: TestBackend }> {
  const backend = await startEchoBackend()
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web${index}`, annotations }),
  )
  const clients = secret('clients', { 'ca.crt': root.certPem })
  return {
    proxy: await startProxy({ files: { 'all.yaml': documents(...ingresses, clients, ...more) } }),
    backend,
  }
}

const ask = (proxy: TestProxy, host: string, client?: CertifiedKey, headers: Record<string, string> = {}) =>
  fetchFrom({ port: proxy.httpsPort, host, headers, tls: { insecure: true, client } })

/** A connection whose server name and Host may differ. */
async function secureConnection(proxy: TestProxy, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: proxy.httpsPort, rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}

const statusOf = async (answer: Promise<{ status: number }>) => (await answer).status
const statusIn = (response: string) => Number(response.slice(9, 12))

describe('a host that asks for client certificates', () => {
  test('lets in and refuses by what auth-tls-verify-client says', async () => {
    const verify = (word: string) => authTls({ 'verify-client': word })
    const { proxy } = await serve({
      'on.com': authTls({}),
      'off.com': verify('off'),
      'optional.com': verify('optional'),
      'any.com': verify('optional_no_ca'),
      'wrong.com': verify('maybe'),
    })
    expect(proxy.codes()).toEqual(['annotation-value'])
    const rows: Record<string, number[]> = {}
    for (const host of ['on.com', 'off.com', 'optional.com', 'any.com', 'wrong.com']) {
      const clients = [undefined, alice, stranger, expired]
      rows[host] = await Promise.all(clients.map(client => statusOf(ask(proxy, host, client))))
    }
    expect(rows).toEqual({
      'on.com': [400, 200, 400, 400],
      'off.com': [200, 200, 200, 200],
      'optional.com': [200, 200, 400, 400],
      'any.com': [200, 200, 200, 400],
      'wrong.com': [400, 200, 400, 400],
    })
    expect((await ask(proxy, 'on.com')).body).toContain('No required SSL certificate was sent')
    expect((await ask(proxy, 'on.com', stranger)).body).toContain('The SSL certificate error')
  })

  test('tells the backend who the client is, and believes no client about it', async () => {
    const { proxy } = await serve({
      'on.com': authTls({ 'pass-certificate-to-upstream': 'true' }),
      'any.com': authTls({ 'verify-client': 'optional_no_ca' }),
      'open.com': {},
    })
    const forged = {
      'SSL-Client-Verify': 'SUCCESS',
      'ssl-client-subject-dn': 'CN=root',
      'Ssl-Client-Cert': 'x',
    }
    const told = async (host: string, client?: CertifiedKey) => {
      const { headers } = (await ask(proxy, host, client, forged)).echo()
      return ['verify', 'subject-dn', 'issuer-dn', 'cert'].map(name => headers[`ssl-client-${name}`])
    }
    expect(await told('on.com', alice)).toEqual([
      'SUCCESS',
      'CN=alice.example.com,O=Example\\, Inc,C=DE',
      'CN=Clients',
      encodeURIComponent(`${alice.certPem.trim()}\n`),
    ])
    expect(await told('any.com', stranger)).toEqual([
      'FAILED:unable to verify the first certificate',
      'CN=alice.example.com',
      'CN=Others',
      undefined,
    ])
    expect(await told('any.com')).toEqual(['NONE', undefined, undefined, undefined])
    expect(await told('open.com', alice)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('compares the whole common name with auth-tls-match-cn', async () => {
    const { proxy } = await serve({
      'name.com': authTls({ 'match-cn': 'CN=alice\\.example\\.com' }),
      'part.com': authTls({ 'match-cn': 'CN=alice' }),
      'either.com': authTls({ 'match-cn': 'CN=bob|alice.*' }),
      'optional.com': authTls({ 'match-cn': 'CN=alice.*', 'verify-client': 'optional' }),
      'unverified.com': authTls({ 'match-cn': 'CN=alice.*', 'verify-client': 'optional_no_ca' }),
      'broken.com': authTls({ 'match-cn': 'CN=(' }),
      'alone.com': { 'nginx.ingress.kubernetes.io/auth-tls-match-cn': 'CN=alice' },
    })
    const hosts = [
      'name.com',
      'part.com',
      'either.com',
      'optional.com',
      'unverified.com',
      'broken.com',
      'alone.com',
    ]
    const statuses = await Promise.all(hosts.map(host => statusOf(ask(proxy, host, alice))))
    expect(statuses).toEqual([200, 403, 200, 200, 200, 403, 403])
    expect(await statusOf(ask(proxy, 'optional.com'))).toBe(403)
    expect(await statusOf(ask(proxy, 'unverified.com', stranger))).toBe(403)
    expect(proxy.codes()).toEqual(['annotation-value', 'annotation-value'])
  })

  test('counts the authorities between a certificate and its root, and honours revocations', async () => {
    const below = await root.below('CN=Below')
    const lowest = await below.below('CN=Lowest')
    const near = await below.sign('CN=near')
    const far = await lowest.sign('CN=far')
    const chainOf = (pair: CertifiedKey, ...authorities: Authority[]) => ({
      ...pair,
      certPem: [pair.certPem, ...authorities.map(({ certPem }) => certPem)].join('\n'),
    })
    const clients = [alice, chainOf(near, below), chainOf(far, lowest, below)]
    const [one, two] = await Promise.all([root.sign('CN=one'), root.sign('CN=two')])
    const { proxy } = await serve(
      {
        'one.com': authTls({}),
        'two.com': authTls({ 'verify-depth': '2' }),
        'none.com': authTls({ 'verify-depth': '0' }),
        'revoked.com': authTls({}, 'revoked'),
      },
      secret('revoked', { 'ca.crt': root.certPem, 'ca.crl': await root.revoke(one) }),
    )
    const statuses = (host: string, clients: CertifiedKey[]) =>
      Promise.all(clients.map(client => statusOf(ask(proxy, host, client))))
    expect(await statuses('one.com', clients)).toEqual([200, 200, 400])
    expect(await statuses('two.com', clients)).toEqual([200, 200, 200])
    expect(await statuses('none.com', clients)).toEqual([200, 400, 400])
    expect(await statuses('revoked.com', [one, two])).toEqual([400, 200])
  })

  test('sends those without a good certificate to auth-tls-error-page', async () => {
    const { proxy } = await serve({
      'page.com': authTls({ 'error-page': 'https://help.com/certificates?a=b' }),
      'named.com': authTls({ 'error-page': '@certificates' }),
    })
    for (const client of [undefined, stranger]) {
      const answer = await ask(proxy, 'page.com', client)
      expect([answer.status, answer.headers.location]).toEqual([302, 'https://help.com/certificates?a=b'])
    }
    expect(await statusOf(ask(proxy, 'named.com'))).toBe(400)
    expect(proxy.codes()).toEqual(['annotation-value'])
  })

  test('is closed with 403, over either port, while its Secret is missing or broken, and opens with it', async () => {
    const { proxy } = await serve(
      {
        'missing.com': authTls({}, 'missing'),
        'empty.com': authTls({}, 'empty'),
        'broken.com': authTls({}, 'broken'),
        'foreign.com': { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'other/clients' },
        'name.com': { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'no name' },
      },
      secret('empty', { other: 'x' }),
      secret('broken', { 'ca.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
    )
    const hosts = ['missing.com', 'empty.com', 'broken.com', 'foreign.com', 'name.com']
    for (const host of hosts) {
      expect([host, await statusOf(ask(proxy, host, alice))]).toEqual([host, 403])
      expect([host, await statusOf(fetchFrom({ port: proxy.httpPort, host }))]).toEqual([host, 403])
    }
    expect(proxy.codes()).toEqual(['secret-missing', ...hosts.slice(1).map(() => 'annotation-value')])

    const next = proxy.nextChange()
    await proxy.manifests.write('secret.yaml', secret('missing', { 'ca.crt': root.certPem }))
    await next
    await expect.poll(() => statusOf(ask(proxy, 'missing.com', alice))).toBe(200)
  })
})

describe('nothing leads around client certificates:', () => {
  test('not another path or Ingress of the host, nor one that no rule takes', async () => {
    const { proxy } = await serve(
      { 'on.com': authTls({}) },
      ingressText({
        name: 'later',
        rules: { 'on.com': ['Prefix /open web0:80'] },
        created: '2030-01-01T00:00:00Z',
      }),
    )
    for (const path of ['/', '/open', '/open/%2e%2e/x']) {
      const answer = await fetchFrom({ port: proxy.httpsPort, host: 'on.com', path, tls: { insecure: true } })
      expect([path, answer.status]).toEqual([path, 400])
    }
  })

  test('not a second Ingress of the host that asks for less, or trusts others', async () => {
    const at = (name: string, path: string, annotations: Record<string, string>) =>
      ingressText({ name, rules: { 'on.com': [`Prefix ${path} web0:80`] }, annotations })
    const { proxy } = await serve(
      { 'on.com': authTls({ 'verify-client': 'optional' }) },
      at('less', '/less', authTls({ 'verify-client': 'off' })),
      at('more', '/more', authTls({ 'verify-client': 'on', 'match-cn': 'CN=alice.*' })),
      at('others', '/others', authTls({}, 'others')),
      secret('others', { 'ca.crt': other.certPem }),
    )
    expect(proxy.codes()).toEqual(['annotation-ignored', 'annotation-ignored'])
    const bob = await root.sign('CN=bob')
    const rows: Record<string, number[]> = {}
    for (const path of ['/', '/less', '/more', '/others']) {
      const answers = [undefined, alice, bob, stranger].map(client =>
        fetchFrom({ port: proxy.httpsPort, host: 'on.com', path, tls: { insecure: true, client } }),
      )
      rows[path] = (await Promise.all(answers)).map(({ status }) => status)
    }
    expect(rows).toEqual({
      '/': [200, 200, 200, 400],
      '/less': [200, 200, 200, 400],
      '/more': [400, 200, 403, 400],
      '/others': [403, 403, 403, 403],
    })
  })

  test('not a path that its backend may read as one whose Ingress asks for more', async () => {
    const { proxy } = await serve(
      { 'on.com': authTls({ 'verify-client': 'optional' }) },
      ingressText({
        name: 'more',
        rules: { 'on.com': ['Prefix /more web0:80'] },
        annotations: authTls({}),
      }),
    )
    const paths = [
      '/less',
      '/more',
      '/less/..;/more',
      '/less/%252e%252e/more',
      '/less\\..\\more',
      '/less/%41',
    ]
    const statuses = await Promise.all(
      paths.map(path =>
        statusOf(fetchFrom({ port: proxy.httpsPort, host: 'on.com', path, tls: { insecure: true } })),
      ),
    )
    expect(statuses).toEqual([200, 400, 400, 400, 400, 200])
  })

  test('not an alias, nor another name that a wildcard or the catch-all takes', async () => {
    const alias = { 'nginx.ingress.kubernetes.io/server-alias': 'alias.com, ~^re[0-9]+\\.com$' }
    const { proxy } = await serve(
      { 'on.com': { ...authTls({}), ...alias }, 'open.com': {} },
      ingressText({ name: 'wild', rules: { '*.wild.com': ['Prefix / web0:80'] }, annotations: authTls({}) }),
      ingressText({ name: 'rest', rules: { '': ['Prefix / web0:80'] }, annotations: authTls({}) }),
    )
    expect(proxy.codes()).toEqual([])
    for (const host of ['alias.com', 're1.com', 'a.wild.com', 'nobody.com']) {
      const statuses = [await statusOf(ask(proxy, host)), await statusOf(ask(proxy, host, alice))]
      expect([host, ...statuses]).toEqual([host, 400, 200])
    }
    expect(await statusOf(ask(proxy, 'open.com'))).toBe(200)
    const nameless = await secureConnection(proxy, { servername: '', cert: alice.certPem, key: alice.keyPem })
    expect(statusIn(await askOver(nameless, 'nobody.com'))).toBe(200)
  })

  test('not a connection made for another name, with or without certificates, nor one without a name', async () => {
    const { proxy } = await serve(
      { 'on.com': authTls({}), 'others.com': authTls({}, 'others'), 'open.com': {} },
      secret('others', { 'ca.crt': other.certPem }),
    )
    const cases: [ConnectionOptions, number][] = [
      [{ servername: 'open.com' }, 421],
      [{ servername: '' }, 421],
      [{ servername: 'others.com', cert: stranger.certPem, key: stranger.keyPem }, 421],
      [{ servername: 'on.com', cert: alice.certPem, key: alice.keyPem }, 200],
    ]
    for (const [options, status] of cases) {
      const socket = await secureConnection(proxy, options)
      expect([options.servername, statusIn(await askOver(socket, 'on.com'))]).toEqual([
        options.servername,
        status,
      ])
    }
    const socket = await secureConnection(proxy, { servername: 'open.com' })
    expect(statusIn(await askOver(socket, 'open.com'))).toBe(200)
  })

  test('not a session resumed from another host or from before', async () => {
    const { proxy } = await serve(
      { 'on.com': authTls({}), 'others.com': authTls({}, 'others'), 'open.com': {} },
      secret('others', { 'ca.crt': other.certPem }),
    )
    const sessionOf = async (host: string, options: ConnectionOptions) => {
      const socket = await secureConnection(proxy, { servername: host, ...options })
      let session: Buffer | undefined
      socket.on('session', next => {
        session = next
      })
      await askOver(socket, host)
      return session
    }
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const shown = { cert: stranger.certPem, key: stranger.keyPem, maxVersion }
      const sessions = [await sessionOf('open.com', { maxVersion }), await sessionOf('others.com', shown)]
      for (const session of sessions) {
        const socket = await secureConnection(proxy, { servername: 'on.com', session, maxVersion })
        expect(statusIn(await askOver(socket, 'on.com'))).toBe(400)
        expect(socket.isSessionReused()).toBe(false)
      }
    }
  })

  test('not plain HTTP, and not a connection from before they were asked for', async () => {
    const { proxy, backend } = await serve({ 'on.com': authTls({}), 'later.com': {} })
    expect(await statusOf(fetchFrom({ port: proxy.httpPort, host: 'on.com' }))).toBe(400)
    const socket = await secureConnection(proxy, { servername: 'later.com' })
    expect(statusIn(await askOver(socket, 'later.com'))).toBe(200)

    const next = proxy.nextChange()
    const both = ['on.com', 'later.com'].map((host, index) =>
      serving(host, backend.address, { name: `web${index}`, annotations: authTls({}) }),
    )
    const clients = secret('clients', { 'ca.crt': root.certPem })
    await proxy.manifests.write('all.yaml', documents(...both, clients))
    await next
    expect(statusIn(await askOver(socket, 'later.com'))).toBe(421)
    await expect.poll(() => statusOf(ask(proxy, 'later.com'))).toBe(400)
  })
})

test('an auth service is told of the certificate as a backend is', async () => {
  const asked: Record<string, unknown>[] = []
  const auth = await startEchoBackend('auth', ({ headers }, response) => {
    asked.push(headers)
    response.end()
  })
  const authUrl = { 'nginx.ingress.kubernetes.io/auth-url': `http://${auth.address}/` }
  const pass = { 'pass-certificate-to-upstream': 'true' }
  const { proxy } = await serve({
    'on.com': { ...authTls(pass), ...authUrl },
    'plain.com': authUrl,
  })
  const claimed = { 'ssl-client-verify': 'SUCCESS', 'ssl-client-subject-dn': 'CN=root' }
  expect(await statusOf(ask(proxy, 'on.com', alice, claimed))).toBe(200)
  expect(await statusOf(ask(proxy, 'plain.com', undefined, claimed))).toBe(200)
  expect(asked[0]).toMatchObject({
    'ssl-client-verify': 'SUCCESS',
    'ssl-client-subject-dn': expect.stringContaining('CN=alice.example.com'),
    'ssl-client-issuer-dn': 'CN=Clients',
    'ssl-client-cert': expect.stringContaining(encodeURIComponent(alice.certPem.trim())),
  })
  expect(asked[1]).not.toHaveProperty('ssl-client-verify')
  expect(asked[1]).not.toHaveProperty('ssl-client-subject-dn')
})
