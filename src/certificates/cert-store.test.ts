import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Certificate, CertificateTable } from '../routing/table.ts'
import { type CertificateStore, createCertificateStore } from './cert-store.ts'
import { createLocalCa, type LocalCa } from './local-ca.ts'
import type { CertifiedKey } from './sign.ts'

let directory: string
let ca: LocalCa
let store: CertificateStore
let server: Server

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-store-'))
  ca = await createLocalCa(directory)
  const fallback = await createCertificateStore(ca).pairFor(undefined)
  server = createServer({
    cert: fallback.certPem,
    key: fallback.keyPem,
    SNICallback: (name, done) => store.sniCallback()(name, done),
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise(resolve => server.close(resolve))
  await rm(directory, { recursive: true })
})
beforeEach(() => {
  store = createCertificateStore(ca)
})

/** Handshakes with the server and gives the certificate it showed, verified against the local CA. */
function handshake(servername: string | undefined): Promise<X509Certificate> {
  const { port } = server.address() as AddressInfo
  const options: ConnectionOptions = {
    host: '127.0.0.1',
    port,
    ca: ca.certPem,
    checkServerIdentity: () => undefined,
  }
  if (servername !== undefined) options.servername = servername
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      const raw = socket.getPeerCertificate().raw
      socket.destroy()
      resolve(new X509Certificate(raw))
    })
    socket.once('error', reject)
  })
}

async function pairOf(...names: string[]): Promise<CertifiedKey> {
  return ca.sign(names.map(name => ({ kind: 'dns', name })))
}

function secret(pair: CertifiedKey, name = 'default/tls'): Certificate {
  return { kind: 'secret', secret: name, ...pair, place }
}

const place = { document: { file: 'tls.yaml', text: '', startLine: 1 }, offset: 0 }

function tableOf(entries: {
  exact?: Record<string, Certificate>
  wildcard?: Record<string, Certificate>
  default?: Certificate
}): CertificateTable {
  return {
    exact: new Map(Object.entries(entries.exact ?? {})),
    wildcard: new Map(Object.entries(entries.wildcard ?? {})),
    default: entries.default,
  }
}

describe('the certificate of a handshake', () => {
  it('is the exact one before the wildcard one before the default one', async () => {
    store.apply(
      tableOf({
        exact: { 'a.foo.com': secret(await pairOf('exact.test')) },
        wildcard: { '.foo.com': secret(await pairOf('wildcard.test')) },
        default: secret(await pairOf('default.test')),
      }),
    )
    expect((await handshake('a.foo.com')).subjectAltName).toBe('DNS:exact.test')
    expect((await handshake('b.foo.com')).subjectAltName).toBe('DNS:wildcard.test')
    expect((await handshake('x.b.foo.com')).subjectAltName).toBe('DNS:default.test')
    expect((await handshake('foo.com')).subjectAltName).toBe('DNS:default.test')
  })

  it('ignores case and a trailing dot of the name asked for', async () => {
    store.apply(tableOf({ exact: { 'a.foo.com': secret(await pairOf('exact.test')) } }))
    expect((await handshake('A.Foo.Com')).subjectAltName).toBe('DNS:exact.test')
    expect((await handshake('a.foo.com.')).subjectAltName).toBe('DNS:exact.test')
  })

  it('is a leaf of the local CA for a name nobody claims', async () => {
    expect((await handshake('unknown.test')).subjectAltName).toBe('DNS:unknown.test')
  })

  it('is a leaf of the local CA where the table says so, although there is a default', async () => {
    const broken: Certificate = { kind: 'local-ca', reason: 'Secret missing', place }
    store.apply(tableOf({ exact: { 'a.test': broken }, default: secret(await pairOf('default.test')) }))
    expect((await handshake('a.test')).subjectAltName).toBe('DNS:a.test')
  })

  it('is for localhost when the client names no host', async () => {
    expect((await handshake(undefined)).subjectAltName).toMatch(/^DNS:localhost, /)
  })

  it('is the default when the client names no host, also beside one for localhost', async () => {
    store.apply(tableOf({ exact: { localhost: secret(await pairOf('exact.test')) } }))
    const names = async () => new X509Certificate((await store.pairFor(undefined)).certPem).subjectAltName
    expect(await names()).toMatch(/^DNS:localhost, /)
    store.apply(tableOf({ default: secret(await pairOf('default.test')) }))
    expect(await names()).toBe('DNS:default.test')
  })

  it('is for localhost when no certificate may carry the name', async () => {
    expect((await handshake('a b\u0001'.repeat(60))).subjectAltName).toMatch(/^DNS:localhost, /)
  })

  it('changes for new handshakes when the table does', async () => {
    store.apply(tableOf({ exact: { 'a.test': secret(await pairOf('old.test')) } }))
    expect((await handshake('a.test')).subjectAltName).toBe('DNS:old.test')
    store.apply(tableOf({ exact: { 'a.test': secret(await pairOf('new.test')) } }))
    expect((await handshake('a.test')).subjectAltName).toBe('DNS:new.test')
    store.apply(tableOf({}))
    expect((await handshake('a.test')).subjectAltName).toBe('DNS:a.test')
  })

  it('is a leaf when the pair of a Secret can not be used', async () => {
    const { certPem } = await pairOf('one.test')
    const { keyPem } = await pairOf('two.test')
    store.apply(tableOf({ exact: { 'a.test': secret({ certPem, keyPem }) } }))
    expect((await handshake('a.test')).subjectAltName).toBe('DNS:a.test')
  })
})

describe('the context of a certificate', () => {
  it('stays the same over a reload that does not change the certificate', async () => {
    const pair = await pairOf('a.test')
    store.apply(tableOf({ exact: { 'a.test': secret(pair) } }))
    const before = await store.contextFor('a.test')
    store.apply(tableOf({ exact: { 'a.test': secret({ ...pair }) } }))
    expect(await store.contextFor('a.test')).toBe(before)
  })
})
