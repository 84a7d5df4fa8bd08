// `/api/overview`: whether all is well, on one page.
import type { AdminSources } from '../sources.ts'
import { appliedView } from './applied.ts'
import { expiringCertificates } from './expiring.ts'
import { shownRoutes } from './routes.ts'
import { serviceList } from './services.ts'
import type { ConnectionCounts, Overview } from './types.ts'

/** The answer to `/api/overview`. */
export function overview(sources: AdminSources): Overview {
  const { version, startedAt, paths, history, proxy } = sources
  const change = sources.served()
  const { services } = serviceList(sources)
  const endpoints = services.flatMap(service => service.endpoints)
  return {
    version,
    startedAt,
    now: Date.now(),
    isReady: sources.isReady(),
    paths,
    listeners: sources.listeners(),
    generation: change.generation,
    lastChange: appliedView(change),
    counts: {
      hosts: proxy.live.table.hosts.filter(({ host }) => host !== '').length,
      routes: shownRoutes(proxy.live.table).length,
      ingresses: change.ingressCount,
      services: services.length,
      endpoints: endpoints.length,
      endpointsAway: endpoints.filter(({ state }) => state !== 'ready').length,
    },
    problems: appliedView(change).problems,
    expiring: expiringCertificates(proxy.live.table, Date.now()),
    connections: connectionCounts(sources),
    figures: history.figures(),
    history: history.samples,
    memoryBytes: process.memoryUsage.rss(),
  }
}

/** Connections that are open now. */
export function connectionCounts({ clientConnections, proxy }: AdminSources): ConnectionCounts {
  const { idle, busy } = proxy.upstreams.countConnections()
  return { clients: clientConnections(), upstreamIdle: idle, upstreamBusy: busy }
}
