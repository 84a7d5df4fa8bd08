// What all ways of choosing an endpoint have in common.
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'

/** One way to choose an endpoint of one upstream. Times are those of `Deadlines`. */
export interface Balancer {
  /** The endpoints have changed. */
  update?(): void
  /** The endpoint for a request; none of `tried`. `undefined` when there is none, or none that it may be made again at. */
  pick(request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined
  /** An endpoint took `ms` until its response head, or until it failed; an answer of 500 and above is a failure, too. */
  noteTime?(endpoint: EndpointState, ms: number, failed: boolean): void
}
