// The same requests sent to two running proxies, and their answers compared.
import type { CaseRequest } from '../expectations/expectation.ts'
import type { LiveAnswer, LiveClient } from '../expectations/live-client.ts'
import type { Detail } from './change.ts'

/** Fields of answers that are compared. Dates, identifiers and the like differ from answer to answer. */
const comparedFields = [
  'location',
  'content-type',
  'content-encoding',
  'cache-control',
  'www-authenticate',
  'access-control-allow-origin',
  'strict-transport-security',
  // Said where both run with --dev.
  'x-portico-service',
  'x-portico-target',
]

/** What was found about one request. */
export interface ReplayResult {
  readonly request: CaseRequest
  /** Empty: both answered alike. */
  readonly details: readonly Detail[]
}

/** Sends each request to both, one after the other; bodies are compared by their hash. `onSent` is told how many have been. */
export async function replay(
  requests: readonly CaseRequest[],
  before: LiveClient,
  after: LiveClient,
  onSent: (count: number) => void = () => {},
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = []
  for (const request of requests) {
    const [old, now] = await Promise.all([before.send(request), after.send(request)])
    results.push({ request, details: compareAnswers(old, now) })
    onSent(results.length)
  }
  return results
}

type Received = LiveAnswer | { readonly problem: string }

/** What differs; a request that neither answers differs too: nothing is known about it. */
export function compareAnswers(old: Received, now: Received): Detail[] {
  if ('problem' in old || 'problem' in now)
    return [{ subject: 'answer', before: answerText(old), after: answerText(now) }]
  const details: Detail[] = []
  const add = (subject: string, before: string, after: string) => {
    if (before !== after) details.push({ subject, before: before || '-', after: after || '-' })
  }
  add('status', String(old.status), String(now.status))
  for (const name of comparedFields) add(name, fieldOf(old, name), fieldOf(now, name))
  if (old.bodyHash !== now.bodyHash) add('body', bodyText(old), bodyText(now))
  return details
}

/** Which port a redirect names depends on where a proxy listens. */
function fieldOf({ fields }: LiveAnswer, name: string): string {
  const value = fields.get(name) ?? ''
  return name === 'location' ? value.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^/:?#]*)):\d+/i, '$1') : value
}

function bodyText({ bodyBytes, bodyHash }: LiveAnswer): string {
  return `${bodyBytes} bytes, ${bodyHash.slice(0, 12)}`
}

function answerText(received: Received): string {
  return 'problem' in received ? received.problem : String(received.status)
}
