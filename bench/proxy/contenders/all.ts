// The list of contenders; which of them take part is asked by name.
import { basename, join } from 'node:path'
import { caddy } from './caddy.ts'
import type { Contender } from './contender.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import { nodePeer } from './node-peers.ts'
import { portico } from './portico.ts'

const ownCheckout = join(import.meta.dirname, '..', '..', '..')

/** How to make each contender; making one asks it for its version. */
export const contenders: ReadonlyMap<string, () => Contender> = new Map<string, () => Contender>([
  ['portico', () => portico('portico', ownCheckout)],
  ['nginx', nginx],
  ['haproxy', haproxy],
  ['caddy', caddy],
  ['http-proxy', () => nodePeer('http-proxy', ['tls', 'web-socket'])],
  ['httpxy', () => nodePeer('httpxy', ['tls', 'web-socket'])],
  ['fast-proxy', () => nodePeer('fast-proxy', ['tls'])],
  ['undici', () => nodePeer('undici', ['tls'])],
])

/** Portico of another checkout, named after its directory. */
export function porticoOf(checkout: string): Contender {
  return portico(`portico:${basename(checkout)}`, checkout)
}
