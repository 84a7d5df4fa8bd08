// The JSON body of a request to the admin port.
import type { IncomingMessage } from 'node:http'

/** The longest order is a request that is to be sent again, whose fields fit in this. */
const maxBytes = 64 * 1024

/** What the body says (`undefined` for an empty one), or why it says nothing. Never rejects. */
export async function readJson(
  request: IncomingMessage,
): Promise<{ readonly value: unknown } | { readonly status: 400 | 413; readonly problem: string }> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.length
      if (length > maxBytes) return { status: 413, problem: `the body is longer than ${maxBytes} bytes` }
      pieces.push(piece)
    }
    const text = Buffer.concat(pieces).toString('utf8').trim()
    return { value: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return { status: 400, problem: 'the body is no JSON' }
  }
}
