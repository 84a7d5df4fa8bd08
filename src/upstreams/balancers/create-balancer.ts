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

/** The ways there are. */
export type Balancing =
  | 'cookie-persistent'
  | 'cookie-balanced'
  | 'hash-subset'
  | 'hash'
  | 'client-address'
  | 'response-time'
  | 'in-turn'

/**
 * Affinity by cookie, then upstream-hash-by (ingress-nginx's order), then the Service's own affinity by address, which
 * ingress-nginx does not know, then load-balance.
 */
export function balancingOf({ policies, clientIpAffinitySeconds }: Upstream): Balancing {
  const { affinity, balance } = policies
  if (affinity.kind === 'cookie')
    return affinity.mode === 'persistent' ? 'cookie-persistent' : 'cookie-balanced'
  if (balance.hashBy !== undefined) return balance.subset ? 'hash-subset' : 'hash'
  if (clientIpAffinitySeconds !== undefined) return 'client-address'
  return balance.algorithm === 'ewma' ? 'response-time' : 'in-turn'
}

/** A balancer for an upstream. `random` gives numbers in [0, 1), `clock` milliseconds. */
export function createBalancer(
  upstream: Upstream,
  availability: Availability,
  random: () => number,
  clock: () => number = () => performance.now(),
): Balancer {
  const { affinity, balance } = upstream.policies
  const sticky = () => ({
    cookieName: affinity.name!,
    mark: upstreamMark(upstream),
    changesOnFailure: affinity.changeOnFailure,
    random,
  })
  switch (balancingOf(upstream)) {
    case 'cookie-persistent':
      return new StickyPersistent(availability, sticky(), upstreamName(upstream))
    case 'cookie-balanced':
      return new StickyBalanced(availability, sticky())
    case 'hash-subset':
      return new BySubset(availability, balance.hashBy!, balance.subsetSize, random)
    case 'hash':
      return new ByHash(availability, balance.hashBy!)
    case 'client-address':
      return new ByClientAddress(availability, upstream.clientIpAffinitySeconds!)
    case 'response-time':
      return new ByResponseTime(availability, random, clock)
    case 'in-turn':
      return new InTurn(availability)
  }
}
