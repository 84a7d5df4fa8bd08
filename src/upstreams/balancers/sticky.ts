// Hot path: runs for every request of an upstream with `affinity: cookie`.
// What both kinds of cookie affinity have in common: whom a client stays with, and when it is given to another endpoint.
import { readStay, renderStay } from '../../policies/balancing/session-cookie.ts'
import type { Availability } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'

/** What sticky balancers need to know. */
export interface StickyOptions {
  readonly cookieName: string
  /** Goes into the cookie beside the key, see `markOf`. */
  readonly mark: string
  /** A client whose endpoint fails is given another; otherwise it keeps asking the one it has. */
  readonly changesOnFailure: boolean
  /** Gives numbers in [0, 1). */
  readonly random: () => number
}

/** An endpoint, and the key by which a client comes back to it. */
export interface Placed {
  readonly endpoint: EndpointState
  readonly key: string
}

/** Cookie affinity. How keys and endpoints belong together is told by those that extend it. */
export abstract class Sticky implements Balancer {
  protected readonly availability: Availability
  protected readonly options: StickyOptions

  constructor(availability: Availability, options: StickyOptions) {
    this.availability = availability
    this.options = options
  }

  /** Makes the endpoints known anew. */
  abstract update(): void
  /** The endpoint that a key stands for; `undefined` when it stands for none, or for one that is left out. */
  protected abstract find(key: string, now: number): EndpointState | undefined
  /** An endpoint for a client that has none, not one of those tried. */
  protected abstract place(tried: readonly EndpointState[], now: number): Placed | undefined

  pick(request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const stay = readStay(request.cookie(this.options.cookieName))
    const known = stay && this.find(stay.key, now)
    if (known !== undefined) {
      if (!tried.includes(known) && !(this.options.changesOnFailure && this.#isFailing(known))) return known
      if (!this.options.changesOnFailure) return undefined
    }
    const placed = this.place(tried, now)
    if (placed === undefined) return undefined
    request.newStay = renderStay({ key: placed.key, mark: this.options.mark })
    return placed.endpoint
  }

  /** Known to fail: the client need not find out for itself. */
  #isFailing(endpoint: EndpointState): boolean {
    return endpoint.health.passedOverUntil !== 0
  }
}
