// A request that is decided otherwise under two tables, by the data plane's own code.
import { isDeepStrictEqual } from 'node:util'
import { readAskedRequest, type WrittenRequest } from '../explain/asked-request.ts'
import { decide } from '../explain/decide.ts'
import { type Outcome, outcomeOf } from '../explain/outcome.ts'
import { outcomeText } from '../explain/outcome-text.ts'
import type { Rehearsal } from '../explain/rehearsal.ts'
import type { Example } from './change.ts'

/** The first of `requests` that is decided otherwise; `undefined` for none. */
export async function findExample(
  requests: readonly WrittenRequest[],
  before: Rehearsal,
  after: Rehearsal,
): Promise<Example | undefined> {
  for (const written of requests) {
    const asked = readAskedRequest(written)
    if ('problem' in asked) continue
    const old = essenceOf(outcomeOf(await decide(asked.value, before)))
    const now = essenceOf(outcomeOf(await decide(asked.value, after)))
    if (isDeepStrictEqual(old, now)) continue
    return { request: requestText(written), before: outcomeText(old), after: outcomeText(now) }
  }
  return undefined
}

/** What a client or a backend can tell: not whose rule it was, nor which of the endpoints had its turn. */
export function essenceOf(outcome: Outcome): Outcome {
  const { kind, status, cause, location, service, variant, target } = outcome
  const essence = { kind, status, cause, location, service, variant, target }
  return Object.fromEntries(
    Object.entries(essence).filter(([, value]) => value !== undefined),
  ) as unknown as Outcome
}

function requestText({ method = 'GET', url, headers = [] }: WrittenRequest): string {
  return [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join(', ')
}
