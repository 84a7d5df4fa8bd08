// Hostile responses through a whole proxy: the client gets the response as it is, a 502, or a visibly cut one; and the
// next client that uses the same pool of backend connections gets its own.
import { readResponse } from '../differential/own-reading.ts'
import { bytesOf, type Reading } from '../differential/reading.ts'
import { nextAddress, type Received, sendBytes } from './hostile-client.ts'
import { type ProxyUnderFuzz, plannedPath } from './proxy-under-fuzz.ts'

/** Lets the backend answer one request with `text`; says what went wrong. `closes`: it then closes its connection. */
export async function fuzzResponse(
  proxy: ProxyUnderFuzz,
  method: string,
  text: string,
  closes: boolean,
  patienceMs: number,
): Promise<string | undefined> {
  const expected = readResponse([bytesOf(text)], method)
  const target = `${plannedPath}${nextAddress()}`
  // Without the end of the connection an unfinished response would go on for ever.
  const ends = closes || expected.refusal !== undefined || expected.messages.at(-1)?.framing === 'untilClose'
  proxy.backend.planned.set(target, { bytes: text, closes: ends })
  try {
    const wrong = findWrong(expected, await ask(proxy.port, method, target, nextAddress(), patienceMs))
    return wrong ?? (await findContamination(proxy.port, patienceMs))
  } catch (error) {
    return (error as Error).message
  } finally {
    proxy.backend.planned.delete(target)
  }
}

function ask(
  port: number,
  method: string,
  target: string,
  address: string,
  patienceMs: number,
): Promise<Received> {
  const request = bytesOf(`${method} ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`)
  return sendBytes(port, address, [request], [method], ({ responses }) => responses.length > 0, patienceMs)
}

function findWrong({ messages, refusal }: Reading, { responses, closed }: Received): string | undefined {
  const [got] = responses
  const [status, , body] = [got?.start[0], got?.start[1], got?.body]
  if (got === undefined)
    return closed && refusal !== undefined ? undefined : 'no response: and none was refused'
  if (refusal !== undefined) return status === '502' ? undefined : `whole response: ${status} of a broken one`
  const want = messages.at(-1)!
  if (status === '502' && want.upgrade) return undefined
  if (status !== want.start[0]) return `other status: ${status}, not ${want.start[0]}`
  return body === want.body
    ? undefined
    : `other body: ${JSON.stringify(body)}, not ${JSON.stringify(want.body)}`
}

/** An innocent neighbour over the same pool. */
async function findContamination(port: number, patienceMs: number): Promise<string | undefined> {
  const address = nextAddress()
  const { responses } = await ask(port, 'GET', '/', address, patienceMs)
  const [got] = responses
  const isOwn =
    got?.start[0] === '200' &&
    got.body === 'own' &&
    got.fields.some(([name, value]) => name === 'X-Served' && value === address)
  return isOwn ? undefined : `neighbour: ${address} got ${JSON.stringify(got ?? 'nothing')}`
}
