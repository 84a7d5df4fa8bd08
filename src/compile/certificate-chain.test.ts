import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { expect, test } from 'vitest'
import { signedOverAuthorities } from '../../test/support/certificates.ts'
import { type CertificateChain, readChain } from './certificate-chain.ts'

interface Made {
  readonly certPem: string
  readonly keyPem: string
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate; signed by itself unless `issuer` says another name. */
async function make(
  algorithm: object,
  extensions: Extension[] = [],
  issuer = 'CN=a.com',
  hash = 'SHA-256',
  subject = 'CN=a.com',
): Promise<Made> {
  cryptoProvider.set(webcrypto as Crypto)
  const { subtle } = webcrypto
  const generate = (parameters: object) =>
    subtle.generateKey(parameters as typeof ecdsa, true, [
      'sign',
      'verify',
    ]) as Promise<webcrypto.CryptoKeyPair>
  const keys = await generate(algorithm)
  const signer = issuer === 'CN=a.com' ? keys : await generate(algorithm)
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { ...(algorithm as typeof ecdsa), hash },
    extensions,
  })
  const der = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  return {
    certPem: certificate.toString('pem'),
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function read({ certPem, keyPem }: Made): CertificateChain {
  const chain = readChain(certPem, createPrivateKey(keyPem))
  if ('problem' in chain) throw new Error(chain.problem)
  return chain
}

function codesOf(made: Made): string[] {
  return read(made).flaws.map(({ code }) => code)
}

function blocksOf(pem: string): string[] {
  return pem.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? []
}

function subjectsIn(pem: string): string[] {
  return blocksOf(pem).map(block => new X509Certificate(block).subject)
}

test('a chain in order is served as it is written', async () => {
  const pair = await signedOverAuthorities('a.com', 2)
  const certPem = `# our chain\n${pair.certPem}`
  expect(read({ ...pair, certPem })).toMatchObject({ certPem, flaws: [] })
})

test('a chain in another order is put in order, once each, with what belongs to none at its end', async () => {
  const pair = await signedOverAuthorities('a.com', 2)
  const stranger = await make(ecdsa, [], 'CN=stranger')
  const [leaf, lower, upper] = blocksOf(pair.certPem)
  const certPem = [upper, stranger.certPem, lower, upper, leaf].join('\n')
  const chain = read({ ...pair, certPem })
  expect(chain.leaf.subject).toBe('CN=a.com')
  expect(subjectsIn(chain.certPem)).toEqual([...subjectsIn(pair.certPem), 'CN=a.com'])
  expect(chain.flaws.map(({ code }) => code)).toEqual(['tls-chain-mended', 'tls-chain-mended'])
  expect(chain.flaws[1]?.text).toMatch(/no part of its chain.*"CN=a.com"/)
})

test('a key of none of the certificates, and too many of them, are refused', async () => {
  const [one, other] = [await make(ecdsa), await make(ecdsa)]
  const key = createPrivateKey(other.keyPem)
  expect(readChain(one.certPem, key)).toHaveProperty('problem')
  expect(readChain(other.certPem.repeat(33), key)).toHaveProperty('problem')
})

test('an intermediate that is missing is reported, where the certificate says that there is one', async () => {
  const issuers = new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/issuer.crt' })
  expect(codesOf(await make(ecdsa, [issuers], 'CN=Intermediate'))).toEqual(['tls-chain-incomplete'])
  expect(codesOf(await make(ecdsa, [], 'CN=Local CA'))).toEqual([])
  const root = new X509Certificate(
    rootCertificates.find(pem => /^CN=[\w ]+$/m.test(new X509Certificate(pem).subject))!,
  )
  const name = root.subject.split('\n').join(', ')
  expect(codesOf(await make(ecdsa, [issuers], name))).toEqual([])
})

test('above an intermediate that is there, a root that browsers do not have is only noted', async () => {
  const issuers = new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/root.crt' })
  const isAuthority = new BasicConstraintsExtension(true, undefined, true)
  const between = await make(ecdsa, [isAuthority, issuers], 'CN=Private Root', 'SHA-256', 'CN=Between')
  const leaf = await make(ecdsa, [issuers], 'CN=Between')
  const certPem = `${leaf.certPem}\n${between.certPem}`
  expect(read({ ...leaf, certPem }).flaws).toMatchObject([{ severity: 'note', code: 'tls-chain-incomplete' }])
})

test('short keys and broken digests are weak, but not the signature of a certificate by itself', async () => {
  const rsa = (bits: number, hash = 'SHA-256') => ({
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: bits,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash,
  })
  expect(codesOf(await make(rsa(1024)))).toEqual(['tls-certificate-weak'])
  expect(codesOf(await make(rsa(2048)))).toEqual([])
  const sha1 = rsa(2048, 'SHA-1')
  expect(codesOf(await make(sha1, [], 'CN=old', 'SHA-1'))).toEqual(['tls-certificate-weak'])
  expect(codesOf(await make(sha1, [], 'CN=a.com', 'SHA-1'))).toEqual([])
})

test('the certificate of an authority is noted, unless it is signed by itself', async () => {
  const isAuthority = new BasicConstraintsExtension(true, undefined, true)
  expect(codesOf(await make(ecdsa, [isAuthority], 'CN=Root'))).toEqual(['tls-certificate-is-authority'])
  expect(codesOf(await make(ecdsa, [isAuthority]))).toEqual([])
})
