// Certificates for tests, made when they are needed: no test depends on a date in a file.
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { CertifiedKey } from '../../src/certificates/sign.ts'

const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }

/** A self-signed pair for these DNS names, valid for three months; the first is the common name too. */
export async function selfSigned(...names: readonly [string, ...string[]]): Promise<CertifiedKey> {
  const keys = await makeKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0]}`,
    keys,
    ...validity(),
    signingAlgorithm,
    extensions: [new SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns' as const, value })))],
  })
  return { certPem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) }
}

/** A certificate for `name` with so many authorities between it and its root; `certPem` holds all but the root's. */
export async function signedOverAuthorities(
  name: string,
  authorities: number,
): Promise<CertifiedKey & { readonly rootPem: string }> {
  const root = await issue('root', undefined)
  let chain = ''
  let signer: Issued = root
  for (let i = 1; i <= authorities; i++) {
    signer = await issue(`authority ${i}`, signer)
    chain = `${signer.pem}\n${chain}`
  }
  const leaf = await issue(name, signer, new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]))
  return { certPem: `${leaf.pem}\n${chain}`, keyPem: await exportKey(leaf.key), rootPem: root.pem }
}

interface Issued {
  readonly subject: string
  readonly pem: string
  readonly key: webcrypto.CryptoKey
}

/** Signed by `signer`, or by itself; an authority unless it has names. */
async function issue(
  commonName: string,
  signer: Issued | undefined,
  names?: SubjectAlternativeNameExtension,
): Promise<Issued> {
  const keys = await makeKeys()
  const subject = `CN=${commonName}`
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: signer?.subject ?? subject,
    publicKey: keys.publicKey,
    signingKey: signer?.key ?? keys.privateKey,
    ...validity(),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(names === undefined, undefined, true),
      ...(names === undefined ? [] : [names]),
    ],
  })
  return { subject, pem: certificate.toString('pem'), key: keys.privateKey }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  cryptoProvider.set(webcrypto as Crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function exportKey(privateKey: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

function validity() {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 90 * 86_400_000) }
}
