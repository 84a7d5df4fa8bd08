// Hot path: runs for every request of an upstream with `affinity-mode: persistent`.
// The cookie names the endpoint: a client stays for as long as that exists.
import { endpointKeyOf } from '../../policies/balancing/session-cookie.ts'
import { type Availability, taken } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import { type Placed, Sticky, type StickyOptions } from './sticky.ts'

/** ingress-nginx's sticky_persistent: a key that names no endpoint gets a new one. */
export class StickyPersistent extends Sticky {
  readonly #upstreamName: string
  #endpoints: ReadonlyMap<string, EndpointState> = new Map()

  /** `upstreamName`: `namespace-service-port`. */
  constructor(availability: Availability, options: StickyOptions, upstreamName: string) {
    super(availability, options)
    this.#upstreamName = upstreamName
    this.update()
  }

  update(): void {
    this.#endpoints = new Map(this.availability.endpoints.map(endpoint => [this.#keyOf(endpoint), endpoint]))
  }

  protected find(key: string, now: number): EndpointState | undefined {
    const endpoint = this.#endpoints.get(key)
    return endpoint !== undefined && this.availability.isLeftOut(endpoint, now) ? undefined : endpoint
  }

  protected place(tried: readonly EndpointState[], now: number): Placed | undefined {
    const candidates = this.availability.candidates(tried, now)
    const endpoint = candidates[Math.floor(this.options.random() * candidates.length)]
    return endpoint && { endpoint: taken(endpoint, now), key: this.#keyOf(endpoint) }
  }

  #keyOf({ key }: EndpointState): string {
    return endpointKeyOf(this.#upstreamName, key)
  }
}
