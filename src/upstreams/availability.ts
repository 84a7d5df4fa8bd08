// Hot path: asked at every pick.
// Which endpoints of one upstream may get requests now: those that no failure, health check or outlier detection speaks
// against. Balancers choose among them.
import type { OutlierDetection } from './control/outlier-detection.ts'
import type { SlowStart } from './control/slow-start.ts'
import type { EndpointState } from './endpoint-state.ts'

/** What health checks have found out. */
export interface CheckedHealth {
  isUnhealthy(endpoint: EndpointState): boolean
}

/** The endpoints of one upstream and what is known of them. Times are those of `Deadlines`. */
export class Availability {
  endpoints: readonly EndpointState[]
  /** These are `undefined` for upstreams that do not ask for them, which is most. */
  checks: CheckedHealth | undefined
  outliers: OutlierDetection<EndpointState> | undefined
  slowStart: SlowStart<EndpointState> | undefined

  constructor(endpoints: readonly EndpointState[]) {
    this.endpoints = endpoints
  }

  /** Whether health checks or outlier detection leave an endpoint out: what this upstream has asked for itself. */
  isLeftOut(endpoint: EndpointState, now: number): boolean {
    return this.checks?.isUnhealthy(endpoint) === true || this.outliers?.isEjected(endpoint, now) === true
  }

  /**
   * Whether an endpoint may get any request: it is neither left out nor passed over for its failures. One that may not
   * will start slowly.
   */
  isUsable(endpoint: EndpointState, now: number): boolean {
    if (endpoint.health.passedOverUntil <= now && !this.isLeftOut(endpoint, now)) return true
    this.slowStart?.noteAway(endpoint)
    return false
  }

  /** When no endpoint is usable all are used: a request that may fail is better than one that must. */
  isNoneUsable(now: number): boolean {
    return !this.endpoints.some(endpoint => this.isUsable(endpoint, now))
  }

  /** The endpoints a request may go to that has tried some already; empty when none is left. */
  candidates(tried: readonly EndpointState[], now: number): readonly EndpointState[] {
    const untried =
      tried.length === 0 ? this.endpoints : this.endpoints.filter(endpoint => !tried.includes(endpoint))
    const usable = untried.filter(endpoint => this.isUsable(endpoint, now))
    return usable.length > 0 || !this.isNoneUsable(now) ? usable : untried
  }
}

/** The endpoint a balancer has settled on. One whose pause is over is tried by this request; the others wait for the outcome. */
export function taken(endpoint: EndpointState, now: number): EndpointState {
  const { health } = endpoint
  if (health.passedOverUntil !== 0 && health.passedOverUntil <= now) health.beginTrial(now)
  return endpoint
}
