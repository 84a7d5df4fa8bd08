// `/api/explain` of the admin port: what this very instance would do with a request now. Nothing is sent, and turns, limits and
// counters of the requests that are served stay as they are.
import { readAskedRequest } from '../../explain/asked-request.ts'
import { explain } from '../../explain/explain.ts'
import { rehearseLive } from '../../explain/rehearsal.ts'
import { countShares } from '../../explain/shares.ts'
import type { AdminSources } from '../sources.ts'
import type { ApiAnswer } from './question.ts'

/** Each takes about 0.1 ms from the requests that are served. */
const maxRepeat = 10_000

/**
 * Answers a query: `url`, and if need be `method`, `header` (`Name: value`, repeatable), `cookie` (repeatable), `sni`,
 * `client-ip`, `repeat`.
 */
export async function answerExplain(query: URLSearchParams, sources: AdminSources): Promise<ApiAnswer> {
  const url = query.get('url')
  if (url === null) return { problem: 'url is missing: /api/explain?url=http://host/path' }
  const headers = query.getAll('header').map(readField)
  const repeat = Number(query.get('repeat') ?? 0)
  if (headers.includes(undefined)) return { problem: 'a header is not written as "Name: value"' }
  if (!Number.isInteger(repeat) || repeat < 0 || repeat > maxRepeat)
    return { problem: `repeat is no number from 1 to ${maxRepeat}` }
  const asked = readAskedRequest({
    url,
    method: query.get('method') ?? undefined,
    headers: headers.filter(field => field !== undefined),
    cookies: query.getAll('cookie'),
    serverName: query.get('sni') ?? undefined,
    clientAddress: query.get('client-ip') ?? undefined,
  })
  if ('problem' in asked) return asked
  const rehearsal = rehearseLive(sources.proxy)
  const { defaultSecret } = sources
  try {
    const explanation = await explain(asked.value, rehearsal, { from: sources.from(), defaultSecret })
    if (repeat === 0) return { value: explanation }
    return { value: { ...explanation, shares: await countShares(asked.value, rehearsal, repeat) } }
  } finally {
    rehearsal.close()
  }
}

function readField(text: string): readonly [name: string, value: string] | undefined {
  const colon = text.indexOf(':')
  return colon < 1 ? undefined : [text.slice(0, colon), text.slice(colon + 1).trim()]
}
