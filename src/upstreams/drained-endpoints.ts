// Endpoints that somebody has taken out by hand: no new requests, while those under way finish. Kept by Service, so that it holds
// for every Ingress that treats the Service in its own way, and across reloads for as long as the Service lists the endpoint.
import { endpointName } from '../routing/endpoint-name.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Upstream } from '../routing/table.ts'

/** By Service port and endpoint. */
export class DrainedEndpoints {
  readonly #byService = new Map<string, Map<string, number>>()

  /** Takes an endpoint out; `atMs`: when, since the epoch. Once it is out it stays out since then. */
  add(service: string, endpoint: string, atMs: number): void {
    const ofService = this.#byService.get(service) ?? new Map<string, number>()
    this.#byService.set(service, ofService)
    if (!ofService.has(endpoint)) ofService.set(endpoint, atMs)
  }

  delete(service: string, endpoint: string): void {
    this.#byService.get(service)?.delete(endpoint)
  }

  /** Since when an endpoint is out; `undefined` for one that is not. */
  since(service: string, endpoint: string): number | undefined {
    return this.#byService.get(service)?.get(endpoint)
  }

  /** How many there are, over all Service ports. */
  get count(): number {
    let count = 0
    for (const endpoints of this.#byService.values()) count += endpoints.size
    return count
  }

  /** Forgets what no Service lists any more: an address that comes back later is another endpoint. */
  keepListed(upstreams: Iterable<Upstream>): void {
    if (this.#byService.size === 0) return
    const listed = new Map<string, Set<string>>()
    for (const upstream of upstreams) {
      const service = serviceName(upstream)
      const endpoints = listed.get(service) ?? new Set<string>()
      listed.set(service, endpoints)
      for (const endpoint of upstream.endpoints) endpoints.add(endpointName(endpoint))
    }
    for (const [service, drained] of this.#byService) {
      for (const endpoint of drained.keys())
        if (listed.get(service)?.has(endpoint) !== true) drained.delete(endpoint)
      if (drained.size === 0) this.#byService.delete(service)
    }
  }
}
