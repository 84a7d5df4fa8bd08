// Hostile requests through a whole proxy: every response goes to the connection that asked, and the backend gets exactly
// the requests the proxy says it forwarded.
import { METHODS } from 'node:http'
import { readRequests } from '../differential/own-reading.ts'
import { bytesOf, oneByOne, type Reading, splitAt } from '../differential/reading.ts'
import { dueResponses, nextAddress, type Received, sendBytes } from './hostile-client.ts'
import type { ProxyUnderFuzz } from './proxy-under-fuzz.ts'

/** How bytes are delivered. */
export type Delivery = 'at-once' | 'byte-by-byte' | { readonly cut: number }

/** Whether the backend's parser, which knows few methods, can read what comes of this text. */
export function isReadableBehind(text: string): boolean {
  return readRequests([bytesOf(text)]).messages.every(({ start }) => METHODS.includes(start[0]!))
}

/** Sends one text over a connection of its own. Says what was wrong; `undefined` when nothing was. */
export async function fuzzRequests(
  { port }: ProxyUnderFuzz,
  text: string,
  delivery: Delivery,
  patienceMs: number,
): Promise<string | undefined> {
  const bytes = bytesOf(text)
  const expected = readRequests([bytes])
  const due = dueResponses(expected)
  const methods = expected.messages.map(({ start }) => start[0]!)
  const address = nextAddress()
  const isDone = ({ responses }: Received) => responses.length >= due && !mustClose(expected)
  try {
    const received = await sendBytes(port, address, piecesOf(bytes, delivery), methods, isDone, patienceMs)
    // A request that is refused for its target may be answered before its body is whole.
    const early = expected.messages.at(-1)?.complete === false ? 1 : 0
    return findWrong(received, address, due, due + early)
  } catch (error) {
    return (error as Error).message
  }
}

function piecesOf(bytes: Buffer, delivery: Delivery): Buffer[] {
  if (delivery === 'at-once') return [bytes]
  return delivery === 'byte-by-byte' ? oneByOne(bytes) : splitAt(bytes, delivery.cut % (bytes.length + 1))
}

function mustClose({ messages, refusal }: Reading): boolean {
  return refusal !== undefined || messages.some(({ complete, keepAlive }) => complete && !keepAlive)
}

function findWrong(
  { responses, rest }: Received,
  address: string,
  due: number,
  most: number,
): string | undefined {
  for (const { fields } of responses) {
    const foreign = fields.find(([name, value]) => name === 'X-Served' && value !== address)
    if (foreign !== undefined) return `foreign response: ${address} got what was for ${foreign[1]}`
  }
  if (rest !== '' && !rest.startsWith('HTTP/1.1 100')) return `no response: ${JSON.stringify(rest)}`
  const saysClose = responses
    .at(-1)
    ?.fields.some(([name, value]) => name === 'Connection' && value === 'close')
  if (responses.length > most) return `too many responses: ${responses.length}, not ${most}`
  if (responses.length < due && saysClose !== true)
    return `too few responses: ${responses.length}, not ${due}, and no Connection: close`
  return undefined
}

/** What the backend and the proxy's account disagree on; to be asked when no request is under way. */
export async function findMiscount(proxy: ProxyUnderFuzz): Promise<string | undefined> {
  if (proxy.ended) return 'the process has ended'
  if (proxy.complaints.length > 0) return `the process complains: ${proxy.complaints.join('; ')}`
  const marker = `/marker-${nextAddress()}`
  const wrong = await fuzzRequests(proxy, `GET ${marker} HTTP/1.1\r\nHost: a.test\r\n\r\n`, 'at-once', 10_000)
  if (wrong !== undefined) return wrong
  const forwarded = await proxy.countForwarded(marker)
  const { requests, violations } = proxy.backend
  if (violations.length > 0) return `the backend got what no proxy may send: ${violations.join('; ')}`
  return forwarded === requests ? undefined : `forwarded ${forwarded}, but the backend got ${requests}`
}
