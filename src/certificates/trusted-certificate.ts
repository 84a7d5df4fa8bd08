// The file with what trust stores get: the authority's certificate, constrained to the domains that were asked for so far.
import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalCaError } from './authority-files.ts'
import type { LocalCa } from './local-ca.ts'
import { permittedDomains, readPermittedDomains } from './name-constraints.ts'
import { putFile } from './put-file.ts'

/** The file that trust stores read. */
export function trustedCertificateFile(directory: string): string {
  return join(directory, 'portico-trusted.crt')
}

/** What trust stores are to hold. */
export interface TrustedCertificate {
  /** Where `keepTrusted` puts it. */
  readonly file: string
  readonly pem: string
  /** The domains it counts for, each with all below it; sorted. */
  readonly domains: readonly string[]
}

/**
 * The certificate for trust stores that permits all of `hosts`, and what the file permits already: the one of the file when
 * that is enough. Writes nothing.
 */
export async function planTrusted(
  ca: LocalCa,
  directory: string,
  hosts: readonly string[],
): Promise<TrustedCertificate> {
  const file = trustedCertificateFile(directory)
  const known = await readTrusted(file, ca)
  const domains = permittedDomains([...(known?.domains ?? []), ...hosts])
  if (known !== undefined && known.domains.join() === domains.join()) return { file, ...known }
  return { file, pem: await ca.constrain(domains), domains }
}

/** Puts the certificate into its file. Rejects with `LocalCaError` when that is not possible. */
export async function keepTrusted({ file, pem }: TrustedCertificate): Promise<void> {
  try {
    await putFile(file, pem, { mode: 0o644 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new LocalCaError(`what trust stores are to read can not be written: ${reason}`)
  }
}

/** Forgets what was permitted so far. */
export async function forgetTrusted(directory: string): Promise<void> {
  await rm(trustedCertificateFile(directory), { force: true })
}

/** `undefined` where the file does not exist, is no certificate or another authority's. */
async function readTrusted(
  file: string,
  ca: LocalCa,
): Promise<{ pem: string; domains: string[] } | undefined> {
  try {
    const pem = await readFile(file, 'utf8')
    const certificate = new X509Certificate(pem)
    const isOurs = certificate.publicKey.equals(new X509Certificate(ca.certPem).publicKey)
    return isOurs ? { pem, domains: readPermittedDomains(certificate.raw) } : undefined
  } catch {
    return undefined
  }
}
