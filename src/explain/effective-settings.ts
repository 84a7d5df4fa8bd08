// Every route with the settings in force on it, and the place each comes from.
import type { CompiledFrom } from '../compile/compilation.ts'
import { placeText } from '../diagnostics/place-text.ts'
import { serviceName } from '../routing/service-name.ts'
import type { HostRoutes, Route, RoutingTable } from '../routing/table.ts'
import { askedHost } from './asked-host.ts'
import { ProvenanceFinder, type SettingProvenance } from './provenance.ts'
import { isSaid, type ShownSetting, showSetting, valueText } from './shown-settings.ts'

/** Which routes and settings. */
export interface EffectiveFilter {
  /** As in the rules, `*` for the catch-all; `undefined`: every host. */
  readonly host?: string | undefined
  /** `name` or `namespace/name`; `undefined`: every Ingress. */
  readonly ingress?: string | undefined
  /** Settings at their defaults too. */
  readonly all: boolean
}

/** A setting with its value in words. */
export interface EffectiveSetting extends ShownSetting {
  readonly text: string
}

/** One route and what is in force on it. */
export interface EffectiveRoute {
  /** `*` for the catch-all. */
  readonly host: string
  /** As written; absent for what answers paths that no rule takes. */
  readonly path?: string
  readonly kind?: Route['kind']
  /** `namespace/name`. */
  readonly ingress: string
  /** `file:line:col` of the rule. */
  readonly at: string
  /** Why every request gets 503. */
  readonly closed?: string
  /** In the order requests meet them. */
  readonly settings: readonly EffectiveSetting[]
  /** In the order they are asked; absent without any. */
  readonly canaries?: readonly EffectiveCanary[]
}

/** A canary of a route, and what it brings along. */
export interface EffectiveCanary {
  /** `namespace/name:port`. */
  readonly service: string
  readonly ingress: string
  readonly at: string
  readonly settings: readonly EffectiveSetting[]
}

/** A route and the host it serves. */
export interface HostedRoute {
  readonly host: HostRoutes
  readonly route: Route
}

/** Each route has some 300 settings: of more routes all of them are more than anybody reads, or a running proxy has time for. */
export const manyRoutes = 2_000

/** The routes that a filter leaves, by host and path. */
export function selectRoutes(table: RoutingTable, filter: EffectiveFilter): HostedRoute[] {
  const wanted = filter.host === undefined ? undefined : askedHost(filter.host)
  return table.hosts
    .filter(({ host }) => wanted === undefined || (host || '*') === wanted)
    .toSorted((a, b) => order(a.host, b.host))
    .flatMap(host => routesOf(host, filter.all).map(route => ({ host, route })))
    .filter(({ route: { origin } }) => isIngress(origin, filter.ingress))
}

/** What is in force on routes of the table that was compiled from `from`. `all`: settings at their defaults too. */
export function effectiveSettings(
  routes: readonly HostedRoute[],
  from: CompiledFrom,
  all: boolean,
): EffectiveRoute[] {
  const finder = new ProvenanceFinder(from)
  return routes.map(({ host, route }) => effectiveRoute(host, route, finder, all))
}

/** The 404 that every host has for what no rule takes is shown only with `all`, or where it is all there is. */
function routesOf({ routes, fallback }: HostRoutes, all: boolean): readonly Route[] {
  const sorted = routes.toSorted((a, b) => order(a.path, b.path) || order(a.id, b.id))
  const isShown = all || fallback?.backend !== undefined || routes.length === 0
  return fallback === undefined || !isShown ? sorted : [...sorted, fallback]
}

function isIngress({ namespace, ingress }: Route['origin'], wanted: string | undefined): boolean {
  return wanted === undefined || wanted === ingress || wanted === `${namespace}/${ingress}`
}

function effectiveRoute(
  host: HostRoutes,
  route: Route,
  finder: ProvenanceFinder,
  all: boolean,
): EffectiveRoute {
  const { path, kind, origin, denied, canaries } = route
  return {
    host: host.host || '*',
    ...(route !== host.fallback && { path, kind }),
    ingress: `${origin.namespace}/${origin.ingress}`,
    at: placeText(origin.place),
    ...(denied !== undefined && { closed: denied }),
    settings: effectiveOn(route, finder, all),
    ...(canaries.length > 0 && {
      canaries: canaries.map(canary => ({
        service: serviceName(canary.backend),
        ingress: `${canary.origin.namespace}/${canary.origin.ingress}`,
        at: placeText(canary.origin.place),
        settings: show(finder.ofCanary(route, canary), all),
      })),
    }),
  }
}

/** The settings of one route that somebody wrote, or `all` of them. */
export function effectiveOn(route: Route, finder: ProvenanceFinder, all = false): EffectiveSetting[] {
  return show(finder.of(route), all)
}

function show(settings: readonly SettingProvenance[], all: boolean): EffectiveSetting[] {
  return settings
    .filter(found => all || isSaid(found))
    .map(found => ({ ...showSetting(found), text: valueText(found) }))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
