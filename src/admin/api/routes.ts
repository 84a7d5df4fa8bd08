// `/api/routes`: every rule with what came of its requests.

import { placeText } from '../../diagnostics/place-text.ts'
import { describeConditions } from '../../policies/routing/match-conditions.ts'
import { serviceName } from '../../routing/service-name.ts'
import type { HostRoutes, Route, RoutingTable } from '../../routing/table.ts'
import type { AdminSources } from '../sources.ts'
import { type ApiAnswer, badLimit, holdsWords, readLimit } from './question.ts'
import type { RouteList, RouteView } from './types.ts'

/** A rule and its host. */
export interface ShownRoute {
  readonly host: HostRoutes
  readonly route: Route
}

/** Once for each table: a list of 10,000 rules is asked for again and again. */
const shown = new WeakMap<RoutingTable, readonly ShownRoute[]>()

/** Every rule by host and path, what answers other paths of a host last; the plain 404 that each host has is left out. */
export function shownRoutes(table: RoutingTable): readonly ShownRoute[] {
  const known = shown.get(table)
  if (known !== undefined) return known
  const routes = table.hosts
    .toSorted((a, b) => order(a.host, b.host))
    .flatMap(host => routesOf(host).map(route => ({ host, route })))
  shown.set(table, routes)
  return routes
}

function routesOf({ host, routes, fallback }: HostRoutes): readonly Route[] {
  const sorted = routes.toSorted((a, b) => order(a.path, b.path) || order(a.id, b.id))
  // A host that is redirected to another has that one's fallback.
  const isOwn = fallback?.backend !== undefined && fallback.host === host
  return isOwn ? [...sorted, fallback] : sorted
}

/** The answer to `/api/routes`: `q`, `limit`. */
export function routeList(query: URLSearchParams, sources: AdminSources): ApiAnswer {
  const limit = readLimit(query, 1_000)
  if (limit === undefined) return badLimit()
  const search = query.get('q')
  const found = shownRoutes(sources.proxy.live.table).filter(
    ({ route }) => search === null || holdsWords(textsOf(route), search),
  )
  sources.routeFigures.refresh()
  const list: RouteList = {
    generation: sources.served().generation,
    total: found.length,
    routes: found.slice(0, limit).map(route => routeView(route, sources)),
  }
  return { value: list }
}

function textsOf(route: Route): string[] {
  const { host, path, origin, backend, canaries } = route
  const services = [backend, ...canaries.map(canary => canary.backend)].map(
    named => named && serviceName(named),
  )
  return [
    host || '*',
    path,
    `${origin.namespace}/${origin.ingress}`,
    placeText(origin.place) ?? '',
    ...services.filter(name => name !== undefined),
  ]
}

/** A rule with its figures. */
export function routeView({ host, route }: ShownRoute, { routeFigures }: AdminSources): RouteView {
  const { id, path, kind, origin, backend, canaries, denied, policies } = route
  const conditions = describeConditions(policies.matchConditions)
  return {
    id,
    host: host.host || '*',
    path,
    kind,
    ...(conditions !== '' && { conditions }),
    isFallback: route === host.fallback,
    hasTls: host.hasTls,
    ingress: `${origin.namespace}/${origin.ingress}`,
    at: placeText(origin.place)!,
    ...(backend !== undefined && { service: serviceName(backend) }),
    endpoints: backend?.upstream?.endpoints.length ?? 0,
    canaries: canaries.length,
    ...(denied !== undefined && { closed: denied }),
    figures: routeFigures.ofRoute(route),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
