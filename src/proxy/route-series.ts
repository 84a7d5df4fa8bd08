// Hot path: runs for every request.
// Which series of the metrics is whose: a route's, a canary's, or that of requests which no rule takes.
import type { RequestSeries, RouteLabels, RouteSeries } from '../metrics/request-series.ts'
import type { Backend, Canary, Route, RoutingTable } from '../routing/table.ts'
import { upstreamName } from '../routing/upstream-name.ts'

/** ingress-nginx's name for hosts that nothing claims, and for rules without a host. */
const anyHost = '_'
/** Requests that no rule takes go one way, whatever they ask for. */
const nowhere = {}

/** The series that a request is counted in. `canary`: the one that was taken. */
export function seriesOf(
  series: RequestSeries,
  route: Route | undefined,
  canary: Canary | undefined,
): RouteSeries {
  if (route === undefined) return series.of(nowhere, labelsOfNowhere)
  // A canary is one route's alone; its backend may be that of others, too.
  if (canary !== undefined) return series.of(canary, ({ backend }) => labelsOfCanary(route, backend))
  return series.of(route, labelsOf)
}

/** What was counted of a route, without its canaries; `undefined` while nothing was. */
export function findRouteSeries(series: RequestSeries, route: Route): RouteSeries | undefined {
  return series.find(route, labelsOf)
}

/** What was counted of one of a route's canaries; `undefined` while nothing was. */
export function findCanarySeries(
  series: RequestSeries,
  route: Route,
  canary: Canary,
): RouteSeries | undefined {
  return series.find(canary, ({ backend }) => labelsOfCanary(route, backend))
}

/** The labels of all series that requests can have under a table. */
export function* labelsUnder({ hosts }: RoutingTable): IterableIterator<RouteLabels> {
  yield labelsOfNowhere()
  for (const { routes, fallback } of hosts) {
    for (const route of routes) yield* labelsOfAll(route)
    if (fallback !== undefined) yield* labelsOfAll(fallback)
  }
}

function* labelsOfAll(route: Route): IterableIterator<RouteLabels> {
  yield labelsOf(route)
  for (const { backend } of route.canaries) yield labelsOfCanary(route, backend)
}

function labelsOfNowhere(): RouteLabels {
  return { namespace: '', ingress: '', host: anyHost, path: '', service: '', canary: '' }
}

function labelsOf({ origin, host, path, backend }: Route): RouteLabels {
  const { namespace, ingress } = origin
  return { namespace, ingress, host: host || anyHost, path, service: backend?.service ?? '', canary: '' }
}

function labelsOfCanary(route: Route, backend: Backend): RouteLabels {
  return { ...labelsOf(route), canary: upstreamName(backend) }
}
