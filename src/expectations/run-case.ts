// One case: asked, observed, judged.
import type { Case, Claim } from './expectation.ts'
import { type Judgement, judgeClaim, judgeShares } from './judge.ts'
import type { Observation } from './observation.ts'
import type { Observer } from './observer.ts'

/** What became of a case. */
export interface CaseResult {
  readonly case: Case
  /** `unseen`: nothing failed, and not one claim could be seen from there. */
  readonly verdict: 'met' | 'failed' | 'unseen'
  readonly judgements: readonly Judgement[]
  /** `undefined` where nothing could be observed. */
  readonly observation: Observation | undefined
  /** Why nothing could be observed. */
  readonly problem: string | undefined
}

/** Runs one case. */
export async function runCase(one: Case, observer: Observer): Promise<CaseResult> {
  const observation = await observer.observe(one.request)
  if ('problem' in observation)
    return {
      case: one,
      verdict: 'failed',
      judgements: [],
      observation: undefined,
      problem: observation.problem,
    }
  const judgements = one.claims.map(claim => judgeWith(claim, one, observation))
  if (one.shares !== undefined)
    judgements.push(judgeShares(one.shares, await observer.shares(one.request, one.shares.requests)))
  return { case: one, verdict: verdictOf(judgements), judgements, observation, problem: undefined }
}

/**
 * Where the status is a backend's to say, a success is left open; any other status is expected of Portico itself, unless the
 * case names the Service that is to answer.
 */
function judgeWith(claim: Claim, one: Case, observation: Observation): Judgement {
  const judgement = judgeClaim(claim, observation)
  const isOpen = claim.aspect !== 'status' || judgement.verdict !== 'unseen' || claim.expected.startsWith('2')
  const service = observation.seen.service ?? ''
  if (isOpen || service === '' || one.claims.some(({ aspect }) => aspect === 'service')) return judgement
  return { ...judgement, verdict: 'failed', got: `forwarded to ${service}` }
}

function verdictOf(judgements: readonly Judgement[]): CaseResult['verdict'] {
  if (judgements.some(({ verdict }) => verdict === 'failed')) return 'failed'
  return judgements.some(({ verdict }) => verdict === 'met') ? 'met' : 'unseen'
}
