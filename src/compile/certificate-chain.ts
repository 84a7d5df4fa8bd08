// The certificates of a `tls.crt` in the order that TLS sends them, and what is wrong with them apart from names and dates.
// Never verifies signatures: whom to trust is for clients to say.
import type { KeyObject, X509Certificate } from 'node:crypto'
import { X509Certificate as ParsedCertificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Severity } from '../diagnostics/diagnostic.ts'

/** Something about a pair that is served all the same. `text` is a whole sentence without its full stop. */
export interface CertificateFlaw {
  readonly severity: Severity
  readonly code: DiagnosticCode
  readonly text: string
}

/** A leaf, and all certificates as they are served: the leaf, its issuer, that one's issuer …, then what belongs to none. */
export interface CertificateChain {
  readonly leaf: X509Certificate
  readonly certPem: string
  readonly flaws: readonly CertificateFlaw[]
  /** Whether no TLS library can find fault with its keys and signatures: nobody has to ask one. */
  readonly isStrong: boolean
}

/** Longer chains exist nowhere; ordering takes the square of it. */
const maxCertificates = 32
/** What browsers and TLS libraries ask of RSA keys. */
const minRsaBits = 2048

/** The chain in `pem` for a private key, or what is wrong, as a clause whose subject is the Secret. */
export function readChain(pem: string, key: KeyObject): CertificateChain | { readonly problem: string } {
  const certificates = parseAll(pem)
  if (certificates === undefined) return { problem: 'tls.crt is no PEM certificate' }
  if (certificates.length > maxCertificates)
    return { problem: `holds ${certificates.length} certificates; ${maxCertificates} are taken at most` }
  const leaf = certificates.find(certificate => certificate.checkPrivateKey(key))
  if (leaf === undefined) return { problem: 'holds a key that does not belong to its certificate' }
  const { chain, others } = orderChain(leaf, certificates)
  const served = [...chain, ...others]
  const isInOrder = served.every((certificate, index) => certificate === certificates[index])
  const weak = weaknesses(chain)
  const flaws = [
    ...(isInOrder ? [] : [outOfOrder]),
    ...outsiders(others),
    ...missingIssuer(chain),
    ...weak,
    // One that is signed by itself is trusted as it is or not at all; `openssl req -x509` makes all of them authorities.
    ...(leaf.ca && !leaf.checkIssued(leaf) ? [authorityAsServer] : []),
  ]
  // What stands in order is served as it was written, comments included.
  const certPem = isInOrder ? pem : served.map(certificate => certificate.toString()).join('')
  return { leaf, certPem, flaws, isStrong: weak.length === 0 && served.every(hasCommonKey) }
}

const outOfOrder: CertificateFlaw = {
  severity: 'note',
  code: 'tls-chain-mended',
  text: 'tls.crt does not begin with the certificate of its key, each followed by its issuer; it is served in that order',
}

const authorityAsServer: CertificateFlaw = {
  severity: 'note',
  code: 'tls-certificate-is-authority',
  text: 'the certificate is that of an authority (CA:TRUE); it is served, and Firefox refuses it; make one for a server',
}

function parseAll(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.length === 0 ? undefined : blocks.map(block => new ParsedCertificate(block))
  } catch {
    return undefined
  }
}

/** From the leaf upwards as far as issuers are there, and what belongs to none; a certificate that is there twice is sent once. */
export function orderChain(
  leaf: X509Certificate,
  all: readonly X509Certificate[],
): { readonly chain: readonly X509Certificate[]; readonly others: readonly X509Certificate[] } {
  const chain = [leaf]
  const fingerprints = new Set([leaf.fingerprint256])
  let rest = all.filter(certificate => isNew(certificate, fingerprints))
  for (let last = leaf; !last.checkIssued(last); ) {
    const issuer = rest.find(candidate => last.checkIssued(candidate))
    if (issuer === undefined) break
    chain.push(issuer)
    rest = rest.filter(certificate => certificate !== issuer)
    last = issuer
  }
  return { chain, others: rest }
}

function isNew({ fingerprint256 }: X509Certificate, known: Set<string>): boolean {
  if (known.has(fingerprint256)) return false
  known.add(fingerprint256)
  return true
}

/** Certificates that do not help to verify the leaf: mostly the intermediate of another one. */
function outsiders(others: readonly X509Certificate[]): CertificateFlaw[] {
  if (others.length === 0) return []
  const names = others.map(({ subject }) => `"${oneLine(subject)}"`).join(', ')
  const text = `tls.crt holds certificates that are no part of its chain, and are sent to every client: ${names}; take them out`
  return [{ severity: 'note', code: 'tls-chain-mended', text }]
}

/**
 * A certificate that says where its issuer's can be fetched comes from an authority that has intermediates (RFC 5280
 * §4.2.2.1). Unless that issuer is a root everybody has, clients that do not fetch it can not verify the chain. Above an
 * intermediate that is there, what is missing is as a rule a private root, which belongs into no chain: only a note.
 */
function missingIssuer(chain: readonly X509Certificate[]): CertificateFlaw[] {
  const top = chain.at(-1)!
  if (top.checkIssued(top) || !top.infoAccess?.includes('CA Issuers') || isWellKnown(top.issuer)) return []
  const issuer = oneLine(top.issuer)
  if (chain.length > 1) {
    const text = `the chain in tls.crt ends with "${oneLine(top.subject)}", whose issuer "${issuer}" is no root that browsers have: clients have to have that one, or, if it is an intermediate, append it to tls.crt`
    return [{ severity: 'note', code: 'tls-chain-incomplete', text }]
  }
  const text = `the chain in tls.crt ends before a root: the certificate of its issuer "${issuer}" is not there, and clients that do not have it refuse the chain; append it to tls.crt`
  return [{ severity: 'warning', code: 'tls-chain-incomplete', text }]
}

let wellKnown: ReadonlySet<string> | undefined

/** Whether a root of this name (Node's notation) comes with browsers. Read when it is first asked for: it takes some milliseconds. */
export function isWellKnown(name: string): boolean {
  wellKnown ??= new Set(rootCertificates.map(pem => new ParsedCertificate(pem).subject))
  return wellKnown.has(name)
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ').replace(/[^\x20-\x7e]/g, '?')
}

const commonCurves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

function hasCommonKey({ publicKey }: X509Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= minRsaBits
  return type === 'ed25519' || (type === 'ec' && commonCurves.has(details?.namedCurve))
}

/** Weak keys and signatures, which clients refuse. A certificate signed by itself is trusted by name, not by signature. */
function weaknesses(chain: readonly X509Certificate[]): CertificateFlaw[] {
  const found: string[] = []
  for (const [index, certificate] of chain.entries()) {
    const whose = index === 0 ? 'the certificate' : `the certificate of "${oneLine(certificate.subject)}"`
    const { asymmetricKeyType: type, asymmetricKeyDetails } = certificate.publicKey
    const bits = asymmetricKeyDetails?.modulusLength ?? minRsaBits
    if (type?.startsWith('rsa') && bits < minRsaBits) found.push(`${whose} has an RSA key of ${bits} bits`)
    const digest = /md5|sha1(?!\d)/i.exec(certificate.signatureAlgorithm ?? '')?.[0]
    if (digest !== undefined && !certificate.checkIssued(certificate))
      found.push(`${whose} is signed with ${digest.toUpperCase().replace('SHA1', 'SHA-1')}`)
  }
  return found.map(what => ({
    severity: 'warning',
    code: 'tls-certificate-weak',
    text: `${what}; it is served, browsers refuse it`,
  }))
}
