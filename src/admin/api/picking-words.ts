// How an upstream's endpoints are picked, in words for everybody: for one request `explain` says more.
import type { Upstream } from '../../routing/table.ts'
import { type Balancing, balancingOf } from '../../upstreams/balancers/create-balancer.ts'

const words: Readonly<Record<Balancing, (upstream: Upstream) => string>> = {
  'cookie-persistent': ({ policies }) =>
    `clients stay where the cookie ${policies.affinity.name} says, whatever else changes`,
  'cookie-balanced': ({ policies }) => `clients stay where the cookie ${policies.affinity.name} says`,
  'hash-subset': ({ policies }) =>
    `by the hash of ${policies.balance.hashBy?.text}: one of its subset by chance`,
  hash: ({ policies }) => `by the hash of ${policies.balance.hashBy?.text}`,
  'client-address': ({ clientIpAffinitySeconds }) =>
    `clients stay where they were in the last ${clientIpAffinitySeconds} s (sessionAffinity: ClientIP)`,
  'response-time': () => 'of two by chance the one that answered faster lately (load-balance: ewma)',
  'in-turn': () => 'every one in turn',
}

/** A clause about each pick. */
export function pickingWords(upstream: Upstream): string {
  return words[balancingOf(upstream)](upstream)
}
