// Hot path: runs for every request.
// What becomes of a request, top to bottom: normalise, match, ask the policies, choose stable or canary, forward. The
// order of checks is ingress-nginx's. HTTP/1.1 and HTTP/2 requests come through here alike.
import { askPolicies } from '../policies/all.ts'
import { chooseCanary } from '../policies/canary.ts'
import { rewriteTarget } from '../policies/rewrite.ts'
import { capturesOf, findHost, match } from '../routing/matcher.ts'
import { normalizePath } from '../routing/normalize-path.ts'
import type { Backend, Route } from '../routing/table.ts'
import type { Exchange } from './exchange.ts'
import { forward } from './forward.ts'
import type { LiveTable } from './proxy-context.ts'
import { answerHealth, answerOptions, sendAnswer, sendFailure } from './respond.ts'

/** Decides about the request that the exchange's stream has just read, and starts on it. */
export function handleRequest(exchange: Exchange): void {
  const { head } = exchange.stream
  if (head.target === '*') return answerOptions(exchange)
  if (head.method === 'TRACE') return sendFailure(exchange, 'method-not-allowed')

  const live = exchange.proxy.live
  const path = normalizePath(pathOf(head.target))
  if (path === undefined) return sendFailure(exchange, 'bad-path')
  exchange.path = path

  const host = findHost(live.matcher, head.host)
  const isClaimed = host !== undefined && host.hostRoutes.host !== ''
  if (path === '/healthz' && !isClaimed) return answerHealth(exchange)
  if (host === undefined) return forwardToDefault(exchange, live)
  const route = match(host, path)
  if (route === undefined) return forwardToDefault(exchange, live)
  exchange.route = route
  exchange.hostHasTls = host.hostRoutes.hasTls

  if (route.denied !== undefined) return sendFailure(exchange, 'denied', route.denied)
  const answer = askPolicies(route.answering, route.policies, exchange)
  if (answer !== undefined) return sendAnswer(exchange, answer)

  if (route.backend === undefined) return forwardToDefault(exchange, live)
  // Without endpoints of its own a route is down, canary or not (ingress-nginx).
  if (!hasEndpoints(route.backend)) return sendFailure(exchange, 'no-endpoint', route.backend.problem)

  const canary =
    route.canaries.length === 0 ? undefined : chooseCanary(route.canaries, exchange, exchange.proxy.random)
  exchange.isCanary = canary !== undefined
  exchange.backend = canary?.backend ?? route.backend

  const { maxBodyBytes } = route.policies.bodySize
  if (head.contentLength > maxBodyBytes) return sendFailure(exchange, 'body-too-large')
  exchange.maxBodyBytes = maxBodyBytes
  exchange.upstreamTarget = targetFor(exchange, route, live)
  forward(exchange)
}

/** The controller's default backend, or its built-in 404. */
function forwardToDefault(exchange: Exchange, live: LiveTable): void {
  const upstream = live.table.defaultUpstream
  if (upstream === undefined) return sendFailure(exchange, 'no-route')
  const { namespace, service, port } = upstream
  const backend: Backend = { namespace, service, port, upstream, problem: undefined }
  exchange.backend = backend
  if (!hasEndpoints(backend)) return sendFailure(exchange, 'no-endpoint')
  exchange.upstreamTarget = exchange.target
  forward(exchange)
}

function hasEndpoints(backend: Backend): boolean {
  return backend.upstream !== undefined && backend.upstream.endpoints.length > 0
}

/** As received, unless the route rewrites: then built from the matched, normalised path. */
function targetFor(exchange: Exchange, route: Route, live: LiveTable): string {
  const template = route.policies.rewrite.target
  if (template === undefined || route.kind !== 'regex') return exchange.target
  const captures = capturesOf(live.matcher, route, exchange.path)
  return rewriteTarget(template, captures, queryOf(exchange.target))
}

function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? target : target.slice(0, mark)
}

function queryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark + 1)
}
