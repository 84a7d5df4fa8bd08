// Hot path: runs for every request of an upstream with `affinity-mode: balanced`.
// The cookie holds a random key, and the key a place on a ring: when endpoints come, some clients move to them.
import { taken } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import { endpointRing, findOnRing } from './by-hash.ts'
import type { HashRing } from './hash-ring.ts'
import { type Placed, Sticky } from './sticky.ts'

/** With the half of the ring taken, the chance that so many keys all miss the other half is one in a million. */
const maxDraws = 20

/** ingress-nginx's sticky_balanced: any key leads somewhere, a forged one too. */
export class StickyBalanced extends Sticky {
  #ring: HashRing<EndpointState> | undefined

  update(): void {
    this.#ring = undefined
  }

  protected find(key: string, now: number): EndpointState | undefined {
    return findOnRing(this.#currentRing(), key, this.availability, now)
  }

  /** Draws keys until one leads to an endpoint that may be used; where that does not come about, one that can be tried. */
  protected place(tried: readonly EndpointState[], now: number): Placed | undefined {
    const candidates = this.availability.candidates(tried, now)
    if (candidates.length === 0) return undefined
    const ring = this.#currentRing()
    for (let i = 0; i < maxDraws; i++) {
      const key = this.#drawKey()
      const endpoint = ring.find(key)!
      if (candidates.includes(endpoint)) return { endpoint: taken(endpoint, now), key }
    }
    const key = this.#drawKey()
    const endpoint = ring.findWanted(key, owner => candidates.includes(owner))!
    return { endpoint: taken(endpoint, now), key }
  }

  /** Built when it is asked for: reconciling many upstreams is not to wait for rings that nobody needs yet. */
  #currentRing(): HashRing<EndpointState> {
    this.#ring ??= endpointRing(this.availability)
    return this.#ring
  }

  #drawKey(): string {
    const part = () => Math.floor(this.options.random() * 2 ** 32).toString(16)
    return `${part()}.${part()}`
  }
}
