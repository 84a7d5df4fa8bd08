// The routing table as plain data, for looking at and for comparing: sorted, so that the same rules always give the same text.
// An allow list: what is not named here is not shown, and settings only as far as `shownValue` shows them.

import { placeText } from '../diagnostics/place-text.ts'
import { allPolicies, type RoutePolicies, upstreamPolicies } from '../policies/all.ts'
import type { AnyPolicy, AnySetting } from '../policies/define-policy.ts'
import type { Handling } from '../policies/handling.ts'
import { type ShownValue, shownValue } from '../policies/shown-value.ts'
import { endpointName } from '../routing/endpoint-name.ts'
import { serviceName } from '../routing/service-name.ts'
import type {
  Backend,
  Canary,
  Certificate,
  HostRoutes,
  Route,
  RoutingTable,
  Upstream,
} from '../routing/table.ts'
import { settingLabel } from './shown-settings.ts'

/** Settings that differ from their defaults, by their names as people write them. */
export type DumpedSettings = Readonly<Record<string, ShownValue>>

/** A table for people and scripts. Fields that say nothing are absent. */
export interface TableDump {
  readonly hosts: readonly HostDump[]
  readonly upstreams: readonly UpstreamDump[]
  readonly certificates: readonly CertificateDump[]
  /** Key of the upstream for what no rule takes. */
  readonly defaultUpstream?: string
  /** What holds for requests that no rule takes. */
  readonly unclaimed: HandlingDump
}

/** How requests are treated. */
export interface HandlingDump {
  readonly settings?: DumpedSettings
  /** Why every request gets 503. */
  readonly closed?: string
}

/** The rules of one host. */
export interface HostDump {
  /** `*` for the catch-all. */
  readonly host: string
  /** A regex begins with `~`. */
  readonly aliases?: readonly string[]
  readonly tls: boolean
  readonly routes: readonly RouteDump[]
  /** For paths that no route takes. */
  readonly fallback?: RouteDump
}

/** One rule. */
export interface RouteDump extends HandlingDump {
  readonly id: string
  readonly path: string
  readonly kind: Route['kind']
  /** `namespace/name`. */
  readonly ingress: string
  /** `file:line:col` of the rule. */
  readonly at: string
  readonly backend?: BackendDump
  /** In the order they are asked. */
  readonly canaries?: readonly CanaryDump[]
  /** Who answers while the backend has no endpoints. */
  readonly standIn?: string
  /** Who makes pages for errors. */
  readonly errorPages?: string
}

/** What a rule names. */
export interface BackendDump {
  /** `namespace/name:port`. */
  readonly service: string
  /** Key of its upstream; absent when there is none. */
  readonly upstream?: string
  readonly problem?: string
}

/** A second backend of a rule. */
export interface CanaryDump {
  readonly backend: BackendDump
  readonly rule: Canary['rule']
  readonly isSticky: boolean
  readonly ingress: string
  readonly at: string
}

/** A Service port and who serves it. */
export interface UpstreamDump {
  readonly key: string
  readonly service: string
  /** `address:port`, in the order they are listed. */
  readonly endpoints: readonly string[]
  readonly notReady: number
  readonly settings?: DumpedSettings
}

/** Which certificate a name gets; never the certificate or its key. */
export interface CertificateDump {
  /** `*.foo.com`, or `default` for names without one. */
  readonly name: string
  /** `namespace/name`. */
  readonly secret?: string
  readonly at?: string
  /** Why the local authority signs one. */
  readonly localAuthority?: string
}

/** The dump of a table. */
export function dumpTable(table: RoutingTable): TableDump {
  const aliases = Map.groupBy(table.aliases, ({ host }) => host)
  const hosts = table.hosts.toSorted((a, b) => order(a.host, b.host))
  const upstreams = [...table.upstreams.values()].toSorted((a, b) => order(a.key, b.key))
  return {
    hosts: hosts.map(host => {
      const names = aliases.get(host.host)?.map(({ kind, text }) => (kind === 'regex' ? `~${text}` : text))
      return dumpHost(host, names?.toSorted(order))
    }),
    upstreams: upstreams.map(dumpUpstream),
    certificates: dumpCertificates(table),
    ...(table.defaultUpstream !== undefined && { defaultUpstream: table.defaultUpstream.key }),
    unclaimed: dumpHandling(table.unclaimed),
  }
}

