// Which authorities a host's handshakes verify clients by.
import { askedTrust, type ClientTrust } from '../policies/access/client-certificates.ts'
import type { HostRoutes } from './table.ts'

/** The same on all routes of a host that ask clients for certificates; `undefined` where none does. */
export function clientTrustOf({ routes, fallback }: HostRoutes): ClientTrust | undefined {
  for (const { policies } of routes) {
    const trust = askedTrust(policies.clientCertificates)
    if (trust !== undefined) return trust
  }
  return fallback && askedTrust(fallback.policies.clientCertificates)
}
