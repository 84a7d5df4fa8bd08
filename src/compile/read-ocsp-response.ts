// An OCSP response (RFC 6960) in a Secret, to be stapled to handshakes: whether it is about the certificate, and how long it
// is good. Its signature is for clients to verify; nothing is fetched.
import { createHash, type X509Certificate } from 'node:crypto'
import type { Staple } from '../routing/table.ts'
import { type DerElement, elementsIn, hexOf, readDer, readGeneralizedTime } from './read-der.ts'

/** `id-pkix-ocsp-basic`, the only kind of response there is. */
const basicResponse = '2b0601050507300101'
/** By object identifier, the digests that a certificate's issuer is named by. */
const digests: Readonly<Record<string, string>> = { '2b0e03021a': 'sha1', '608648016503040201': 'sha256' }

/** What can be stapled for `leaf`, or what is wrong, as a clause whose subject is the response. */
export function readOcspResponse(
  bytes: Uint8Array,
  leaf: X509Certificate,
): { readonly staple: Staple } | { readonly problem: string } {
  const [status, body] = elementsIn(readDer(bytes))
  if (status?.tag !== 0x0a) return { problem: 'is no OCSP response in DER' }
  if (hexOf(status) !== '00') return { problem: 'says that the responder had no answer' }
  const [type, octets] = elementsIn(elementsIn(body)[0])
  if (hexOf(type) !== basicResponse) return { problem: 'is no OCSP response of the basic kind' }
  const [data] = elementsIn(elementsIn(octets)[0])
  const responses = elementsIn(data).find(({ tag }) => tag === 0x30)
  const single = elementsIn(responses).find(response => isAbout(leaf, elementsIn(response)[0]))
  if (single === undefined) return { problem: 'is about another certificate' }
  const until = readSingle(single)
  if ('problem' in until) return until
  const fingerprint = createHash('sha256').update(leaf.raw).digest('hex')
  return { staple: { fingerprint, response: bytes, ...until } }
}

/** SingleResponse: who, the verdict by its tag, since when, until when. */
function readSingle(
  single: DerElement,
): Pick<Staple, 'notBeforeMs' | 'notAfterMs'> | { readonly problem: string } {
  const [, verdict, since, ...more] = elementsIn(single)
  if (verdict?.tag !== 0x80)
    return { problem: `says that the certificate is ${verdict?.tag === 0xa1 ? 'revoked' : 'unknown'}` }
  const notBeforeMs = readGeneralizedTime(since)
  const notAfterMs = readGeneralizedTime(elementsIn(more.find(({ tag }) => tag === 0xa0))[0])
  if (notBeforeMs === undefined || notAfterMs === undefined)
    return { problem: 'does not say how long it is good' }
  return { notBeforeMs, notAfterMs }
}

/** CertID: digest, hash of the issuer's name, hash of its key, serial number. */
function isAbout(leaf: X509Certificate, id: DerElement | undefined): boolean {
  const [algorithm, nameHash, , serial] = elementsIn(id)
  const digest = digests[hexOf(elementsIn(algorithm)[0])]
  const own = partsOf(leaf)
  if (digest === undefined || own === undefined || hexOf(serial) !== hexOf(own.serial)) return false
  return hexOf(nameHash) === createHash(digest).update(own.issuer.whole).digest('hex')
}

/** The serial number and the issuer as they stand in a certificate: version (tag a0), serial, algorithm, issuer, …. */
function partsOf({ raw }: X509Certificate): { serial: DerElement; issuer: DerElement } | undefined {
  const fields = elementsIn(elementsIn(readDer(raw))[0])
  const [serial, , issuer] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  return serial === undefined || issuer === undefined ? undefined : { serial, issuer }
}
