// Makes X.509 certificates (RFC 5280) with ECDSA P-256 keys: an authority, what trust stores get of it, and leaves signed by
// it. Keys and signatures are made in Node's thread pool, so that a handshake that waits for a leaf holds up nobody else.
// Knows no files and no caches.
import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { CertificateName } from './certificate-name.ts'
import {
  bitString,
  childrenOf,
  element,
  integer,
  objectId,
  octets,
  sequence,
  setOf,
  time,
  trueValue,
  utf8,
} from './der.ts'
import { addressBytes, encodeNameConstraints } from './name-constraints.ts'

/** A PEM certificate (chain) and its PKCS #8 private key. */
export interface CertifiedKey {
  readonly certPem: string
  readonly keyPem: string
}

const dayMs = 86_400_000
const authorityDays = 3650
// Apple's systems refuse leaves of private authorities that are valid for more than 825 days.
const leafDays = 397

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const serverAuthentication = sequence(objectId('1.3.6.1.5.5.7.3.1'))

const makeKeyPair = promisify(generateKeyPair)
const signBytes = promisify(sign)

/**
 * A new certificate authority, valid for ten years; it may sign leaves only. Its name tells it from others: verifiers that
 * find two authorities of one name may try the wrong key.
 */
export async function makeAuthority(): Promise<CertifiedKey> {
  const keys = await makeKeys()
  const keyPem = toPem(keys.key)
  const name = distinguishedName(`Portico local CA ${randomBytes(3).toString('hex')}`, 'Portico')
  const certPem = await issue(keys.key, {
    issuer: name,
    subject: name,
    publicKey: keys.publicKey,
    ...validity(authorityDays),
    extensions: authorityExtensions(keys.publicKey),
  })
  return { certPem, keyPem }
}

/**
 * The authority's certificate as trust stores get it: the same name, key and end, but good for servers of `domains` and of
 * local addresses only (`name-constraints.ts`).
 */
export function constrainAuthority(authority: CertifiedKey, domains: readonly string[]): Promise<string> {
  const { subject, publicKey, expiresMs, key } = openAuthority(authority)
  return issue(key, {
    issuer: subject,
    subject,
    publicKey,
    notBefore: validity(1).notBefore,
    notAfter: new Date(expiresMs),
    extensions: [
      ...authorityExtensions(publicKey),
      extension('2.5.29.37', serverAuthentication),
      // Critical: who does not understand it must refuse the authority rather than take it for every name.
      extension('2.5.29.30', encodeNameConstraints(domains), true),
    ],
  })
}

/** An authority, read once for all that it signs. */
export interface OpenedAuthority {
  readonly key: KeyObject
  /** Its name and its public key as they stand in its certificate; others repeat them byte for byte. */
  readonly subject: Buffer
  readonly publicKey: Buffer
  readonly expiresMs: number
}

/** Reads an authority's key and certificate, which must be good. */
export function openAuthority({ certPem, keyPem }: CertifiedKey): OpenedAuthority {
  const certificate = new X509Certificate(certPem)
  const [body] = childrenOf(certificate.raw)
  // version, serial number, algorithm, issuer, validity, subject, public key
  const [, , , , , subject, publicKey] = childrenOf(body!)
  return {
    key: createPrivateKey(keyPem),
    subject: subject!,
    publicKey: publicKey!,
    expiresMs: certificate.validToDate.getTime(),
  }
}

/** A leaf, and when it ends. */
export interface SignedLeaf extends CertifiedKey {
  readonly expiresMs: number
}

/**
 * A server certificate for all of `names`, which stand as subject alternative names, valid for 397 days, or as long as the
 * authority if that ends before.
 */
export async function signLeaf(
  authority: OpenedAuthority,
  names: readonly CertificateName[],
): Promise<SignedLeaf> {
  const keys = await makeKeys()
  const { notBefore, notAfter } = validity(leafDays)
  const expiresMs = Math.min(notAfter.getTime(), authority.expiresMs)
  const certPem = await issue(authority.key, {
    issuer: authority.subject,
    subject: distinguishedName(commonName(names)),
    publicKey: keys.publicKey,
    notBefore,
    notAfter: new Date(expiresMs),
    extensions: [
      extension('2.5.29.19', sequence(), true),
      // digitalSignature
      extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), true),
      extension('2.5.29.37', serverAuthentication),
      extension('2.5.29.17', sequence(...names.map(alternativeName))),
      subjectKeyId(keys.publicKey),
      // Required by RFC 5280 §4.2.1.1; strict verifiers (Python 3.13 and later) refuse a leaf without it.
      extension('2.5.29.35', sequence(element(0x80, keyId(authority.publicKey)))),
    ],
  })
  return { certPem, keyPem: toPem(keys.key), expiresMs }
}

interface Keys {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  readonly key: KeyObject
}

async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' })
  return { publicKey: publicKey.export({ type: 'spki', format: 'der' }), key: privateKey }
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

interface Certificate {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly publicKey: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly Buffer[]
}

/** RFC 5280 §4.1, as PEM. */
async function issue(signingKey: KeyObject, certificate: Certificate): Promise<string> {
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    certificate.issuer,
    sequence(time(certificate.notBefore), time(certificate.notAfter)),
    certificate.subject,
    certificate.publicKey,
    element(0xa3, sequence(...certificate.extensions)),
  )
  const signature = await signBytes('sha256', body, signingKey)
  const base64 = sequence(body, ecdsaWithSha256, bitString(signature)).toString('base64')
  const lines = base64.match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function authorityExtensions(publicKey: Buffer): Buffer[] {
  return [
    // An authority, with no other authority below it.
    extension('2.5.29.19', sequence(trueValue, integer(Buffer.from([0]))), true),
    // keyCertSign and cRLSign
    extension('2.5.29.15', bitString(Buffer.from([0x06]), 1), true),
    subjectKeyId(publicKey),
  ]
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return isCritical ? sequence(objectId(id), trueValue, octets(value)) : sequence(objectId(id), octets(value))
}

function subjectKeyId(publicKey: Buffer): Buffer {
  return extension('2.5.29.14', octets(keyId(publicKey)))
}

/** RFC 5280 §4.2.1.2, method 1: of the key's bits alone, which are the last 65 bytes of an uncompressed P-256 key. */
function keyId(publicKey: Buffer): Buffer {
  return createHash('sha1').update(publicKey.subarray(-65)).digest()
}

function alternativeName({ kind, name }: CertificateName): Buffer {
  return kind === 'dns' ? element(0x82, Buffer.from(name)) : element(0x87, addressBytes(name))
}

function distinguishedName(commonName: string, organization?: string): Buffer {
  const attribute = (id: string, text: string) => setOf(sequence(objectId(id), utf8(text)))
  const parts = [attribute('2.5.4.3', commonName)]
  if (organization !== undefined) parts.push(attribute('2.5.4.10', organization))
  return sequence(...parts)
}

/** One hour back, for clocks that are a little off. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(Date.now() - 3_600_000)
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * dayMs) }
}

/** 16 random bytes whose first is 1…127: positive and without a leading zero, as RFC 5280 §4.1.2.2 asks. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x01
  return bytes
}

/**
 * Clients look at the alternative names only; RFC 5280 allows a common name of 64 characters at most. An address is not
 * repeated there: OpenSSL would hold it against the domains that an authority is constrained to.
 */
function commonName(names: readonly CertificateName[]): string {
  const short = names.find(({ kind, name }) => kind === 'dns' && name.length <= 64)
  return short?.name ?? 'Portico local certificate'
}
