// The list of contenders; which of them take part is asked by name.
import { join } from 'node:path'
import type { Contender } from './contender.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import { portico } from './portico.ts'

const ownCheckout = join(import.meta.dirname, '..', '..', '..')

/** How to make each contender; making one asks it for its version. */
export const contenders: ReadonlyMap<string, () => Contender> = new Map([
  ['portico', () => portico('portico', ownCheckout)],
  ['nginx', nginx],
  ['haproxy', haproxy],
])

/** Portico of another checkout, named after its directory. */
export function porticoOf(checkout: string): Contender {
  return portico(`portico:${checkout}`, checkout)
}