function dumpHost(
  { host, hasTls, routes, fallback }: HostRoutes,
  aliases: readonly string[] | undefined,
): HostDump {
  const sorted = routes.toSorted(
    (a, b) => order(a.path, b.path) || order(a.kind, b.kind) || order(a.id, b.id),
  )
  return {
    host: host || '*',
    ...(aliases !== undefined && { aliases }),
    tls: hasTls,
    routes: sorted.map(dumpRoute),
    ...(fallback !== undefined && { fallback: dumpRoute(fallback) }),
  }
}

function dumpRoute(route: Route): RouteDump {
  const { id, path, kind, origin, backend, canaries, errorBackends } = route
  const { standIn, pages } = errorBackends ?? {}
  return {
    id,
    path,
    kind,
    ingress: `${origin.namespace}/${origin.ingress}`,
    at: placeText(origin.place),
    ...(backend !== undefined && { backend: dumpBackend(backend) }),
    ...(canaries.length > 0 && { canaries: canaries.map(dumpCanary) }),
    ...(standIn !== undefined && { standIn: serviceName(standIn) }),
    ...(pages !== undefined && { errorPages: serviceName(pages) }),
    ...dumpHandling(route),
  }
}

function dumpHandling({ policies, denied }: Handling): HandlingDump {
  const settings = dumpSettings(policies, requestPolicies)
  return { ...(settings !== undefined && { settings }), ...(denied !== undefined && { closed: denied }) }
}

function dumpBackend(backend: Backend): BackendDump {
  const { upstream, problem } = backend
  return {
    service: serviceName(backend),
    ...(upstream !== undefined && { upstream: upstream.key }),
    ...(problem !== undefined && { problem }),
  }
}

function dumpCanary({ backend, rule, isSticky, origin }: Canary): CanaryDump {
  const { header, headerValue, headerPattern, cookie, variant, mainVariant, share } = rule
  return {
    backend: dumpBackend(backend),
    rule: { header, headerValue, headerPattern, cookie, variant, mainVariant, share },
    isSticky,
    ingress: `${origin.namespace}/${origin.ingress}`,
    at: placeText(origin.place),
  }
}

function dumpUpstream(upstream: Upstream): UpstreamDump {
  const { key, endpoints, notReadyCount, policies } = upstream
  const settings = dumpSettings(policies, upstreamPolicies)
  return {
    key,
    service: serviceName(upstream),
    endpoints: endpoints.map(endpointName),
    notReady: notReadyCount,
    ...(settings !== undefined && { settings }),
  }
}

function dumpCertificates({
  certificates: { exact, wildcard, default: other },
}: RoutingTable): CertificateDump[] {
  const named = [
    ...[...exact].map(([name, certificate]) => dumpCertificate(name, certificate)),
    ...[...wildcard].map(([suffix, certificate]) => dumpCertificate(`*${suffix}`, certificate)),
  ]
  named.sort((a, b) => order(a.name, b.name))
  return other === undefined ? named : [...named, dumpCertificate('default', other)]
}

function dumpCertificate(name: string, certificate: Certificate): CertificateDump {
  return certificate.kind === 'secret'
    ? { name, secret: certificate.secret, at: placeText(certificate.place) }
    : { name, localAuthority: certificate.reason }
}

const isOfUpstreams = new Set<AnyPolicy>(upstreamPolicies)

/** What upstreams carry is shown there. */
const requestPolicies = (allPolicies as readonly AnyPolicy[]).filter(policy => !isOfUpstreams.has(policy))

function dumpSettings(
  inForce: Partial<RoutePolicies>,
  policies: readonly AnyPolicy[],
): DumpedSettings | undefined {
  const dumped: Record<string, ShownValue> = {}
  for (const policy of policies) {
    const settings = inForce[policy.name as keyof RoutePolicies] as Readonly<Record<string, unknown>>
    if (settings === policy.defaults) continue
    for (const [name, setting] of Object.entries<AnySetting>(policy.settings))
      if (settings[name] !== setting.default) dumped[settingLabel(setting, name)] = shownValue(settings[name])
  }
  return Object.keys(dumped).length === 0 ? undefined : dumped
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
