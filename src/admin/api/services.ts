// `/api/services`: every Service port that is in use, its endpoints, and taking one of them out.
import { placeText } from '../../diagnostics/place-text.ts'
import { sourceNames } from '../../explain/upstream-step.ts'
import { endpointName } from '../../routing/endpoint-name.ts'
import { serviceName } from '../../routing/service-name.ts'
import type { RoutingTable } from '../../routing/table.ts'
import type { AdminSources } from '../sources.ts'
import { endpointViews } from './endpoint-view.ts'
import { pickingWords } from './picking-words.ts'
import type { ApiAnswer } from './question.ts'
import { shownRoutes } from './routes.ts'
import type { DrainAnswer, EndpointView, ServiceList, ServiceView } from './types.ts'

/** Which routes may send requests to a Service port; once for each table. */
const users = new WeakMap<RoutingTable, ReadonlyMap<string, readonly string[]>>()

/** The answer to `/api/services`. */
export function serviceList({ proxy }: AdminSources): ServiceList {
  const { table } = proxy.live
  const services = Map.groupBy(table.upstreams.values(), serviceName)
  const routes = routesByService(table)
  return {
    services: [...services]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([service, upstreams]): ServiceView => {
        const [first] = upstreams
        const at = placeText(first!.source?.place)
        return {
          service,
          ...(first!.source !== undefined && { source: sourceNames[first!.source.kind] }),
          ...(at !== undefined && { at }),
          picking: [...new Set(upstreams.map(pickingWords))],
          endpoints: mergedEndpoints(upstreams.flatMap(upstream => endpointViews(upstream, proxy))),
          notReady: first!.notReadyCount,
          routes: routes.get(service) ?? [],
        }
      }),
  }
}

/**
 * A Service that Ingresses treat in different ways has an upstream for each, and checks of some of them may leave an endpoint out:
 * the worst is shown. Connections are shared by those that speak alike.
 */
function mergedEndpoints(views: readonly EndpointView[]): EndpointView[] {
  const byAddress = new Map<string, EndpointView>()
  for (const view of views) {
    const known = byAddress.get(view.address)
    if (known === undefined || (known.state === 'ready' && view.state !== 'ready'))
      byAddress.set(view.address, view)
  }
  return [...byAddress.values()]
}

function routesByService(table: RoutingTable): ReadonlyMap<string, readonly string[]> {
  const known = users.get(table)
  if (known !== undefined) return known
  const routes = new Map<string, string[]>()
  for (const { route } of shownRoutes(table)) {
    const backends = [route.backend, ...route.canaries.map(({ backend }) => backend)]
    const upstreams = backends.map(backend => backend?.upstream).filter(upstream => upstream !== undefined)
    for (const service of new Set(upstreams.map(serviceName))) {
      const ids = routes.get(service) ?? []
      routes.set(service, ids)
      ids.push(route.id)
    }
  }
  users.set(table, routes)
  return routes
}

/**
 * Takes an endpoint (`address:port`, IPv6 in brackets) of a Service port (`namespace/name:port`) out or in again, and says how it
 * stands then. Doing so twice is no mistake.
 */
export function moveEndpoint(
  move: 'drain' | 'undrain',
  service: string,
  wanted: string,
  { proxy }: AdminSources,
): ApiAnswer {
  const upstreams = [...proxy.live.table.upstreams.values()].filter(
    upstream => serviceName(upstream) === service,
  )
  if (upstreams.length === 0)
    return { problem: `no rule leads to Service port ${service}; /api/services names them`, status: 404 }
  const isListed = upstreams.some(({ endpoints }) =>
    endpoints.some(endpoint => endpointName(endpoint) === wanted),
  )
  if (!isListed) return { problem: `Service port ${service} has no endpoint ${wanted}`, status: 404 }
  if (move === 'drain') proxy.upstreams.drain(service, wanted, Date.now())
  else proxy.upstreams.undrain(service, wanted)
  const views = mergedEndpoints(upstreams.flatMap(upstream => endpointViews(upstream, proxy)))
  const endpoint = views.find(({ address }) => address === wanted)!
  const answer: DrainAnswer = { service, endpoint }
  return { value: answer }
}
