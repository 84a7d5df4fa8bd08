// Certificates of Secrets that end soon, read once for each certificate.
import { X509Certificate } from 'node:crypto'
import type { Certificate, RoutingTable } from '../../routing/table.ts'
import type { ExpiringCertificate } from './types.ts'

const soonDays = 30
const dayMs = 86_400_000
/** More are not shown: somebody has a job for a script. */
const mostShown = 100

type SecretCertificate = Extract<Certificate, { kind: 'secret' }>

/** When a certificate ends, milliseconds since the epoch. Certificates keep their identity while their Secret does. */
const ends = new WeakMap<SecretCertificate, number>()

/** Those that end within 30 days or have ended at `nowMs`, the next to end first; each Secret once. */
export function expiringCertificates({ certificates }: RoutingTable, nowMs: number): ExpiringCertificate[] {
  const bySecret = new Map<string, { readonly host: string; readonly endMs: number }>()
  const note = (host: string, certificate: Certificate | undefined) => {
    if (certificate?.kind !== 'secret' || bySecret.has(certificate.secret)) return
    bySecret.set(certificate.secret, { host, endMs: endOf(certificate) })
  }
  for (const [name, certificate] of certificates.exact) note(name, certificate)
  for (const [suffix, certificate] of certificates.wildcard) note(`*${suffix}`, certificate)
  note('*', certificates.default)
  return [...bySecret]
    .filter(([, { endMs }]) => endMs - nowMs < soonDays * dayMs)
    .sort(([, a], [, b]) => a.endMs - b.endMs)
    .slice(0, mostShown)
    .map(([secret, { host, endMs }]) => ({
      host,
      secret,
      notAfter: new Date(endMs).toISOString(),
      daysLeft: Math.floor((endMs - nowMs) / dayMs),
    }))
}

function endOf(certificate: SecretCertificate): number {
  const known = ends.get(certificate)
  if (known !== undefined) return known
  const endMs = new X509Certificate(certificate.certPem).validToDate.getTime()
  ends.set(certificate, endMs)
  return endMs
}
