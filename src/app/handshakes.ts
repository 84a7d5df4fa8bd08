// How TLS handshakes go under a routing table: which hosts ask for client certificates, speak TLS in a way of their own, or
// are handed on untouched. Made anew when a table goes live.
import { createHash } from 'node:crypto'
import type { CertificateStore } from '../certificates/cert-store.ts'
import type { CertifiedKey } from '../certificates/sign.ts'
import type { ClientAuthorities, HandshakePlan, HandshakeProfile } from '../listeners/handshake-plan.ts'
import type { ServerTls } from '../policies/clients/server-tls.ts'
import type { LiveTable } from '../proxy/proxy-context.ts'
import type { Tunnels } from '../proxy/tunnel.ts'
import { clientTrustOf } from '../routing/client-trust.ts'
import { findHost } from '../routing/matcher.ts'
import { passthroughRoute } from '../routing/passthrough-route.ts'
import type { HostRoutes } from '../routing/table.ts'

/** The plan for a table. `defaultPair`: for clients that name no host. */
export function planHandshakes(
  { table, matcher }: LiveTable,
  certificates: CertificateStore,
  defaultPair: CertifiedKey,
  tunnels: Tunnels,
): HandshakePlan {
  const base = table.unclaimed.policies.serverTls
  const pairKey = createHash('sha256').update(defaultPair.certPem).digest('base64')
  const { usesHttp2 } = table.unclaimed.policies.clientConnections
  const protocols = usesHttp2 ? ['h2', 'http/1.1'] : ['http/1.1']
  const profiles = new Map<string, HandshakeProfile>()

  function profileOf(settings: ServerTls, clientTrust: ClientAuthorities | undefined): HandshakeProfile {
    const key = JSON.stringify([settings, clientTrust?.key, pairKey, usesHttp2])
    const known = profiles.get(key)
    if (known !== undefined) return known
    const { ciphers, versions, prefersServerCiphers } = settings
    const { min: minVersion, max: maxVersion } = versions
    const options = { ciphers, minVersion, maxVersion, ca: clientTrust?.caPem, crl: clientTrust?.crlPem }
    const resumes = settings.resumesByCache || settings.resumesByTickets
    const profile: HandshakeProfile = {
      key,
      minVersion,
      maxVersion,
      ciphers,
      prefersServerCiphers,
      protocols,
      resumptionSeconds: resumes ? settings.sessionTimeoutMs / 1000 : 0,
      defaultPair,
      sniCallback: certificates.sniCallback({ key, options }),
      stapleFor: certificates.stapleFor,
      clientTrust,
    }
    profiles.set(key, profile)
    return profile
  }

  const everyday = profileOf(base, undefined)
  const isSpecial = (host: HostRoutes) => {
    const isUsual = serverTlsOf(host, base) === base && clientTrustOf(host) === undefined
    return !isUsual || passthroughRoute(host) !== undefined
  }
  const looks = base.refusesUnknownHosts || table.hosts.some(isSpecial)
  const { replacements } = certificates
  if (!looks) return { everyday, replacements, choose: undefined }
  return {
    everyday,
    replacements,
    choose(serverName) {
      const host = findHost(matcher, serverName ?? '')?.hostRoutes
      if (base.refusesUnknownHosts && (host === undefined || host.host === '')) return { kind: 'refuse' }
      if (host === undefined) return { kind: 'handshake', profile: everyday }
      const through = passthroughRoute(host)?.backend
      if (through !== undefined) return { kind: 'tunnel', open: socket => tunnels.join(through, socket) }
      return { kind: 'handshake', profile: profileOf(serverTlsOf(host, base), clientTrustOf(host)) }
    },
  }
}

/** The same on all routes of a host; `base` on one of which nothing can be served. */
function serverTlsOf({ routes, fallback }: HostRoutes, base: ServerTls): ServerTls {
  return (routes[0] ?? fallback)?.policies.serverTls ?? base
}
