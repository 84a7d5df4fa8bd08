// The active health checks of upstreams. Upstreams that ask the same of an endpoint share its checks: the endpoint is not
// asked once more for every Ingress that treats its Service differently in some other respect.
import type { EndpointState } from '../endpoint-state.ts'
import { EndpointCheck, type EndpointCheckOptions } from './endpoint-check.ts'

interface SharedCheck {
  readonly check: EndpointCheck
  users: number
}

/** All checks that are under way; they run while somebody uses them. */
export class CheckRegistry {
  readonly #checks = new Map<EndpointState, Map<string, SharedCheck>>()

  /** The checks of an endpoint under these settings; `release` has to follow. */
  acquire(endpoint: EndpointState, options: EndpointCheckOptions): EndpointCheck {
    const key = keyOf(options)
    const ofEndpoint = this.#checks.get(endpoint) ?? new Map<string, SharedCheck>()
    this.#checks.set(endpoint, ofEndpoint)
    const shared = ofEndpoint.get(key) ?? { check: new EndpointCheck(endpoint, options), users: 0 }
    ofEndpoint.set(key, shared)
    shared.users++
    return shared.check
  }

  release(endpoint: EndpointState, options: EndpointCheckOptions): void {
    const key = keyOf(options)
    const ofEndpoint = this.#checks.get(endpoint)
    const shared = ofEndpoint?.get(key)
    if (ofEndpoint === undefined || shared === undefined || --shared.users > 0) return
    shared.check.stop()
    ofEndpoint.delete(key)
    if (ofEndpoint.size === 0) this.#checks.delete(endpoint)
  }
}

/** How an endpoint is connected to is part of what it is. */
function keyOf({ settings }: EndpointCheckOptions): string {
  return JSON.stringify(settings)
}

/** The checks of one upstream. Must be closed. */
export class HealthChecks {
  readonly #registry: CheckRegistry
  readonly #options: EndpointCheckOptions
  readonly #checks = new Map<EndpointState, EndpointCheck>()

  constructor(registry: CheckRegistry, options: EndpointCheckOptions) {
    this.#registry = registry
    this.#options = options
  }

  /** Makes `endpoints` the ones that are checked, new ones at once. */
  update(endpoints: readonly EndpointState[]): void {
    const wanted = new Set(endpoints)
    for (const endpoint of this.#checks.keys()) {
      if (wanted.has(endpoint)) continue
      this.#registry.release(endpoint, this.#options)
      this.#checks.delete(endpoint)
    }
    for (const endpoint of wanted) {
      if (this.#checks.has(endpoint)) continue
      this.#checks.set(endpoint, this.#registry.acquire(endpoint, this.#options))
    }
  }

  /** Whether an endpoint is to get no requests. */
  isUnhealthy(endpoint: EndpointState): boolean {
    return this.#checks.get(endpoint)?.isUnhealthy === true
  }

  close(): void {
    this.update([])
  }
}
