// The endpoints behind the backend that a request goes to: who lists them, how they stand, and how one is picked.

import { placeText } from '../diagnostics/place-text.ts'
import { renderVariables } from '../policies/values/variables.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { endpointName } from '../routing/endpoint-name.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Backend, EndpointSource, Upstream } from '../routing/table.ts'
import { type Balancing, balancingOf } from '../upstreams/balancers/create-balancer.ts'
import type { EndpointStanding } from '../upstreams/endpoint-standing.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'

/** One endpoint. Plain data. */
export interface EndpointStep {
  /** `address:port`. */
  readonly address: string
  readonly picked: boolean
  /** Live only: why it gets no requests now; absent for one that may. */
  readonly leftOut?: string
  /** Live only: requests under way. */
  readonly inFlight?: number
}

/** The backend taken and what is behind it. Plain data. */
export interface UpstreamStep {
  /** `namespace/name:port`. */
  readonly service: string
  readonly endpoints: readonly EndpointStep[]
  /** How many more are listed, but not ready. */
  readonly notReady: number
  /** Who lists them: `EndpointSlice`, `Endpoints`, `ExternalName`, `--map` …; absent where nobody does. */
  readonly source?: string
  readonly at?: string
  /** How one of them is picked, as a clause. */
  readonly picking?: string
  /** Why nothing can be sent there. */
  readonly problem?: string
}

/** `endpoint`: the one picked; `standings`: how the endpoints of a running proxy stand. */
export function upstreamStep(
  backend: Backend,
  request: RequestState,
  endpoint: EndpointState | undefined,
  standings: readonly EndpointStanding[] = [],
): UpstreamStep {
  const { upstream, problem } = backend
  const byKey = new Map(standings.map(standing => [standing.key, standing]))
  const endpoints = (upstream?.endpoints ?? []).map((listed): EndpointStep => {
    const key = endpointName(listed)
    const standing = byKey.get(key)
    return {
      address: key,
      picked: endpoint?.key === key,
      ...(standing !== undefined && !isUsable(standing) && { leftOut: whyLeftOut(standing) }),
      ...(standing !== undefined && { inFlight: standing.inFlight }),
    }
  })
  const at = placeText(upstream?.source?.place)
  return {
    service: serviceName(backend),
    endpoints,
    notReady: upstream?.notReadyCount ?? 0,
    ...(upstream?.source !== undefined && { source: sourceNames[upstream.source.kind] }),
    ...(at !== undefined && { at }),
    ...(upstream !== undefined && endpoints.length > 0 && { picking: pickingWords(upstream, request) }),
    ...(problem !== undefined && { problem }),
  }
}

function isUsable({ isLeftOut, isDrained, passedOverMs }: EndpointStanding): boolean {
  return !isLeftOut && !isDrained && passedOverMs === 0
}

function whyLeftOut({ isLeftOut, isDrained, passedOverMs }: EndpointStanding): string {
  if (isDrained) return 'drained by hand at the admin port'
  if (isLeftOut) return 'left out by its health check or outlier detection'
  return `passed over for its failures, for ${Math.ceil(passedOverMs / 1000)} s more`
}

/** Who lists endpoints, as people know them. */
export const sourceNames: Readonly<Record<EndpointSource['kind'], string>> = {
  map: '--map',
  annotation: 'portico/endpoints of the Service',
  address: 'address of the Service (service-upstream)',
  EndpointSlice: 'EndpointSlice',
  Endpoints: 'Endpoints',
  ExternalName: 'ExternalName',
}

const words: Readonly<Record<Balancing, (upstream: Upstream, request: RequestState) => string>> = {
  'cookie-persistent': stickyWords,
  'cookie-balanced': stickyWords,
  'hash-subset': (upstream, request) => `${hashWords(upstream, request)}: one of its subset by chance`,
  hash: hashWords,
  'client-address': ({ clientIpAffinitySeconds }, { clientAddress }) =>
    `the one that ${clientAddress} went to in the last ${clientIpAffinitySeconds} s, else in turn (sessionAffinity: ClientIP)`,
  'response-time': () => 'of two by chance the one that answered faster lately (load-balance: ewma)',
  'in-turn': ({ endpoints }) => (endpoints.length === 1 ? 'the only one' : 'every one in turn'),
}

function pickingWords(upstream: Upstream, request: RequestState): string {
  return words[balancingOf(upstream)](upstream, request)
}

function stickyWords({ policies: { affinity } }: Upstream, request: RequestState): string {
  if (request.cookie(affinity.name!) === undefined)
    return `by chance: the client sends no cookie ${affinity.name}, and gets one`
  return request.newStay === ''
    ? `the cookie ${affinity.name} says so`
    : `by chance: the cookie ${affinity.name} leads to none that may be used, and the client gets a new one`
}

function hashWords({ policies: { balance } }: Upstream, request: RequestState): string {
  return `by the hash of ${JSON.stringify(renderVariables(balance.hashBy!, request))}`
}
