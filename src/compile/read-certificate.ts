// A TLS Secret as a certificate and key that can be served, with the names it is for. Parsing is done once per Secret
// object.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Secret } from '../resources/secret.ts'
import type { Certificate } from '../routing/table.ts'

/** A usable pair. */
export interface SecretCertificate {
  readonly certificate: Certificate
  /** DNS names of the subjectAltName, lower case; `*.foo.com` covers one label. */
  readonly names: readonly string[]
  /** The subject's common name, counted only when there is no DNS name; browsers do not accept it. */
  readonly commonName: string | undefined
  readonly notBeforeMs: number
  readonly notAfterMs: number
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
  const parsed = attempt('tls.crt is no PEM certificate', () => new X509Certificate(certPem))
  if ('problem' in parsed) return parsed
  const key = attempt('tls.key is no PEM private key', () => createPrivateKey(keyPem))
  if ('problem' in key) return key
  const x509 = parsed.value
  if (!x509.checkPrivateKey(key.value))
    return { problem: 'holds a key that does not belong to its certificate' }
  // The TLS library has the last word: a broken chain or a key too small to be allowed shows here.
  const context = attempt('can not be used', () => createSecureContext({ cert: certPem, key: keyPem }))
  if ('problem' in context) return context
  const { namespace, name, place } = secret.meta
  return {
    certificate: { kind: 'secret', secret: `${namespace}/${name}`, certPem, keyPem, place },
    ...namesOf(x509),
    notBeforeMs: x509.validFromDate.getTime(),
    notAfterMs: x509.validToDate.getTime(),
  }
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
