// OCSP responses for tests (RFC 6960), put together octet by octet. Their signature is none: who staples does not verify it.
import { createHash, X509Certificate } from 'node:crypto'
import { X509Certificate as ParsedCertificate } from '@peculiar/x509'

export interface OcspOptions {
  readonly verdict?: 'good' | 'revoked' | 'unknown'
  readonly digest?: 'sha1' | 'sha256'
  /** Milliseconds since the epoch; `undefined`: it does not say. */
  readonly nextUpdateMs?: number | undefined
  /** Of the whole answer: 0 is "successful". */
  readonly status?: number
}

const digestIds = { sha1: '06052b0e03021a', sha256: '0609608648016503040201' }

/** The DER of an answer about `certPem`, as its issuer would give it; good for an hour unless said otherwise. */
export function ocspResponse(certPem: string, options: OcspOptions = {}): Buffer {
  const { verdict = 'good', digest = 'sha1', status = 0 } = options
  const nextUpdateMs = 'nextUpdateMs' in options ? options.nextUpdateMs : Date.now() + 3_600_000
  const issuer = Buffer.from(new ParsedCertificate(certPem).issuerName.toArrayBuffer())
  const thisUpdate = time(Date.now() - 3_600_000)
  const id = tag(
    0x30,
    tag(0x30, Buffer.from(digestIds[digest], 'hex'), tag(5)),
    tag(4, createHash(digest).update(issuer).digest()),
    tag(4, createHash(digest).update('the key of the issuer').digest()),
    serialOf(certPem),
  )
  const verdicts = { good: tag(0x80), revoked: tag(0xa1, thisUpdate), unknown: tag(0x82) }
  const until = nextUpdateMs === undefined ? [] : [tag(0xa0, time(nextUpdateMs))]
  const single = tag(0x30, id, verdicts[verdict], thisUpdate, ...until)
  const data = tag(0x30, tag(0xa1, issuer), thisUpdate, tag(0x30, single))
  const basic = tag(0x30, data, tag(0x30, Buffer.from('06082a8648ce3d040302', 'hex')), tag(3, Buffer.of(0)))
  const type = Buffer.from('06092b0601050507300101', 'hex')
  return tag(0x30, tag(0x0a, Buffer.of(status)), tag(0xa0, tag(0x30, type, tag(4, basic))))
}

function serialOf(certPem: string): Buffer {
  const digits = new X509Certificate(certPem).serialNumber
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  // A number whose first bit is set would be negative.
  return tag(2, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return tag(0x18, Buffer.from(digits))
}

function tag(identifier: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(identifier, ...head), content])
}
