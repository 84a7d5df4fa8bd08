// Hot path: runs for every request of an upstream with `upstream-hash-by`.
// Requests with the same text go to the same endpoint.
import { renderVariables, type VariableText } from '../../policies/values/variables.ts'
import type { Availability } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'
import { HashRing } from './hash-ring.ts'

/**
 * Consistent hashing. A request is not made again at another endpoint, and one that fails keeps its requests, as in
 * ingress-nginx; one that this upstream's own checks leave out lends them to those that follow on the ring.
 */
export class ByHash implements Balancer {
  readonly #availability: Availability
  readonly #hashBy: VariableText
  #ring: HashRing<EndpointState>

  constructor(availability: Availability, hashBy: VariableText) {
    this.#availability = availability
    this.#hashBy = hashBy
    this.#ring = endpointRing(availability)
  }

  update(): void {
    this.#ring = endpointRing(this.#availability)
  }

  pick(request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    if (tried.length > 0) return undefined
    return findOnRing(this.#ring, renderVariables(this.#hashBy, request), this.#availability, now)
  }
}

/** A ring of all endpoints of an upstream. */
export function endpointRing({ endpoints }: Availability): HashRing<EndpointState> {
  return new HashRing(endpoints, ({ key }) => key)
}

/** The endpoint that owns a key, or the next one while the owner is left out; the owner again when all are. */
export function findOnRing(
  ring: HashRing<EndpointState>,
  key: string,
  availability: Availability,
  now: number,
): EndpointState | undefined {
  const owner = ring.find(key)
  if (owner === undefined || !availability.isLeftOut(owner, now)) return owner
  return ring.findWanted(key, endpoint => !availability.isLeftOut(endpoint, now)) ?? owner
}
