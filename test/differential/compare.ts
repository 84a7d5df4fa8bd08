// The differential property: of the same bytes, Node's parser and ours make the same messages, or ours refuses; and ours
// makes the same of them however they are cut into pieces.
import { readRequestsAsNode, readResponseAsNode } from './node-reading.ts'
import { readRequests, readResponse } from './own-reading.ts'
import { bytesOf, type Message, oneByOne, type Reading, splitAt } from './reading.ts'

/** What is read: a client's requests, or what answers a request of `method`. */
export type Side = 'requests' | { readonly method: string }

/** The first thing on which the two disagree. */
export interface Difference {
  /** A property of a message, `node-refuses`, or which of the two waits for more bytes. */
  readonly what: keyof Message | 'node-refuses' | 'ours-waits' | 'node-waits'
  readonly ours: unknown
  readonly nodes: unknown
  /** Our message, as far as we have read it. */
  readonly message: Message | undefined
}

/** Octets read again for the sake of cuts: texts up to 512 octets are cut everywhere, longer ones at fewer places. */
const maxReread = 512 * 512

/** Our own reading. */
export function readOurs(side: Side, pieces: readonly Buffer[]): Reading {
  return side === 'requests' ? readRequests(pieces) : readResponse(pieces, side.method)
}

/** Node's reading. */
export function readNodes(side: Side, pieces: readonly Buffer[]): Reading {
  return side === 'requests' ? readRequestsAsNode(pieces) : readResponseAsNode(pieces, side.method)
}

/** The first difference between our reading and Node's, both fed byte by byte; `undefined` when they agree or we refuse. */
export function findDifference(side: Side, text: string): Difference | undefined {
  const pieces = oneByOne(bytesOf(text))
  return firstDifference(readOurs(side, pieces), readNodes(side, pieces))
}

/** Where a cut changes what a parser makes of the bytes; `undefined` when none does. */
export function findCut(
  read: (side: Side, pieces: readonly Buffer[]) => Reading,
  side: Side,
  text: string,
): string | undefined {
  const bytes = bytesOf(text)
  const uncut = describeReading(read(side, [bytes]))
  const differs = (pieces: readonly Buffer[]) => describeReading(read(side, pieces)) !== uncut
  const step = Math.ceil((bytes.length * bytes.length) / maxReread)
  for (let position = 1; position < bytes.length; position += step) {
    if (differs(splitAt(bytes, position))) return `cut at ${position}`
  }
  return differs(oneByOne(bytes)) ? 'byte by byte' : undefined
}

/** Where messages end is known exactly only when bytes come one by one, so it is no part of what cuts must not change. */
function describeReading({ messages, refusal }: Reading): string {
  return JSON.stringify({ messages: messages.map(message => ({ ...message, end: 0 })), refusal })
}

function firstDifference(ours: Reading, nodes: Reading): Difference | undefined {
  for (let i = 0; ; i++) {
    const [own, node] = [ours.messages[i], nodes.messages[i]]
    if (refusedIndex(ours) === i) return undefined
    if (own === undefined && node === undefined) return undefined
    if (own === undefined) return { what: 'ours-waits', ours: undefined, nodes: node, message: own }
    if (refusedIndex(nodes) === i) return difference('node-refuses', own, nodes.refusal)
    if (node === undefined) return difference('node-waits', own, undefined)
    const what = comparedProperties.find(name => !isSame(name, own, node))
    if (what !== undefined) return difference(what, own, node[what])
    if (own.upgrade || !own.keepAlive) return undefined
  }
}

function difference(what: Difference['what'], own: Message, nodes: unknown): Difference {
  return { what, ours: own[what as keyof Message], nodes, message: own }
}

/** Index of the message that was refused, in its head or in its body; -1 when none was. */
function refusedIndex({ messages, refusal }: Reading): number {
  if (refusal === undefined) return -1
  return messages.at(-1)?.complete === false ? messages.length - 1 : messages.length
}

const comparedProperties = [
  'start',
  'fields',
  'upgrade',
  'framing',
  'body',
  'complete',
  'end',
  'trailers',
  'keepAlive',
] as const

function isSame(name: (typeof comparedProperties)[number], own: Message, node: Message): boolean {
  // We keep only the trailers that may be passed on; none is made up, renamed or moved.
  if (name === 'trailers') return isPartOf(own.trailers, node.trailers)
  return JSON.stringify(own[name]) === JSON.stringify(node[name])
}

function isPartOf(part: Message['trailers'], whole: Message['trailers']): boolean {
  const rest = whole.map(pair => pair.join(':'))
  return part.every(pair => {
    const index = rest.indexOf(pair.join(':'))
    rest.splice(0, index + 1)
    return index !== -1
  })
}
