// The events of a running instance (Server-Sent Events), one after the other.
import { request } from 'undici'
import type { ApiEvents } from '../admin/api/live-types.ts'
import { adminRefusal, nobodyAnswers, tokenFields } from './ask-admin.ts'

/** One event, by its name. */
export type AdminEvent = { [Name in keyof ApiEvents]: { name: Name; data: ApiEvents[Name] } }[keyof ApiEvents]

/** Figures come each second; silence longer than this is a connection that is gone. */
const silenceMs = 15_000

/** What is asked. */
export interface EventsQuestion {
  /** `http://host:port`. */
  readonly url: string
  readonly authority: string
  readonly token: string | undefined
  /** `routes=1`, `requests=1`. */
  readonly query: string
  /** Ends the stream. */
  readonly signal: AbortSignal
}

/**
 * Ends when the instance does, or when `signal` says so. Throws `UsageError` where nobody answers or nobody who can, and Node's own error
 * when the connection breaks.
 */
export async function* adminEvents(question: EventsQuestion): AsyncGenerator<AdminEvent> {
  const { url, authority, query, token, signal } = question
  const headers = { accept: 'text/event-stream', ...tokenFields(token) }
  const response = await request(`${url}/events?${query}`, {
    headers,
    signal,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  }).catch(error => {
    throw signal.aborted ? error : nobodyAnswers(authority, error)
  })
  if (response.statusCode !== 200)
    throw adminRefusal(authority, response.statusCode, await response.body.text())
  let rest = ''
  response.body.setEncoding('utf8')
  for await (const piece of response.body) {
    const blocks = (rest + piece).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const event = readEvent(block)
      if (event !== undefined) yield event
    }
  }
}

/** A block of lines; `undefined` for a comment, which keeps the connection alive, and for events of versions to come. */
export function readEvent(block: string): AdminEvent | undefined {
  let name = ''
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^([a-z]+):? ?(.*)$/.exec(line) ?? []
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }
  if (!eventNames.has(name) || data.length === 0) return undefined
  return { name, data: JSON.parse(data.join('\n')) } as AdminEvent
}

const eventNames: ReadonlySet<string> = new Set<keyof ApiEvents>([
  'hello',
  'applied',
  'diagnostics',
  'figures',
  'endpoints',
  'requests',
])
