// What `<…>` stands for in the examples of docs/diagnostics/: certificates, keys and OCSP responses, made when they are asked for.
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { CertifiedKey } from '../../src/certificates/sign.ts'
import { signedOverAuthorities } from './certificates.ts'
import { ocspResponse } from './ocsp-response.ts'

const dayMs = 86_400_000
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-1',
}

/** Says that the issuer has a certificate, too, which can be fetched. */
const issuers = [new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/issuer.crt' })]

/** Words → a pair; names come before what is odd about the certificate. */
const pairs: readonly (readonly [RegExp, (...names: string[]) => Promise<CertifiedKey>])[] = [
  [/^certificate for (\S+)$/, name => certify([name!])],
  [/^certificate for (\S+) and (\S+)$/, (...names) => certify(names)],
  [/^certificate for (\S+), ended yesterday$/, name => certify([name!], { endsInDays: -1 })],
  [/^certificate for (\S+), ends tomorrow$/, name => certify([name!], { endsInDays: 1 })],
  [/^certificate for (\S+), by its common name only$/, name => certify([], { commonName: name })],
  [/^certificate for (\S+), signed with SHA-1$/, name => certify([name!], { issuer: 'CA', algorithm: rsa })],
  [
    /^certificate for (\S+), marked as an authority's$/,
    name => certify([name!], { issuer: 'CA', extensions: [new BasicConstraintsExtension(true)] }),
  ],
  [
    /^certificate for (\S+), without its intermediate$/,
    name => certify([name!], { issuer: 'Intermediate', extensions: issuers }),
  ],
  [/^certificate for (\S+), then its intermediate$/, name => signedOverAuthorities(name!, 1)],
  [
    /^certificate for (\S+), then its intermediate of a private root$/,
    async name => {
      const intermediate = await certify(['Intermediate'], { issuer: 'Private root', extensions: issuers })
      const leaf = await certify([name!], { issuer: 'Intermediate', extensions: issuers })
      return { ...leaf, certPem: `${leaf.certPem}\n${intermediate.certPem}` }
    },
  ],
  [
    /^intermediate, then the certificate for (\S+)$/,
    async name => reversed(await signedOverAuthorities(name!, 1)),
  ],
]

/** A manifest with PEM in the place of its placeholders; `<its key>` is that of the certificate before. */
export async function fillPlaceholders(manifest: string): Promise<string> {
  let filled = ''
  let pair: CertifiedKey = { certPem: '', keyPem: '' }
  for (const part of manifest.split(/(<[^<>\n]+>)/)) {
    if (!part.startsWith('<')) filled += part
    else if (part === '<its key>') filled += JSON.stringify(pair.keyPem)
    else if (part.startsWith('<OCSP response')) filled += await ocspText(part, pair.certPem)
    else {
      pair = await pairFor(part.slice(1, -1))
      filled += JSON.stringify(pair.certPem)
    }
  }
  return filled
}

/** In base64. */
async function ocspText(words: string, certPem: string): Promise<string> {
  const about = words.includes('another') ? (await certify(['other.test'])).certPem : certPem
  const nextUpdateMs = Date.now() + (words.includes('until yesterday') ? -dayMs : dayMs)
  return ocspResponse(about, { nextUpdateMs }).toString('base64')
}

async function pairFor(words: string): Promise<CertifiedKey> {
  for (const [pattern, make] of pairs) {
    const match = pattern.exec(words)
    if (match !== null) return make(...match.slice(1))
  }
  throw new Error(`nothing is known of <${words}>`)
}

interface Oddities {
  readonly endsInDays?: number
  /** Instead of the first name. */
  readonly commonName?: string | undefined
  /** Common name of somebody else who signs it. */
  readonly issuer?: string
  readonly algorithm?: typeof ecdsa | typeof rsa
  readonly extensions?: readonly Extension[]
}

async function certify(names: readonly string[], oddities: Oddities = {}): Promise<CertifiedKey> {
  const { endsInDays = 60, commonName = names[0], issuer, algorithm = ecdsa, extensions = [] } = oddities
  cryptoProvider.set(webcrypto as Crypto)
  const keys = await generateKeys(algorithm)
  const signer = issuer === undefined ? keys : await generateKeys(algorithm)
  const alternatives = names.map(value => ({ type: 'dns' as const, value }))
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${commonName}`,
    issuer: `CN=${issuer ?? commonName}`,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 30 * dayMs),
    notAfter: new Date(Date.now() + endsInDays * dayMs),
    extensions: [
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
      ...extensions,
    ],
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  return {
    certPem: certificate.toString('pem'),
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function generateKeys(algorithm: object): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm as typeof ecdsa, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>
}

function reversed({ certPem, keyPem }: CertifiedKey): CertifiedKey {
  const blocks = certPem.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? []
  return { certPem: blocks.toReversed().join('\n'), keyPem }
}
