// How endpoints stand, as the API shows it.
import type { ProxyContext } from '../../proxy/proxy-context.ts'
import { serviceName } from '../../routing/service-name.ts'
import type { Upstream } from '../../routing/table.ts'
import type { EndpointStanding } from '../../upstreams/endpoint-standing.ts'
import type { EndpointState as LiveEndpoint } from '../../upstreams/endpoint-state.ts'
import { rounded } from './rounded.ts'
import type { EndpointState, EndpointView } from './types.ts'

/** The endpoints of an upstream in the order they are listed; empty while the table with it is not live. */
export function endpointViews(upstream: Upstream, { upstreams }: ProxyContext): EndpointView[] {
  const live = upstreams.stateOf(upstream)
  if (live === undefined) return []
  const standings = live.standings()
  const service = serviceName(upstream)
  return live.listed.map((endpoint, index) =>
    endpointView(endpoint, standings[index]!, upstreams.drainedSince(service, endpoint.key)),
  )
}

function endpointView(
  endpoint: LiveEndpoint,
  standing: EndpointStanding,
  drainedAt: number | undefined,
): EndpointView {
  const { health, responseMs } = endpoint
  return {
    address: endpoint.key,
    state: endpointStateOf(standing),
    ...(standing.passedOverMs > 0 && { passedOverMs: rounded(standing.passedOverMs) }),
    ...(drainedAt !== undefined && { drainedAt }),
    inFlight: endpoint.busyConnections,
    idleConnections: endpoint.idleConnections,
    answered: health.answered,
    failed: health.failed,
    ...(responseMs > 0 && { responseMs: rounded(responseMs) }),
    ejections: health.ejections,
  }
}

/** A standing in one word; they begin with different letters. */
export function endpointStateOf({ isDrained, isLeftOut, passedOverMs }: EndpointStanding): EndpointState {
  if (isDrained) return 'drained'
  if (isLeftOut) return 'left out'
  return passedOverMs > 0 ? 'passed over' : 'ready'
}
