// What a TLS client that asks for a host gets, why, and what is wrong with it.
import { X509Certificate } from 'node:crypto'
import { findCertificate } from '../certificates/find-certificate.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { askedTrust, uncheckable } from '../policies/access/client-certificates.ts'
import { findHost, type Matcher } from '../routing/matcher.ts'
import { sampleHost } from '../routing/sample-host.ts'
import type { HostRoutes, Route, RoutingTable, Staple } from '../routing/table.ts'
import { certificateChoice } from './certificate-choice.ts'
import { type CertificateFacts, readCertificateFacts } from './certificate-facts.ts'

/** Everything about one host's TLS; `undefined` fields do not apply. */
export interface HostVerdict {
  readonly host: string
  /** The host of the rules that take its requests: itself, a wildcard, `*`; `undefined`: none, every request is 404. */
  readonly servedBy: string | undefined
  readonly paths: number
  /** By which statuses paths of it are closed, and why: guards that can not be obeyed, such as a missing `auth-tls-secret`. */
  readonly closed: readonly string[]
  readonly handshake: 'ended here' | 'refused' | 'handed on'
  /** The Service that ends TLS itself (`ssl-passthrough`). */
  readonly handedOnTo: string | undefined
  /** Which certificate: a Secret's (`namespace/name`), or one of the local CA. */
  readonly certificate: 'secret' | 'local CA' | undefined
  readonly secret: string | undefined
  readonly from: string | undefined
  /** Why this one, as a clause. */
  readonly why: string
  readonly facts: CertificateFacts | undefined
  /** Until when an OCSP response is stapled. */
  readonly stapledUntil: string | undefined
  readonly asksForClientCertificate: boolean
  readonly versions: { readonly min: string; readonly max: string }
  /** `severity code message`. */
  readonly findings: readonly string[]
}

/** Where the verdict is looked at from. */
export interface VerdictOptions {
  /** Of the table. */
  readonly matcher: Matcher
  /** The local authority's certificate, if it was made already. */
  readonly authorityPem: string | undefined
  /** `--default-ssl-certificate`, as `namespace/name`. */
  readonly defaultSecret: string | undefined
  readonly nowMs: number
}

/** The verdict on a host name in lower case, or on a wildcard host. */
export function hostVerdict(
  name: string,
  table: RoutingTable,
  diagnostics: readonly Diagnostic[],
  options: VerdictOptions,
): HostVerdict {
  const rules = findHost(options.matcher, name)?.hostRoutes ?? table.hosts.find(({ host }) => host === name)
  const choice = certificateChoice(name, rules, table, options.defaultSecret)
  const certificate = findCertificate(table.certificates, name)
  const base = table.unclaimed.policies.serverTls
  const pair = choice.certificate === 'secret' && certificate?.kind === 'secret' ? certificate : undefined
  const facts = pair && readCertificateFacts(pair.certPem, options.authorityPem, options.nowMs)
  const { min, max } = (rules?.routes[0] ?? rules?.fallback)?.policies.serverTls.versions ?? base.versions
  return {
    host: name,
    servedBy: rules && (rules.host || '*'),
    paths: rules?.routes.length ?? 0,
    closed: [...new Set(rules?.routes.flatMap(closedBy))],
    handshake: choice.handshake,
    handedOnTo: choice.handedOnTo,
    certificate: choice.certificate,
    secret: choice.secret,
    from: choice.at,
    why: choice.why,
    facts,
    stapledUntil: pair?.staple && stapledUntil(pair.staple, options.nowMs),
    asksForClientCertificate: rules !== undefined && asksForClientCertificate(rules),
    versions: { min, max },
    findings: [
      ...diagnostics
        .filter(diagnostic => isAbout(diagnostic, name, pair?.secret ?? options.defaultSecret))
        .map(({ severity, code, message }) => `${severity} ${code} ${message}`),
      ...(pair === undefined || isFor(pair.certPem, name) ? [] : [notForName]),
    ],
  }
}

function closedBy({ denied, policies }: Route): string[] {
  const problem = uncheckable(policies.clientCertificates)
  return [
    ...(denied === undefined ? [] : [`503: ${denied}`]),
    ...(problem === undefined ? [] : [`403: ${problem}`]),
  ]
}

function stapledUntil({ notBeforeMs, notAfterMs }: Staple, nowMs: number): string | undefined {
  return nowMs >= notBeforeMs && nowMs < notAfterMs ? new Date(notAfterMs).toISOString() : undefined
}

/** Only the default certificate is served for hosts that it is not for, so compiling has nothing to say of them. */
const notForName =
  'warning tls-host-not-covered the default certificate is not for this host; it is served, clients refuse it'

function isFor(certPem: string, name: string): boolean {
  return new X509Certificate(certPem).checkHost(sampleHost(name)) !== undefined
}

function asksForClientCertificate({ routes, fallback }: HostRoutes): boolean {
  return [...routes, ...(fallback === undefined ? [] : [fallback])].some(
    ({ policies }) => askedTrust(policies.clientCertificates) !== undefined,
  )
}

/** Findings on its Secret (or the default one, where it has none), and those on tls sections, which begin with the hosts they are about. */
function isAbout({ code, object, message }: Diagnostic, name: string, secret: string | undefined): boolean {
  if (!code.startsWith('tls-')) return false
  if (secret !== undefined && object === `Secret ${secret}`) return true
  const hosts = /^tls (?:host )?([^:]+):/.exec(message)?.[1]?.split(', ') ?? []
  return hosts.includes(name) || hosts.includes(`*${name.slice(name.indexOf('.'))}`)
}
