// Requests that a harness sends itself among the bytes under test: each with a token that nobody else has, so that another
// one's answer is seen at once.
import { randomUUID } from 'node:crypto'
import type { RawClient } from '../../support/raw-client.ts'
import { readMessages } from './read-messages.ts'

/** Begins the targets of all of them. */
export const ownPrefix = '/own-'

export function ownTarget(): string {
  return ownPrefix + randomUUID()
}

export function getRequest(target: string, ...lines: readonly string[]): string {
  return `${[`GET ${target} HTTP/1.1`, 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
}

/** What a backend answers that names what it was asked for. */
export function servedBody(target: string): string {
  return `served ${target}`
}

/** Asks for something nobody else asks for and gives its target; throws unless the answer is the one to it. */
export async function ask(client: RawClient): Promise<string> {
  const before = client.received.length
  const target = ownTarget()
  client.send(getRequest(target))
  const text = await client.until(received => readMessages(received.slice(before)).whole.length > 0)
  const { body } = readMessages(text.slice(before)).whole[0]!
  if (body !== servedBody(target)) throw new Error(`one who asked got another one's answer: ${body}`)
  return target
}
