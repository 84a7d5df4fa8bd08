// Values that both sides of TLS are set up by: versions and ciphers.
import { createSecureContext } from 'node:tls'
import { quote } from '../setting-types.ts'

/** Versions of TLS in ascending order, as Node names them. */
const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof tlsVersions)[number]

/** The lowest and highest version to be spoken. */
export interface TlsVersionRange {
  readonly min: TlsVersion
  readonly max: TlsVersion
}

/** A list of versions separated by blanks. */
export function parseVersions(
  text: string,
): { readonly value: TlsVersionRange } | { readonly problem: string } {
  const words = text.split(/\s+/)
  const unknown = words.find(word => !(tlsVersions as readonly string[]).includes(word))
  if (unknown !== undefined) return { problem: `${quote(unknown)} is none of ${tlsVersions.join(', ')}` }
  const spoken = tlsVersions.filter(version => words.includes(version))
  return { value: { min: spoken[0]!, max: spoken.at(-1)! } }
}

/** A cipher list in OpenSSL's notation. */
export function parseCiphers(text: string): { readonly value: string } | { readonly problem: string } {
  const problem = { problem: `${quote(text)} is not a cipher list that OpenSSL knows` }
  if (!/^[A-Za-z0-9+:_!@=-]+$/.test(text)) return problem
  try {
    createSecureContext({ ciphers: text })
    return { value: text }
  } catch {
    return problem
  }
}
