// The whole differential property of one text, with what to say when it does not hold.
import fc from 'fast-check'
import { maxHeadBytes } from '../../src/http1/find-head-end.ts'
import { findAccepted } from './accepted-differences.ts'
import { findCut, findDifference, readNodes, readOurs, type Side } from './compare.ts'
import { askedMethod, requestBytes, responseBytes } from './generate-messages.ts'

/** A text and what it is taken for. The corpus files hold these. */
export interface Case {
  readonly side: Side
  readonly text: string
}

/** Any number of client bytes. */
export const anyRequests: fc.Arbitrary<Case> = requestBytes.map(text => ({ side: 'requests', text }))

/** Any answer. */
export const anyResponse: fc.Arbitrary<Case> = fc
  .tuple(askedMethod, responseBytes)
  .map(([method, text]) => ({ side: { method }, text }))

/** Why the property does not hold; `undefined` when it does. */
export function findFault({ side, text }: Case): string | undefined {
  const difference = findDifference(side, text)
  if (difference !== undefined && findAccepted(difference, text) === undefined) {
    const { what, ours, nodes } = difference
    return `${what}: ours ${JSON.stringify(ours)}, Node's ${JSON.stringify(nodes)}`
  }
  const ownCut = findCut(readOurs, side, text)
  if (ownCut !== undefined) return `ours depends on the pieces: ${ownCut}`
  // What Node finds wrong first in a head that is too large for it does depend on the pieces.
  if (text.length > maxHeadBytes) return undefined
  const nodeCut = findCut(readNodes, side, text)
  return nodeCut && `Node's depends on the pieces: ${nodeCut}`
}
