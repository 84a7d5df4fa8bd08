// A TLS Secret as a certificate and key that can be served, with the names it is for. Parsing is done once per Secret
// object.
import { createPrivateKey, type X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Secret } from '../resources/secret.ts'
import type { Certificate, Staple } from '../routing/table.ts'
import { type CertificateFlaw, readChain } from './certificate-chain.ts'
import { readOcspResponse } from './read-ocsp-response.ts'

/** A usable pair. */
export interface SecretCertificate {
  readonly certificate: Certificate
  /** DNS names of the subjectAltName, lower case; `*.foo.com` covers one label. */
  readonly names: readonly string[]
  /** The subject's common name, counted only when there is no DNS name; browsers do not accept it. */
  readonly commonName: string | undefined
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly staple: Staple | undefined
  /** What is said of it wherever it is used; dates are not among it. */
  readonly flaws: readonly CertificateFlaw[]
}

/** The pair in a Secret, or what is wrong with it: a clause whose subject is the Secret. */
export function readCertificate(secret: Secret): SecretCertificate | { readonly problem: string } {
  if (secret.type !== 'kubernetes.io/tls' && secret.type !== 'Opaque') {
    return { problem: `has type ${secret.type}, not kubernetes.io/tls` }
  }
  const certPem = secret.data.get('tls.crt')?.bytes.toString('utf8')
  const keyPem = secret.data.get('tls.key')?.bytes.toString('utf8')
  if (certPem === undefined || keyPem === undefined) {
    return { problem: `has no ${certPem === undefined ? 'tls.crt' : 'tls.key'}` }
  }
  const key = attempt(whyUnreadable(keyPem), () => createPrivateKey(keyPem))
  if ('problem' in key) return key
  const chain = readChain(certPem, key.value)
  if ('problem' in chain) return chain
  // The TLS library has the last word on what is weak or rare. It takes longer than all the rest: 140 µs of 200.
  if (!chain.isStrong && !isAllowed(chain.certPem, keyPem))
    return { problem: `can not be used: ${whyRefused(chain.flaws)}` }
  const { leaf, flaws } = chain
  const stapling = readStaple(secret, leaf)
  const { namespace, name, place } = secret.meta
  return {
    certificate: {
      kind: 'secret',
      secret: `${namespace}/${name}`,
      certPem: chain.certPem,
      keyPem,
      ...(stapling.staple === undefined ? {} : { staple: stapling.staple }),
      place,
    },
    ...namesOf(leaf),
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
    staple: stapling.staple,
    flaws: [...flaws, ...stapling.flaws],
  }
}

function isAllowed(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key })
    return true
  } catch {
    return false
  }
}

/** Clause for a key that can not be read. A cluster's controller has no passphrase either. */
function whyUnreadable(keyPem: string): string {
  return /-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(keyPem)
    ? 'has an encrypted tls.key, for which there is no passphrase (`openssl pkey` decrypts it)'
    : 'has a tls.key that is no PEM private key'
}

function whyRefused(flaws: readonly CertificateFlaw[]): string {
  const weak = flaws.find(({ code }) => code === 'tls-certificate-weak')
  return weak === undefined ? 'the TLS library refuses it' : weak.text.replace(/;.*/, ', which is too weak')
}

/** An OCSP response under `tls.ocsp`, in DER. */
function readStaple(
  secret: Secret,
  leaf: X509Certificate,
): { readonly staple: Staple | undefined; readonly flaws: readonly CertificateFlaw[] } {
  const entry = secret.data.get('tls.ocsp')
  if (entry === undefined) return { staple: undefined, flaws: [] }
  const read = readOcspResponse(entry.bytes, leaf)
  if ('staple' in read) return { staple: read.staple, flaws: [] }
  const text = `the OCSP response in tls.ocsp ${read.problem}; it is not stapled`
  return { staple: undefined, flaws: [{ severity: 'warning', code: 'tls-staple-invalid', text }] }
}

/** Whether a certificate is for a host, and by which field. A wildcard host needs the same wildcard. */
export function coverage(
  { names, commonName }: SecretCertificate,
  host: string,
): 'san' | 'common-name' | undefined {
  const wildcard = `*${host.slice(host.indexOf('.'))}`
  if (names.includes(host) || names.includes(wildcard)) return 'san'
  return commonName === host || commonName === wildcard ? 'common-name' : undefined
}

function namesOf(x509: X509Certificate): { names: string[]; commonName: string | undefined } {
  const names = (x509.subjectAltName ?? '')
    .split(', ')
    .filter(entry => entry.startsWith('DNS:'))
    .map(entry => entry.slice('DNS:'.length).toLowerCase())
  const commonName = /^CN=(.+)$/m.exec(x509.subject)?.[1]?.toLowerCase()
  return { names, commonName: names.length === 0 ? commonName : undefined }
}

/** OpenSSL throws on what users write; the message of the error is kept out, it may quote a key. */
function attempt<T>(problem: string, read: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: read() }
  } catch {
    return { problem }
  }
}
