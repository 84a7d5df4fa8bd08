// Which way of choosing an endpoint an upstream has asked for.
import type { Upstream } from '../../routing/table.ts'
import { upstreamMark, upstreamName } from '../../routing/upstream-name.ts'
import type { Availability } from '../availability.ts'
import type { Balancer } from './balancer.ts'
import { ByClientAddress } from './by-client-address.ts'
import { ByHash } from './by-hash.ts'
import { ByResponseTime } from './by-response-time.ts'
import { BySubset } from './by-subset.ts'
import { InTurn } from './in-turn.ts'
import { StickyBalanced } from './sticky-balanced.ts'
import { StickyPersistent } from './sticky-persistent.ts'

/**
 * Affinity by cookie, then upstream-hash-by (ingress-nginx's order), then the Service's own affinity by address, which
 * ingress-nginx does not know, then load-balance. `random` gives numbers in [0, 1), `clock` milliseconds.
 */
export function createBalancer(
  upstream: Upstream,
  availability: Availability,
  random: () => number,
  clock: () => number = () => performance.now(),
): Balancer {
  const { affinity, balance } = upstream.policies
  if (affinity.kind === 'cookie') {
    const options = {
      cookieName: affinity.name!,
      mark: upstreamMark(upstream),
      changesOnFailure: affinity.changeOnFailure,
      random,
    }
    return affinity.mode === 'persistent'
      ? new StickyPersistent(availability, options, upstreamName(upstream))
      : new StickyBalanced(availability, options)
  }
  const { hashBy, subset, subsetSize, algorithm } = balance
  if (hashBy !== undefined)
    return subset ? new BySubset(availability, hashBy, subsetSize, random) : new ByHash(availability, hashBy)
  const seconds = upstream.clientIpAffinitySeconds
  if (seconds !== undefined) return new ByClientAddress(availability, seconds)
  return algorithm === 'ewma' ? new ByResponseTime(availability, random, clock) : new InTurn(availability)
}
