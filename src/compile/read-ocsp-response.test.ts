import { X509Certificate } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { selfSigned } from '../../test/support/certificates.ts'
import { type OcspOptions, ocspResponse } from '../../test/support/ocsp-response.ts'
import { readOcspResponse } from './read-ocsp-response.ts'

let certPem: string
let other: string

beforeAll(async () => {
  certPem = (await selfSigned('a.com')).certPem
  other = (await selfSigned('a.com')).certPem
})

function read(bytes: Uint8Array) {
  return readOcspResponse(bytes, new X509Certificate(certPem))
}

test.each(['sha1', 'sha256'] as const)('a good answer by %s is stapled until its end', digest => {
  const nextUpdateMs = Date.UTC(2040, 1, 3, 4, 5, 6)
  const response = ocspResponse(certPem, { digest, nextUpdateMs })
  expect(read(response)).toMatchObject({ staple: { response, notAfterMs: nextUpdateMs } })
})

test.each<[string, OcspOptions, string]>([
  ['that says revoked', { verdict: 'revoked' }, 'says that the certificate is revoked'],
  ['that knows nothing', { verdict: 'unknown' }, 'says that the certificate is unknown'],
  ['without an end', { nextUpdateMs: undefined }, 'does not say how long it is good'],
  ['that is an error', { status: 3 }, 'says that the responder had no answer'],
])('an answer %s is not stapled', (_, options, problem) => {
  expect(read(ocspResponse(certPem, options))).toEqual({ problem })
})

test('an answer about another certificate of the same issuer is not stapled', () => {
  expect(read(ocspResponse(other))).toEqual({ problem: 'is about another certificate' })
})

test('whatever is written there is read without an error', () => {
  const whole = ocspResponse(certPem)
  for (let end = 0; end < whole.length; end++) expect(read(whole.subarray(0, end))).toHaveProperty('problem')
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole)
    bytes[at] = 0xff
    read(bytes)
  }
  expect(read(Buffer.from('nonsense'))).toEqual({ problem: 'is no OCSP response in DER' })
})
