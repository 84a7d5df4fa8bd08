// One proxy, one recording backend and one innocent neighbour, through which vectors go one after the other. Says of each
// what was wrong, by three oracles: what the client got, what the backend got, and what the neighbour got right after.
import { startProxy, type TestProxy } from '../../support/proxy.ts'
import { type RawClient, rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'
import { type DeliveryMode, deliver } from './delivery.ts'
import { ask, getRequest, ownPrefix, ownTarget, servedBody } from './own-request.ts'
import { readMessages, type WrittenMessage } from './read-messages.ts'
import type { ExpectedRequest, RequestVector, Verdict } from './vector.ts'
import { type Recorded, startWireBackend, targetOf, type WireBackend } from './wire-backend.ts'

const host = 'a.test'
const hangMs = 5_000

/** Where vectors are run in one delivery mode. */
export interface WireLane {
  /** What was wrong; `undefined`: nothing. */
  run(vector: RequestVector): Promise<string | undefined>
}

/** Starts a proxy and its backend for one mode; both end with the test. */
export async function startWireLane(mode: DeliveryMode): Promise<WireLane> {
  const backend = await startWireBackend({
    answersEarly: mode.answersEarly === true,
    closes: mode.coldPool === true,
  })
  const proxy = await startProxy({ files: { 'web.yaml': serving(host, backend.address) } })
  const neighbour = await rawClient(proxy.httpPort)
  return {
    async run(vector) {
      let hang: NodeJS.Timeout | undefined
      const hanging = new Promise<never>((_, reject) => {
        hang = setTimeout(() => reject(new Error('nothing more happens')), hangMs)
      })
      try {
        await Promise.race([runVector(vector, mode, proxy, backend, neighbour), hanging])
        return undefined
      } catch (error) {
        return `${vector.id} ${vector.what}: ${(error as Error).message}`
      } finally {
        clearTimeout(hang)
      }
    },
  }
}

async function runVector(
  vector: RequestVector,
  mode: DeliveryMode,
  proxy: TestProxy,
  backend: WireBackend,
  neighbour: RawClient,
): Promise<void> {
  await ask(neighbour)
  await backend.take()
  const isTls = mode.tls === true
  const client = await rawClient(isTls ? proxy.httpsPort : proxy.httpPort, isTls ? host : undefined)
  client.socket.setNoDelay(true)
  try {
    if (mode.warmedUp === true) await ask(client)
    const before = client.received.length
    const canary = mode.followed === true && vector.ends !== true ? ownTarget() : undefined
    await sendVector(client, vector, mode, canary)
    checkAnswers(await answersTo(client, before, vector, mode, canary), vector, mode, canary)
  } finally {
    client.socket.destroy()
  }
  await ask(neighbour)
  checkRecorded(await backend.take(), vector, mode)
}

async function sendVector(
  client: RawClient,
  vector: RequestVector,
  mode: DeliveryMode,
  canary: string | undefined,
): Promise<void> {
  const bytes = canary === undefined ? vector.bytes : vector.bytes + getRequest(canary)
  const pieces = mode.cut(bytes)
  if (mode.answersEarly === true && pieces.length > 1 && vector.verdict.kind !== 'nothing') {
    await deliver(client, pieces.slice(0, 1))
    await client.until(text => text.includes('\r\n\r\n'))
    await deliver(client, pieces.slice(1))
  } else {
    await deliver(client, pieces)
  }
  if (vector.ends === true) client.socket.end()
}

/** All that the client got for the vector, once it can be no more. */
async function answersTo(
  client: RawClient,
  before: number,
  vector: RequestVector,
  mode: DeliveryMode,
  canary: string | undefined,
): Promise<readonly WrittenMessage[]> {
  if (endsConnection(vector.verdict, mode)) await client.untilClosed()
  else {
    const count = expectedAnswers(vector, mode, canary)[0]!.length
    await client.until(text => readMessages(text.slice(before)).whole.length >= count)
    // Whatever came too much, or is missing, would stand in this answer's place.
    const { whole, rest } = readMessages(client.received.slice(before))
    await ask(client)
    if (rest !== '') throw new Error(`bytes behind the answers: ${JSON.stringify(rest)}`)
    return whole
  }
  const { whole, rest } = readMessages(client.received.slice(before))
  if (rest !== '') throw new Error(`bytes behind the answers: ${JSON.stringify(rest)}`)
  return whole
}

function endsConnection(verdict: Verdict, mode: DeliveryMode): boolean {
  switch (verdict.kind) {
    case 'refused':
    case 'broken-off':
      return true
    case 'answered':
      return verdict.closes === true
    case 'forwarded':
      return verdict.closes === true || verdict.thenRefused !== undefined || isLeftOpen(verdict, mode)
    case 'nothing':
      return false
  }
}

/** Whether the answer comes when nobody knows yet how much of the request follows: then it is the last. */
function isLeftOpen(verdict: Verdict, mode: DeliveryMode): boolean {
  return (
    mode.answersEarly === true && verdict.kind === 'forwarded' && verdict.requests[0]!.framing === 'chunked'
  )
}

/** What the client may get; several where two things happen at once. */
function expectedAnswers(vector: RequestVector, mode: DeliveryMode, canary: string | undefined): string[][] {
  const { verdict } = vector
  const behind = canary === undefined || endsConnection(verdict, mode) ? [] : [`200 ${servedBody(canary)}`]
  switch (verdict.kind) {
    case 'refused':
      return [[String(verdict.status)]]
    case 'answered':
      return [[String(verdict.status), ...behind]]
    case 'broken-off':
      if (mode.answersEarly === true) return [['200 served /'], ['400']]
      return [['400']]
    case 'forwarded': {
      const served = verdict.requests.map(({ line }) => `200 ${servedBody(targetOf(line))}`)
      if (isLeftOpen(verdict, mode)) return [served]
      const refusal = verdict.thenRefused === undefined ? [] : [String(verdict.thenRefused)]
      return [[...served, ...refusal, ...behind]]
    }
    case 'nothing':
      return [behind]
  }
}

function checkAnswers(
  answers: readonly WrittenMessage[],
  vector: RequestVector,
  mode: DeliveryMode,
  canary: string | undefined,
): void {
  const got = answers.map(({ line, body }) => {
    const status = line.split(' ')[1]!
    return body.startsWith('served ') ? `${status} ${body}` : status
  })
  const expected = expectedAnswers(vector, mode, canary)
  if (!expected.some(answers => answers.join() === got.join()))
    throw new Error(`the client got [${got}] instead of [${expected.join('] or [')}]`)
  const last = answers.at(-1)
  const isOwnEnd =
    vector.verdict.kind === 'refused' || (vector.verdict.kind === 'answered' && vector.verdict.closes)
  if (isOwnEnd === true && !last!.fields.includes('Connection: close'))
    throw new Error('the client was not told that the connection ends')
}

function checkRecorded({ whole, unfinished }: Recorded, vector: RequestVector, mode: DeliveryMode): void {
  const { verdict } = vector
  const got = whole.filter(({ line }) => !targetOf(line).startsWith(ownPrefix))
  const expected = verdict.kind === 'forwarded' ? verdict.requests : []
  const mayBreakOff =
    verdict.kind === 'broken-off' || (verdict.kind === 'forwarded' && mode.answersEarly === true)
  if (unfinished.length > 0 && !mayBreakOff)
    throw new Error(`the backend got half a request: ${JSON.stringify(unfinished)}`)
  // A request that was answered before its body came may be one of those the backend never got wholly.
  const missing = verdict.kind === 'forwarded' ? unfinished.length : 0
  const due = expected.slice(0, missing === 0 ? undefined : got.length)
  if (got.length + missing !== expected.length)
    throw new Error(
      `the backend got ${got.length} requests instead of ${expected.length}: ${JSON.stringify(got)}`,
    )
  if (missing > 0) return checkSome(got, expected)
  for (const [index, request] of due.entries()) checkRequest(got[index]!, request)
}

function checkSome(got: readonly WrittenMessage[], expected: readonly ExpectedRequest[]): void {
  for (const message of got) checkRequest(message, expected.find(({ line }) => line === message.line)!)
}

function checkRequest(got: WrittenMessage, expected: ExpectedRequest): void {
  const facts = ({ line, framing, body }: ExpectedRequest | WrittenMessage) =>
    JSON.stringify({ line, framing, body })
  if (facts(got) !== facts(expected))
    throw new Error(`the backend got ${facts(got)} instead of ${facts(expected)}`)
  for (const line of expected.has ?? [])
    if (!got.fields.includes(line)) throw new Error(`the backend did not get ${JSON.stringify(line)}`)
  const head = got.fields.join('\n') + got.trailers
  for (const text of expected.lacks ?? [])
    if (head.includes(text)) throw new Error(`the backend got ${JSON.stringify(text)}`)
}
