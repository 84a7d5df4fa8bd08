// Manifests as they lie in a repository name no pods: a cluster finds them by the selectors of Services. For questions about
// such manifests an endpoint is assumed for each Service that nobody lists any for.
import type { RoutingTable } from '../routing/table.ts'
import type { EndpointMap } from './options.ts'

/**
 * Maps that give every Service of the table that nobody lists endpoints for one, `pod.NAME.NAMESPACE` with the Service's port.
 * Services whose endpoints are listed and not ready stay as they are.
 */
export function assumeEndpoints({ upstreams }: RoutingTable): EndpointMap[] {
  const maps = new Map<string, EndpointMap>()
  for (const { namespace, service, port, source } of upstreams.values()) {
    if (source !== undefined) continue
    const number = /^\d+$/.test(port) ? Number(port) : 80
    const address = `pod.${service}.${namespace}`
    maps.set(`${namespace}/${service}:${port}`, { namespace, service, port, address, endpointPort: number })
  }
  return [...maps.values()]
}
