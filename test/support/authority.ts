// Certificate authorities for tests: roots, those below them, and what they sign and revoke.
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'
import type { CertifiedKey } from '../../src/certificates/sign.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

export interface Authority {
  /** The authority's own certificate. */
  readonly certPem: string
  /** Signs a certificate for a subject such as `CN=alice, O=Example`; valid until so many days from now. */
  sign(subject: string, options?: { readonly validDays?: number }): Promise<CertifiedKey>
  /** An authority below this one. */
  below(subject: string): Promise<Authority>
  /** A list that revokes these certificates. */
  revoke(...pairs: readonly CertifiedKey[]): Promise<string>
}

/** A root that signs itself. */
export async function createAuthority(subject: string): Promise<Authority> {
  cryptoProvider.set(webcrypto as Crypto)
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 90 * day),
    signingAlgorithm: algorithm,
    extensions: authorityExtensions(),
  })
  return authorityOf(certificate, keys)
}

function authorityOf(issuer: X509Certificate, keys: webcrypto.CryptoKeyPair): Authority {
  let issued = 0
  const issue = (subject: string, own: webcrypto.CryptoKeyPair, extensions: Extension[], validDays = 90) =>
    X509CertificateGenerator.create({
      // Random ones may begin with a bit that lists of revoked numbers write in another way.
      serialNumber: (0x1000 + issued++).toString(16),
      subject,
      issuer: issuer.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() + validDays * day),
      signingAlgorithm: algorithm,
      extensions,
    })
  return {
    certPem: issuer.toString('pem'),
    async sign(subject, { validDays } = {}) {
      const own = await generateKeys()
      const names = new SubjectAlternativeNameExtension([{ type: 'dns', value: 'client.test' }])
      const certificate = await issue(subject, own, [names], validDays)
      return { certPem: certificate.toString('pem'), keyPem: await privatePem(own) }
    },
    async below(subject) {
      const own = await generateKeys()
      return authorityOf(await issue(subject, own, authorityExtensions()), own)
    },
    async revoke(...pairs) {
      const list = await X509CrlGenerator.create({
        issuer: issuer.subject,
        thisUpdate: new Date(Date.now() - day),
        nextUpdate: new Date(Date.now() + day),
        signingAlgorithm: algorithm,
        signingKey: keys.privateKey,
        entries: pairs.map(pair => ({
          serialNumber: new X509Certificate(pair.certPem).serialNumber,
          revocationDate: new Date(Date.now() - day),
        })),
      })
      const lines = Buffer.from(list.rawData).toString('base64').replace(/.{64}/g, '$&\n')
      return `-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`
    },
  }
}

function authorityExtensions(): Extension[] {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ]
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function privatePem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
