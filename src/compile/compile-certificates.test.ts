import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { ocspResponse } from '../../test/support/ocsp-response.ts'
import { ingress, service, slice, tlsSecret } from '../../test/support/resources.ts'
import { readCertificateName } from '../certificates/certificate-name.ts'
import { type CertifiedKey, makeAuthority, openAuthority, signLeaf } from '../certificates/sign.ts'
import type { Resource } from '../resources/resource.ts'

const serving = [service(), slice('web', ['127.0.0.1'])]
const dayMs = 86_400_000
const rules = { 'a.com': ['P / web:80'] }
let authority: CertifiedKey
let forA: CertifiedKey
let forWildcard: CertifiedKey

async function pairFor(...names: string[]): Promise<CertifiedKey> {
  return signLeaf(
    openAuthority(authority),
    names.map(name => readCertificateName(name)!),
  )
}

/** A certificate of the kind that old tutorials make: a common name and nothing else. */
async function withoutAlternativeNames(commonName: string): Promise<CertifiedKey> {
  cryptoProvider.set(webcrypto as Crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: algorithm,
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
  return { certPem: certificate.toString('pem'), keyPem }
}

function secret(name: string, pair: CertifiedKey, namespace = 'default') {
  return tlsSecret(name, pair.certPem, pair.keyPem, { namespace })
}

/** Compiles one Ingress for a.com with a tls section. */
function compileTls(hosts: readonly string[], secretName: string | undefined, ...objects: Resource[]) {
  const tls = [secretName === undefined ? { hosts } : { hosts, secret: secretName }]
  return compile([ingress({ rules, tls }), ...serving, ...objects])
}

beforeAll(async () => {
  authority = await makeAuthority()
  forA = await pairFor('a.com')
  forWildcard = await pairFor('*.b.com')
})

describe('a tls section', () => {
  it('serves the certificate of its Secret for the hosts it lists', () => {
    const { table, host, codes } = compileTls(['a.com'], 'tls', secret('tls', forA))
    expect(codes).toEqual([])
    expect(table.certificates.exact.get('a.com')).toMatchObject({
      kind: 'secret',
      secret: 'default/tls',
      certPem: forA.certPem,
    })
    expect(host('a.com')?.hasTls).toBe(true)
  })

  it('with a wildcard covers one label, for certificate and redirect alike', () => {
    const tls = [{ hosts: ['*.b.com'], secret: 'tls' }]
    const { table, host, codes } = compile([
      ingress({ rules: { 'x.b.com': ['P / web:80'] }, tls }),
      ...serving,
      secret('tls', forWildcard),
    ])
    expect([table.certificates.wildcard.get('.b.com')?.kind, host('x.b.com')?.hasTls, codes]).toEqual([
      'secret',
      true,
      [],
    ])
  })

  it('leaves hosts alone that it does not name', () => {
    const tls = [{ hosts: ['a.com'], secret: 'tls' }]
    const { host } = compile([
      ingress({ rules: { ...rules, 'other.com': ['P / web:80'] }, tls }),
      ...serving,
      secret('tls', forA),
    ])
    expect(host('other.com')?.hasTls).toBe(false)
  })

  it('lends its certificate to a rule host it does not list but that the certificate names', () => {
    const { table, host, codes } = compileTls([], 'tls', secret('tls', forA))
    expect([table.certificates.exact.get('a.com')?.kind, host('a.com')?.hasTls, codes]).toEqual([
      'secret',
      true,
      [],
    ])
  })

  it('without hosts and for none of the rules is reported', () => {
    const { table, codes } = compileTls([], 'tls', secret('tls', forWildcard))
    expect([table.certificates.exact.size, codes]).toEqual([0, ['tls-unused']])
  })

  it('without a Secret gets the default certificate or the local CA', () => {
    expect(compileTls(['a.com'], undefined).table.certificates.exact.get('a.com')?.kind).toBe('local-ca')
    const defaultSslCertificate = { namespace: 'default', name: 'tls' }
    const objects = [ingress({ rules, tls: [{ hosts: ['a.com'] }] }), ...serving, secret('tls', forWildcard)]
    const { certificates } = compile(objects, { defaultSslCertificate }).table
    expect(certificates.default?.kind).toBe('secret')
    expect(certificates.exact.get('a.com')).toBe(certificates.default)
  })

  it('for a host without a rule is noted', () => {
    expect(compileTls(['a.com', 'x.com'], 'tls', secret('tls', forA)).codes).toEqual([
      'tls-host-without-rule',
      'tls-host-not-covered',
    ])
  })

  it('that names another Secret for a host than an older Ingress loses', () => {
    const [one, two] = ['one', 'two'].map(name =>
      ingress({ name, rules: { 'a.com': [`P /${name} web:80`] }, tls: [{ hosts: ['a.com'], secret: name }] }),
    )
    const { table, codes } = compile([one!, two!, ...serving, secret('one', forA), secret('two', forA)])
    expect(table.certificates.exact.get('a.com')).toMatchObject({ secret: 'default/one' })
    expect(codes).toEqual(['tls-conflict'])
  })

  it('of another namespace names another Secret, whatever its name', () => {
    const tls = [{ hosts: ['a.com'], secret: 'tls' }]
    const two = ingress({ name: 'two', namespace: 'shop', rules: { 'a.com': ['P /two web:80'] }, tls })
    const objects = [
      ingress({ rules, tls }),
      two,
      ...serving,
      secret('tls', forA),
      secret('tls', forA, 'shop'),
    ]
    const { codes, table } = compile(objects)
    expect(codes).toContain('tls-conflict')
    expect(table.certificates.exact.get('a.com')).toMatchObject({ secret: 'default/tls' })
  })
})

describe('a Secret', () => {
  it('that is missing leaves the host to the local CA and still redirects', () => {
    const { table, host, codes } = compileTls(['a.com'], 'tls')
    expect([table.certificates.exact.get('a.com')?.kind, host('a.com')?.hasTls, codes]).toEqual([
      'local-ca',
      true,
      ['tls-secret-missing'],
    ])
  })

  it('of another namespace is not used', () => {
    const { diagnostics } = compileTls(['a.com'], 'tls', secret('tls', forA, 'shop'))
    expect(diagnostics).toMatchObject([{ code: 'tls-secret-missing' }])
    expect(diagnostics[0]?.message).toContain('namespace shop')
  })

  it.each<[string, () => Resource]>([
    ['with text for a certificate', () => tlsSecret('tls', 'nonsense', forA.keyPem)],
    ['with text for a key', () => tlsSecret('tls', forA.certPem, 'nonsense')],
    [
      'with an encrypted key',
      () => {
        const secrecy = { cipher: 'aes-128-cbc', passphrase: 'x' }
        const key = createPrivateKey(forA.keyPem).export({ type: 'pkcs8', format: 'pem', ...secrecy })
        return tlsSecret('tls', forA.certPem, key.toString())
      },
    ],
    ['with the key of another certificate', () => tlsSecret('tls', forA.certPem, forWildcard.keyPem)],
    ['of another type', () => ({ ...secret('tls', forA), type: 'kubernetes.io/dockercfg' })],
    [
      'without a key',
      () => ({ ...secret('tls', forA), data: new Map([...secret('tls', forA).data].slice(0, 1)) }),
    ],
  ])('%s leaves the host to the local CA', (_, build) => {
    const { table, codes } = compileTls(['a.com'], 'tls', build())
    expect([table.certificates.exact.get('a.com')?.kind, codes]).toEqual(['local-ca', ['tls-secret-invalid']])
  })

  it('whose certificate is for other names leaves the host to the local CA', () => {
    const { table, codes } = compileTls(['a.com'], 'tls', secret('tls', forWildcard))
    expect([table.certificates.exact.get('a.com')?.kind, codes]).toEqual([
      'local-ca',
      ['tls-host-not-covered'],
    ])
  })

  it('with the host only as common name is served with a warning', async () => {
    const pair = await withoutAlternativeNames('a.com')
    const { table, codes } = compileTls(['a.com'], 'tls', secret('tls', pair))
    expect([table.certificates.exact.get('a.com')?.kind, codes]).toEqual([
      'secret',
      ['tls-certificate-without-san'],
    ])
  })

  it('is served when its certificate has expired or soon will, and reported', () => {
    const objects = [
      ingress({ rules, tls: [{ hosts: ['a.com'], secret: 'tls' }] }),
      ...serving,
      secret('tls', forA),
    ]
    const inDays = (days: number) => compile(objects, {}, () => Date.now() + days * 86_400_000)
    expect([inDays(380).codes, inDays(384).codes, inDays(500).codes, inDays(-10).codes]).toEqual([
      [],
      ['tls-certificate-expires'],
      ['tls-certificate-expired'],
      ['tls-certificate-expired'],
    ])
    expect(inDays(500).table.certificates.exact.get('a.com')?.kind).toBe('secret')
  })

  it('says when something else is to be said of its dates', () => {
    const objects = [ingress({ rules, tls: [{ hosts: ['a.com'], secret: 'tls' }] }), ...serving]
    const changesAfter = (days: number) => {
      const nowMs = Date.now() + days * dayMs
      const { changesAtMs } = compile([...objects, secret('tls', forA)], {}, () => nowMs)
      return changesAtMs
    }
    const endMs = new X509Certificate(forA.certPem).validToDate.getTime()
    expect([changesAfter(0), changesAfter(390), changesAfter(500)]).toEqual([
      endMs - 14 * dayMs,
      endMs,
      Number.POSITIVE_INFINITY,
    ])
    expect(compile(objects).changesAtMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('carries an OCSP response that is for its certificate, and says when it can not be stapled', () => {
    const compileWith = (bytes: Buffer, nowMs = Date.now()) => {
      const own = secret('tls', forA)
      const data = new Map(own.data).set('tls.ocsp', { bytes, place: own.meta.place })
      const tls = [{ hosts: ['a.com'], secret: 'tls' }]
      return compile([ingress({ rules, tls }), ...serving, { ...own, data }], {}, () => nowMs)
    }
    const good = ocspResponse(forA.certPem)
    const { table, codes } = compileWith(good)
    expect([table.certificates.exact.get('a.com'), codes]).toMatchObject([{ staple: { response: good } }, []])
    expect(compileWith(good, Date.now() + dayMs).codes).toEqual(['tls-staple-expired'])
    expect(compileWith(good, Date.now() - dayMs / 12).codes).toContain('tls-staple-expired')
    const foreign = compileWith(ocspResponse(forWildcard.certPem))
    expect(foreign.table.certificates.exact.get('a.com')).not.toHaveProperty('staple')
    expect(foreign.codes).toEqual(['tls-staple-invalid'])
  })
})
