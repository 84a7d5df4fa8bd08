// What there is to know of a certificate chain in PEM, for people and scripts.
import { type KeyObject, X509Certificate } from 'node:crypto'
import { isWellKnown, orderChain } from '../compile/certificate-chain.ts'

/** A chain by its first certificate. */
export interface CertificateFacts {
  /** DNS names and addresses that it is for, as written. */
  readonly names: readonly string[]
  readonly notBefore: string
  readonly notAfter: string
  /** Whole days; negative when it has ended. */
  readonly daysLeft: number
  /** `EC prime256v1`, `RSA 2048 bits`. */
  readonly key: string
  readonly signature: string
  /** Common names (or whole subjects) from the leaf upwards; what else is sent is not among them. */
  readonly chain: readonly string[]
  /** Who signed the last of them. */
  readonly issuer: string
  /** Who has to trust it: `public` (a root that browsers have), `local-ca`, `itself`, or `unknown` to this machine's Portico. */
  readonly trust: 'public' | 'local-ca' | 'itself' | 'unknown'
}

/** `authorityPem`: the local authority, if there is one. The pair was parsed before: throws for what is no certificate. */
export function readCertificateFacts(
  certPem: string,
  authorityPem: string | undefined,
  nowMs: number,
): CertificateFacts {
  const blocks = certPem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const certificates = blocks.map(block => new X509Certificate(block))
  const leaf = certificates[0]!
  const { chain } = orderChain(leaf, certificates)
  const top = chain.at(-1)!
  const endMs = leaf.validToDate.getTime()
  return {
    names: (leaf.subjectAltName ?? '')
      .split(', ')
      .filter(name => name !== '')
      .map(name => name.replace(/^(DNS|IP Address):/, '')),
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    daysLeft: Math.floor((endMs - nowMs) / 86_400_000),
    key: describeKey(leaf.publicKey),
    signature: leaf.signatureAlgorithm ?? 'unknown',
    chain: chain.map(({ subject }) => shortName(subject)),
    issuer: shortName(top.issuer),
    trust: trustOf(leaf, top, authorityPem),
  }
}

function trustOf(
  leaf: X509Certificate,
  top: X509Certificate,
  authorityPem: string | undefined,
): CertificateFacts['trust'] {
  if (authorityPem !== undefined && top.verify(new X509Certificate(authorityPem).publicKey)) return 'local-ca'
  if (leaf.checkIssued(leaf)) return 'itself'
  return isWellKnown(top.issuer) ? 'public' : 'unknown'
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const type = (asymmetricKeyType ?? 'unknown').toUpperCase()
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined) return `${type} ${modulusLength} bits`
  return namedCurve === undefined ? type : `${type} ${namedCurve}`
}

/** Names are data of whoever made the certificate: nothing that moves a terminal's cursor is printed. */
function shortName(name: string | undefined): string {
  const commonName = /^CN=(.+)$/m.exec(name ?? '')?.[1]
  const text = commonName ?? (name ?? '').split('\n').join(', ')
  return text.replace(/[^\x20-\x7e]/g, '?') || '(no name)'
}
