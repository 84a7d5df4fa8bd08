// What a finished handshake tells of a client: the host it asked for, and its certificate with all that policies ask about it.
import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ClientCertificate, TlsFacts } from '../http/tls-facts.ts'
import type { ClientAuthorities } from './handshake-plan.ts'

/** Reads one finished handshake. */
export type TlsFactsReader = (socket: TLSSocket) => TlsFacts

/** A reader for handshakes that ask for certificates signed by `trust`, or for none. */
export function readTlsFacts(trust: ClientAuthorities | undefined): TlsFactsReader {
  if (trust === undefined) {
    return socket => ({ serverName: serverNameOf(socket), clientTrust: '', certificate: undefined })
  }
  const authorities = certificatesIn(trust.caPem)
  return socket => ({
    serverName: serverNameOf(socket),
    clientTrust: trust.key,
    certificate: readCertificate(socket, authorities),
  })
}

function serverNameOf({
  servername,
}: TLSSocket & { servername?: string | false | null }): string | undefined {
  return servername ? servername.toLowerCase().replace(/\.$/, '') : undefined
}

function readCertificate(
  socket: TLSSocket,
  authorities: readonly X509Certificate[],
): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const subject = attributesOf(certificate.subject)
  return {
    subject: printName(subject),
    issuer: printName(attributesOf(certificate.issuer)),
    commonNames: subject.filter(line => line.startsWith('CN=')).map(line => unescapeValue(line.slice(3))),
    // Without a certificate Node calls it unauthorized too; here there is one, so this is OpenSSL's verdict.
    problem: socket.authorized ? undefined : String(socket.authorizationError ?? 'UNSPECIFIED'),
    intermediates: countIntermediates(certificate, authorities),
    pem: certificate.toString(),
  }
}

/** No chain that OpenSSL builds is longer. */
const maxChainLength = 100

/** How many authorities stand between a certificate and the root it leads to; Node can not bound it in the handshake. */
export function countIntermediates(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): number {
  const sent: X509Certificate[] = []
  for (let next = certificate.issuerCertificate; next !== undefined && sent.length < maxChainLength; ) {
    sent.push(next)
    next = next.issuerCertificate
  }
  let current = certificate
  let issuers = 0
  while (issuers < maxChainLength && !current.checkIssued(current)) {
    // Authorities that are trusted go before those that the client sent, as in OpenSSL.
    const issuer = [...authorities, ...sent].find(candidate => current.checkIssued(candidate))
    if (issuer === undefined) break
    current = issuer
    issuers++
  }
  return Math.max(0, issuers - 1)
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return blocks.map(block => new X509Certificate(block))
}

/** `CN=foo` and the like, in the order they stand in the certificate; Node puts each on a line and escapes line breaks. */
function attributesOf(name: string | undefined): string[] {
  return name === undefined || name === '' ? [] : name.split('\n')
}

/** As RFC 2253 prints names, last attribute first, with all that is not ASCII escaped: the text of a header field. */
export function printName(attributes: readonly string[]): string {
  return attributes
    .toReversed()
    .map(attribute => attribute.replace(/[^\x20-\x7e]/gu, escapeCharacter))
    .join(',')
}

function escapeCharacter(character: string): string {
  return [...Buffer.from(character)]
    .map(byte => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

/** Takes the escapes of RFC 2253 §2.4 out of a value. */
export function unescapeValue(value: string): string {
  return value.replace(/\\([0-9A-Fa-f]{2}|.)/gs, (_, escaped: string) =>
    escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped,
  )
}
