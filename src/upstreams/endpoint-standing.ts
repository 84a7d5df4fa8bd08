// How the endpoints of an upstream stand at a moment, for those who ask about it, and a decision that is only looked at.
import type { Availability } from './availability.ts'
import type { EndpointState } from './endpoint-state.ts'

/** One endpoint's standing. Plain data. */
export interface EndpointStanding {
  /** `address:port`. */
  readonly key: string
  /** Whether health checks or outlier detection leave it out. */
  readonly isLeftOut: boolean
  /** Whether somebody has taken it out by hand. */
  readonly isDrained: boolean
  /** Milliseconds for which failures of its own still keep requests away; 0 where none do. */
  readonly passedOverMs: number
  /** Connections or streams with a request on them. */
  readonly inFlight: number
}

/** How those `listed` stand at `now`. Changes nothing. */
export function standingsOf(
  listed: readonly EndpointState[],
  availability: Availability,
  now: number,
): EndpointStanding[] {
  return listed.map(endpoint => ({
    key: endpoint.key,
    isDrained: !availability.endpoints.includes(endpoint),
    isLeftOut: availability.isLeftOut(endpoint, now),
    passedOverMs: Math.max(0, endpoint.health.passedOverUntil - now),
    inFlight: endpoint.busyConnections,
  }))
}

/** Makes endpoints of which nothing is known yet stand like others. */
export function assumeStandings(
  availability: Availability,
  standings: readonly EndpointStanding[],
  now: number,
): void {
  const byKey = new Map(standings.map(standing => [standing.key, standing]))
  for (const { key, health } of availability.endpoints) {
    const passedOverMs = byKey.get(key)?.passedOverMs ?? 0
    health.passedOverUntil = passedOverMs === 0 ? 0 : now + passedOverMs
  }
  availability.checks = { isUnhealthy: ({ key }) => byKey.get(key)?.isLeftOut === true }
}
