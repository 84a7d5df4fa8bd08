// The routing table as rows for people and for scripts: one per route, the fallbacks included.

import { findCertificate } from '../../certificates/find-certificate.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { describeCanary } from '../../policies/routing/describe-canary.ts'
import { describeConditions } from '../../policies/routing/match-conditions.ts'
import { objectKey } from '../../resources/object-meta.ts'
import type { Backend, HostRoutes, Route, RoutingTable, Upstream } from '../../routing/table.ts'
import { hostPort } from '../get/kind-columns.ts'

/** One route as people and scripts are shown it: a line of `routes`, an element of `routes --output json`. */
export interface RouteRow {
  /** `*` for the catch-all. */
  readonly host: string
  /** Names that lead to the host as well (server-alias); a regex is written after `~`. */
  readonly aliases: readonly string[]
  /** Names that are redirected to the host (from-to-www-redirect). */
  readonly redirectedFrom: readonly string[]
  /** As written; `undefined` for what answers paths that no rule takes. */
  readonly path: string | undefined
  readonly type: 'Exact' | 'Prefix' | 'Regex' | undefined
  /** What else a request has to be, in words (`portico/match-…`); `undefined` for nothing. */
  readonly conditions: string | undefined
  /** Name of the rule's own backend among its canaries (`portico/variant`). */
  readonly variant: string | undefined
  readonly namespace: string | undefined
  /** `service:port`; `undefined` for the built-in 404. */
  readonly service: string | undefined
  readonly endpoints: { readonly ready: number; readonly total: number }
  /** The ready ones, `address:port`. */
  readonly addresses: readonly string[]
  /** Why every request gets 503 whatever the endpoints: an annotation that guards the route can not be obeyed. */
  readonly closed: string | undefined
  /** The Secret (`namespace/name`), `local CA`, or `undefined` without TLS. */
  readonly tls: string | undefined
  readonly canaries: readonly {
    readonly service: string
    readonly when: string
    readonly variant: string | undefined
  }[]
  /** The Ingress whose rule it is (`namespace/name`); `undefined` for the default backend of the command line. */
  readonly ingress: string | undefined
  /** `file:line:col` of the rule; `undefined` for the default backend of the command line. */
  readonly from: string | undefined
}

const typeNames = { exact: 'Exact', prefix: 'Prefix', regex: 'Regex' } as const

/** All routes by host, each host's fallback after its routes, the default backend last. */
export function routeRows(table: RoutingTable): RouteRow[] {
  const names = otherNames(table)
  const rows = table.hosts.flatMap(host => rowsOfHost(host, table, names.get(host.host) ?? noNames))
  if (table.defaultUpstream !== undefined) rows.push(defaultRow(table.defaultUpstream))
  return rows
}

const titles = ['HOST', 'PATH', 'TYPE', 'SERVICE', 'ENDPOINTS', 'TLS', 'CANARY', 'FROM']

type OtherNames = Pick<RouteRow, 'aliases' | 'redirectedFrom'>

const noNames: OtherNames = { aliases: [], redirectedFrom: [] }

/** By host, the names that lead there besides its own. */
function otherNames({ hosts, aliases }: RoutingTable): ReadonlyMap<string, OtherNames> {
  const names = new Map<string, { aliases: string[]; redirectedFrom: string[] }>()
  const namesOf = (host: string) => {
    const own = names.get(host) ?? { aliases: [], redirectedFrom: [] }
    names.set(host, own)
    return own
  }
  for (const { kind, text, host } of aliases) namesOf(host).aliases.push(kind === 'regex' ? `~${text}` : text)
  for (const { host, fallback } of hosts) {
    if (fallback !== undefined && fallback.host !== host) namesOf(fallback.host).redirectedFrom.push(host)
  }
  return names
}

