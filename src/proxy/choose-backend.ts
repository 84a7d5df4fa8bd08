// Hot path: runs for every request.
// Which backend a request goes to: where its client stays, else a canary that takes it, else the route's own, else the
// default one.

import { readStay } from '../policies/balancing/session-cookie.ts'
import { chooseCanary } from '../policies/routing/canary.ts'
import type { Backend, Canary, Route, RoutingTable, Upstream } from '../routing/table.ts'
import { upstreamMark } from '../routing/upstream-name.ts'
import type { DecidableRequest } from './handle-request.ts'

/** The backend for a request; `undefined` when there is none at all. `random` gives numbers in [0, 1). */
export function chooseBackend(
  request: DecidableRequest,
  route: Route | undefined,
  table: RoutingTable,
  random: () => number,
): Backend | undefined {
  const main = route?.backend ?? defaultBackendOf(table)
  // Without endpoints of its own a route is down, canary or not (ingress-nginx).
  if (route === undefined || route.canaries.length === 0 || !main?.upstream?.endpoints.length) return main
  const canary = findCanary(request, main.upstream, route.canaries, random)
  if (canary === undefined) return main
  request.canary = canary
  return canary.backend
}

/** The canary that takes a request; the choice that its client's cookie tells of comes before all rules (ingress-nginx). */
export function findCanary(
  request: Pick<DecidableRequest, 'header' | 'cookie'>,
  main: Upstream,
  canaries: readonly Canary[],
  random: () => number,
): Canary | undefined {
  const mark = markInCookie(request, main)
  if (mark === '') return chooseCanary(canaries, request, random)
  const home = homeOf(mark, canaries)
  if (home !== undefined) return home
  return chooseCanary(mark === upstreamMark(main) ? canaries.filter(isLoose) : canaries, request, random)
}

/** The mark of the upstream that a client's session cookie names; empty where there is no such cookie. */
export function markInCookie(request: Pick<DecidableRequest, 'cookie'>, main: Upstream): string {
  const { kind, name } = main.policies.affinity
  return kind === undefined ? '' : (readStay(request.cookie(name!))?.mark ?? '')
}

/** The canary that a client stays with whose cookie bears `mark`. */
export function homeOf(mark: string, canaries: readonly Canary[]): Canary | undefined {
  return canaries.find(
    ({ isSticky, backend: { upstream } }) =>
      isSticky && upstream !== undefined && upstream.endpoints.length > 0 && mark === upstreamMark(upstream),
  )
}

/** Whether a canary's rules are asked about clients, too, that stay with the main backend. */
function isLoose({ isSticky }: Canary): boolean {
  return !isSticky
}

/** `--default-backend-service`; without one there is the built-in 404. */
function defaultBackendOf({ defaultUpstream: upstream }: RoutingTable): Backend | undefined {
  if (upstream === undefined) return undefined
  const { namespace, service, port } = upstream
  return { namespace, service, port, upstream, problem: undefined }
}
