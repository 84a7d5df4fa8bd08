// Which certificate a client gets that asks for a host, and why.
import { findCertificate, findCertificateEntry } from '../certificates/find-certificate.ts'
import { placeText } from '../diagnostics/place-text.ts'
import { passthroughRoute } from '../routing/passthrough-route.ts'
import type { Certificate, HostRoutes, RoutingTable } from '../routing/table.ts'

/** What becomes of a handshake. Plain data. */
export interface CertificateChoice {
  /** `handed on`: to a Service that ends TLS itself (`ssl-passthrough`). */
  readonly handshake: 'ended here' | 'refused' | 'handed on'
  /** The Service that gets the connection, `namespace/name`. */
  readonly handedOnTo?: string
  /** Which certificate: a Secret's, or one of the local CA. */
  readonly certificate?: 'secret' | 'local CA'
  /** `namespace/name`. */
  readonly secret?: string
  /** Where the Secret stands; of the local CA's, what it stands in for; the rule whose Service gets the connection. */
  readonly at?: string
  /** Why this one, as a clause. */
  readonly why: string
}

/**
 * The choice for a host name in lower case (or a wildcard host), `undefined` where the client names none. `rules`: those that
 * speak for it. `defaultSecret`: `--default-ssl-certificate`, as `namespace/name`, where it is known.
 */
export function certificateChoice(
  name: string | undefined,
  rules: HostRoutes | undefined,
  { certificates, unclaimed }: RoutingTable,
  defaultSecret: string | undefined,
): CertificateChoice {
  const isUnknown = rules === undefined || rules.host === ''
  if (unclaimed.policies.serverTls.refusesUnknownHosts && isUnknown)
    return { handshake: 'refused', why: 'ssl-reject-handshake is on and no rule names the host' }
  const through = rules && passthroughRoute(rules)
  if (through?.backend !== undefined)
    return {
      handshake: 'handed on',
      handedOnTo: `${through.backend.namespace}/${through.backend.service}`,
      at: placeText(through.origin.place),
      why: 'ssl-passthrough: whoever takes the connection shows a certificate of its own',
    }
  const found = name === undefined ? certificates.default : findCertificate(certificates, name)
  const why = name === undefined ? whyUnnamed(found) : whyThis(name, found, certificates, defaultSecret)
  if (found === undefined) return { handshake: 'ended here', certificate: 'local CA', why }
  const at = placeText(found.place)
  if (found.kind === 'local-ca') return { handshake: 'ended here', certificate: 'local CA', at, why }
  return { handshake: 'ended here', certificate: 'secret', secret: found.secret, at, why }
}

function whyUnnamed(found: Certificate | undefined): string {
  return found === undefined
    ? 'the client names no host (no SNI), and there is no --default-ssl-certificate: it gets that of localhost'
    : 'default: the client names no host (--default-ssl-certificate)'
}

function whyThis(
  name: string,
  certificate: Certificate | undefined,
  table: RoutingTable['certificates'],
  defaultSecret: string | undefined,
): string {
  if (certificate?.kind === 'local-ca') return certificate.reason
  const entry = findCertificateEntry(table, name)
  if (entry === 'exact') return `exact: a tls section or the certificate names ${name}`
  if (entry === 'wildcard') return `wildcard: a tls section names *${name.slice(name.indexOf('.'))}`
  if (entry === 'default') return 'default: no tls section names the host (--default-ssl-certificate)'
  const fallback =
    defaultSecret === undefined
      ? 'there is no --default-ssl-certificate'
      : `Secret ${defaultSecret} (--default-ssl-certificate) is missing or unusable`
  return `no tls section names the host, and ${fallback}`
}
