// Where the same request goes when it is sent many times: shares of canaries and endpoints.
import type { AskedRequest } from './asked-request.ts'
import { decide } from './decide.ts'
import type { Share, Shares } from './explanation.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { Rehearsal } from './rehearsal.ts'

/** Others of this thread get their turn after so many decisions. */
const pauseAfter = 200

/** Decides about a request `times` times, with turns that go on from one to the next. */
export async function countShares(asked: AskedRequest, rehearsal: Rehearsal, times: number): Promise<Shares> {
  const shares = new Map<string, Share & { times: number }>()
  for (let i = 0; i < times; i++) {
    const share = shareOf(outcomeOf(await decide(asked, rehearsal)))
    const key = JSON.stringify(share)
    const counted = shares.get(key) ?? { ...share, times: 0 }
    counted.times++
    shares.set(key, counted)
    if (i % pauseAfter === pauseAfter - 1) await new Promise(resolve => setImmediate(resolve))
  }
  return { times, outcomes: [...shares.values()].toSorted((a, b) => b.times - a.times) }
}

function shareOf({ kind, status, service, variant, isCanary, endpoint }: Outcome): Omit<Share, 'times'> {
  return {
    to: kind === 'forwarded' && service !== undefined ? service : `${status ?? kind}`,
    ...(variant !== undefined && { variant }),
    ...(isCanary !== undefined && { isCanary }),
    ...(endpoint !== undefined && { endpoint }),
  }
}
