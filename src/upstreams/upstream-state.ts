// Hot path: runs for every request.
// What outlives a table of one upstream: whose turn it is, which client stays where, and what is known of its endpoints.
import { isDeepStrictEqual } from 'node:util'
import type { Counters } from '../metrics/counters.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Upstream } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { Availability } from './availability.ts'
import type { Balancer } from './balancers/balancer.ts'
import { createBalancer } from './balancers/create-balancer.ts'
import { type CheckRegistry, HealthChecks } from './control/health-checks.ts'
import { OutlierDetection } from './control/outlier-detection.ts'
import { SlowStart } from './control/slow-start.ts'
import { TrafficControl } from './control/traffic-control.ts'
import { WaitingRoom } from './control/waiting-room.ts'
import type { DrainedEndpoints } from './drained-endpoints.ts'
import { assumeStandings, type EndpointStanding, standingsOf } from './endpoint-standing.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { PickRequest } from './pick-request.ts'
import { plainWire, type Wire } from './wire.ts'

/** What all upstreams share. */
export interface UpstreamServices {
  readonly deadlines: Deadlines
  readonly counters: Counters
  /** `undefined`: nobody is asked for its health, whatever an upstream says. */
  readonly checkRegistry: CheckRegistry | undefined
  readonly drained: DrainedEndpoints
  /** Gives numbers in [0, 1). */
  readonly random: () => number
}

/** Picks endpoints of one Service port, in the way that its upstream asks for. Must be closed. */
export class UpstreamState {
  readonly #services: UpstreamServices
  #upstream: Upstream
  #listed: readonly EndpointState[]
  #parts: Parts

  /** `wire`: how its endpoints are spoken to. */
  constructor(
    upstream: Upstream,
    endpoints: readonly EndpointState[],
    services: UpstreamServices,
    wire: Wire = plainWire,
  ) {
    this.#services = services
    this.#upstream = upstream
    this.#listed = endpoints
    this.#parts = createParts(upstream, this.#undrained(), services, wire)
  }

  /** Takes over what a new table says. Turns, stays and counts go on, unless the upstream is to be treated otherwise. */
  update(upstream: Upstream, endpoints: readonly EndpointState[], wire: Wire = plainWire): void {
    const before = this.#upstream
    this.#upstream = upstream
    this.#listed = endpoints
    if (isTreatedAlike(before, upstream)) return this.followDrains()
    // The new checks begin before the old end: those that both ask for go on.
    const { checks } = this.#parts
    this.#parts = createParts(upstream, this.#undrained(), this.#services, wire)
    checks?.close()
  }

  /** Endpoints were drained, or are so no longer. For balancers and checks a drained one is not there: nothing asks about it at each request. */
  followDrains(): void {
    enter(this.#parts, this.#undrained(), this.#services.deadlines.now)
  }

  #undrained(): readonly EndpointState[] {
    const { drained } = this.#services
    return this.#listed.filter(({ key }) => drained.since(this.service, key) === undefined)
  }

  /** The Service port it is of, `namespace/name:port`. */
  get service(): string {
    return serviceName(this.#upstream)
  }

  /** Those it was last updated with. */
  get listed(): readonly EndpointState[] {
    return this.#listed
  }

  /** Those of them that are not drained. */
  get endpoints(): readonly EndpointState[] {
    return this.#parts.availability.endpoints
  }

  /** What the upstream's own limits make of its requests; `undefined` for most, which have none. */
  get control(): TrafficControl | undefined {
    return this.#parts.control
  }

  /** Where requests wait while no endpoint takes connections; `undefined` where they do not. */
  get waitingRoom(): WaitingRoom | undefined {
    return this.#parts.waitingRoom
  }

  /** Whether endpoints may send a request back that they have read: HTTP/2 has a code for that, whatever the method. */
  get refusesStreams(): boolean {
    return this.#parts.wire.http2
  }

  /** Whether the table it was last updated with had this very upstream. */
  isFor(upstream: Upstream): boolean {
    return this.#upstream === upstream
  }

  /**
   * The endpoint for a request; none of `tried`, and none that is passed over for its failures unless all are, or the
   * request is bound to it. `undefined` when none is left.
   */
  pick(request: PickRequest, tried: readonly EndpointState[]): EndpointState | undefined {
    return this.#parts.balancer.pick(request, tried, this.#services.deadlines.now)
  }

  /** Endpoints that health checks or outlier detection leave out now. */
  countLeftOut(): number {
    const { availability } = this.#parts
    const { now } = this.#services.deadlines
    return availability.endpoints.filter(endpoint => availability.isLeftOut(endpoint, now)).length
  }

  /** How its endpoints stand now. */
  standings(): EndpointStanding[] {
    return standingsOf(this.#listed, this.#parts.availability, this.#services.deadlines.now)
  }

  /** Takes its endpoints to stand like those of a running proxy. For an upstream that nobody is sent to. */
  assume(standings: readonly EndpointStanding[]): void {
    const { drained } = this.#services
    for (const { key, isDrained } of standings) if (isDrained) drained.add(this.service, key, 0)
    this.followDrains()
    assumeStandings(this.#parts.availability, standings, this.#services.deadlines.now)
  }

  /** Ends its health checks. */
  close(): void {
    this.#parts.checks?.close()
  }
}

/** What the policies of an upstream come to; made anew when they change. */
interface Parts {
  readonly wire: Wire
  readonly availability: Availability
  readonly balancer: Balancer
  readonly checks: HealthChecks | undefined
  readonly control: TrafficControl | undefined
  readonly waitingRoom: WaitingRoom | undefined
}

function createParts(
  upstream: Upstream,
  endpoints: readonly EndpointState[],
  { counters, checkRegistry, deadlines, random }: UpstreamServices,
  wire: Wire,
): Parts {
  const { slowStart, outlier, healthCheck, hold } = upstream.policies
  const availability = new Availability(endpoints)
  if (slowStart.durationMs !== undefined) availability.slowStart = new SlowStart(slowStart.durationMs)
  if (outlier.consecutiveFailures !== undefined || outlier.failurePercent !== undefined)
    availability.outliers = new OutlierDetection(outlier)
  const isChecked = healthCheck.path !== undefined || healthCheck.grpcService !== undefined
  const checks =
    isChecked && checkRegistry !== undefined
      ? new HealthChecks(checkRegistry, { settings: healthCheck, wire, counters })
      : undefined
  availability.checks = checks
  const balancer = createBalancer(upstream, availability, random)
  const control = new TrafficControl(upstream.policies, availability, balancer, counters)
  const parts = {
    wire,
    availability,
    balancer,
    checks,
    control: control.isNeeded ? control : undefined,
    waitingRoom:
      hold.durationMs === undefined ? undefined : new WaitingRoom(hold.durationMs, hold.maxRequests),
  }
  enter(parts, endpoints, deadlines.now)
  return parts
}

/** Makes `endpoints` the ones that all parts know. */
function enter(
  { availability, balancer, checks }: Parts,
  endpoints: readonly EndpointState[],
  now: number,
): void {
  availability.endpoints = endpoints
  availability.outliers?.update(endpoints)
  availability.slowStart?.update(endpoints, now)
  checks?.update(endpoints)
  balancer.update?.()
}

function isTreatedAlike(a: Upstream, b: Upstream): boolean {
  return (
    a.clientIpAffinitySeconds === b.clientIpAffinitySeconds &&
    a.appProtocol === b.appProtocol &&
    isDeepStrictEqual(a.policies, b.policies)
  )
}