/** Header and cells for `renderColumns`. `wide`: with the addresses behind each Service, and the Ingress. */
export function routeCells(
  rows: readonly RouteRow[],
  wide = false,
): { header: readonly string[]; cells: string[][] } {
  const header = wide ? [...titles, 'INGRESS', 'ADDRESSES'] : titles
  const cells = rows.map((row, index) => {
    const own = cellsOf(row, rows[index - 1]?.host !== row.host)
    return wide ? [...own, row.ingress ?? '-', row.addresses.join(',') || '-'] : own
  })
  return { header, cells }
}

function rowsOfHost(host: HostRoutes, table: RoutingTable, names: OtherNames): RouteRow[] {
  const tls = host.hasTls ? certificateName(host.host, table) : undefined
  const rows = host.routes.map(route => rowOf(route, route.path, tls, names))
  // A fallback without a backend is the plain 404 that every host has.
  if (host.fallback?.backend !== undefined) rows.push(rowOf(host.fallback, undefined, tls, names))
  return rows
}

function rowOf(route: Route, path: string | undefined, tls: string | undefined, names: OtherNames): RouteRow {
  return {
    host: route.host || '*',
    ...names,
    path,
    type: path === undefined ? undefined : typeNames[route.kind],
    conditions:
      path === undefined ? undefined : describeConditions(route.policies.matchConditions) || undefined,
    variant: route.policies.variant.name,
    namespace: route.backend?.namespace,
    service: route.backend && serviceName(route.backend),
    endpoints: endpointCount(route.backend?.upstream),
    addresses: addressesOf(route.backend?.upstream),
    closed: route.denied,
    tls,
    canaries: route.canaries.map(canary => ({
      service: serviceName(canary.backend),
      when: describeCanary(canary.rule),
      variant: canary.rule.variant,
    })),
    ingress: objectKey(route.origin.namespace, route.origin.ingress),
    from: placeText(route.origin.place),
  }
}

function defaultRow(upstream: Upstream): RouteRow {
  return {
    host: '*',
    ...noNames,
    path: undefined,
    type: undefined,
    conditions: undefined,
    variant: undefined,
    namespace: upstream.namespace,
    service: `${upstream.service}:${upstream.port}`,
    endpoints: endpointCount(upstream),
    addresses: addressesOf(upstream),
    closed: undefined,
    tls: undefined,
    canaries: [],
    ingress: undefined,
    from: undefined,
  }
}

/** Other names of a host are shown on its first line. */
function cellsOf(row: RouteRow, isFirst: boolean): string[] {
  const namespace = row.namespace === undefined || row.namespace === 'default' ? '' : `${row.namespace}/`
  const canaries = row.canaries.map(({ when, variant }) =>
    variant === undefined ? when : `${variant}: ${when}`,
  )
  const conditions = row.conditions === undefined ? '' : ` [${row.conditions}]`
  return [
    isFirst ? row.host + otherNamesText(row) : row.host,
    `${row.path ?? '(default)'}${conditions}`,
    row.type ?? '-',
    row.service === undefined ? '-' : namespace + row.service,
    row.closed === undefined ? `${row.endpoints.ready}/${row.endpoints.total}` : 'closed',
    row.tls?.replace(/^default\//, '') ?? '-',
    canaries.join('; ') || '-',
    row.from?.replace(/:\d+$/, '') ?? '-',
  ]
}

function otherNamesText({ aliases, redirectedFrom }: RouteRow): string {
  const also = aliases.length === 0 ? '' : ` (also ${aliases.join(', ')})`
  return redirectedFrom.length === 0 ? also : `${also} (from ${redirectedFrom.join(', ')})`
}

function serviceName(backend: Backend): string {
  return `${backend.service}:${backend.port}`
}

function endpointCount(upstream: Upstream | undefined): { ready: number; total: number } {
  const ready = upstream?.endpoints.length ?? 0
  return { ready, total: ready + (upstream?.notReadyCount ?? 0) }
}

function addressesOf(upstream: Upstream | undefined): readonly string[] {
  return upstream?.endpoints.map(({ address, port }) => hostPort(address, port)) ?? []
}

function certificateName(host: string, { certificates }: RoutingTable): string {
  const certificate = findCertificate(certificates, host)
  return certificate?.kind === 'secret' ? certificate.secret : 'local CA'
}
