// Makes X.509 certificates with ECDSA P-256 keys: an authority, and leaves signed by it. Knows no files and no caches.
// Loading this module costs some 100 ms; import it when a signature is really needed.
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { CertificateName } from './certificate-name.ts'

/** A PEM certificate (chain) and its PKCS #8 private key. */
export interface CertifiedKey {
  readonly certPem: string
  readonly keyPem: string
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }
const dayMs = 86_400_000
const authorityDays = 3650
// Apple's systems refuse leaves of private authorities that are valid for more than 825 days.
const leafDays = 397

/** A new certificate authority, valid for ten years; it may sign leaves only. */
export async function makeAuthority(): Promise<CertifiedKey> {
  prepare()
  const keys = await makeKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Portico local CA'] }, { O: ['Portico'] }],
    keys,
    ...validity(authorityDays),
    serialNumber: serialNumber(),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: pem(certificate), keyPem: await exportKey(keys.privateKey) }
}

/** A server certificate for all of `names`, which stand as subject alternative names, valid for 397 days. */
export async function signLeaf(
  authority: CertifiedKey,
  names: readonly CertificateName[],
): Promise<CertifiedKey> {
  prepare()
  const keys = await makeKeys()
  const issuer = new X509Certificate(authority.certPem)
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [commonName(names)] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.keyPem),
    ...validity(leafDays),
    serialNumber: serialNumber(),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(({ kind, name }) => ({ type: kind, value: name }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Required by RFC 5280 §4.2.1.1; strict verifiers (Python 3.13 and later) refuse a leaf without it.
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { certPem: pem(certificate), keyPem: await exportKey(keys.privateKey) }
}

function prepare(): void {
  cryptoProvider.set(webcrypto as Crypto)
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyAlgorithm, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>
}

function importKey(keyPem: string): Promise<CryptoKey> {
  const der = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign']) as Promise<CryptoKey>
}

async function exportKey(key: CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  const keyObject = createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' })
  return keyObject.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`
}

/** One hour back, for clocks that are a little off. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(Date.now() - 3_600_000)
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * dayMs) }
}

/** 16 random bytes whose first is 1…127: positive and without a leading zero, as RFC 5280 §4.1.2.2 asks. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x01
  return bytes.toString('hex')
}

/** Clients look at the alternative names only; RFC 5280 allows a common name of 64 characters at most. */
function commonName(names: readonly CertificateName[]): string {
  return names.find(({ name }) => name.length <= 64)?.name ?? 'Portico local certificate'
}
