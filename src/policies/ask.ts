// Hot path: runs for every request.
// Asking the policies of a route at the moments of a request. What each of them keeps from request to request is made here,
// once for a process.
import { type AdmissionFacts, type Admitted, isAnswer, type Verdict } from './admission.ts'
import { allPolicies, type RoutePolicies } from './all.ts'
import type { AnyPolicy } from './define-policy.ts'
import type { RequestEdit, ResponseEdit } from './field-edits.ts'
import type { Handling } from './handling.ts'
import type { LiveServices } from './live-services.ts'
import type { Answer, RequestFacts } from './request-facts.ts'
import type { RequestTap } from './request-tap.ts'

/** What policies keep, by their index in `allPolicies`. */
export type PolicyLives = readonly unknown[]

/** Makes what policies keep. */
export function createPolicyLives(services: LiveServices): PolicyLives {
  return (allPolicies as readonly AnyPolicy[]).map(policy => policy.createLive?.(services))
}

/** The first answer that the listed policies give in the backend's place. */
export function askPolicies(
  answering: readonly number[],
  policies: RoutePolicies,
  request: RequestFacts,
  lives: PolicyLives,
): Answer | undefined {
  for (const index of answering) {
    const policy = allPolicies[index] as AnyPolicy
    const answer = policy.answer!(settingsOf(policies, policy), request, lives[index])
    if (answer !== undefined) return answer
  }
  return undefined
}

/** A request that collects what those who admit it add. */
export interface AdmissibleRequest extends AdmissionFacts {
  addAdmission(admitted: Admitted): void
}

/** Asks everybody who has to admit the request, guards last. `undefined`: it may go on. */
export function admitRequest(
  { moments, policies }: Handling,
  request: AdmissibleRequest,
  lives: PolicyLives,
): Answer | undefined | Promise<Answer | undefined> {
  return askInTurn([...moments.admitting, ...moments.guarding], 0, policies, request, lives)
}

function askInTurn(
  indices: readonly number[],
  from: number,
  policies: RoutePolicies,
  request: AdmissibleRequest,
  lives: PolicyLives,
): Answer | undefined | Promise<Answer | undefined> {
  for (let i = from; i < indices.length; i++) {
    const index = indices[i]!
    const policy = allPolicies[index] as AnyPolicy
    const verdict = policy.admit!(settingsOf(policies, policy), request, lives[index])
    if (verdict instanceof Promise)
      return verdict.then(late => note(late, request) ?? askInTurn(indices, i + 1, policies, request, lives))
    const answer = note(verdict, request)
    if (answer !== undefined) return answer
  }
  return undefined
}

function note(verdict: Verdict, request: AdmissibleRequest): Answer | undefined {
  if (verdict === undefined) return undefined
  if (isAnswer(verdict)) return verdict
  request.addAdmission(verdict)
  return undefined
}

/** Those who read along with a request. */
export function openTaps(
  { moments, policies }: Handling,
  request: AdmissionFacts,
  lives: PolicyLives,
): readonly RequestTap[] {
  return moments.tapping.flatMap(index => {
    const policy = allPolicies[index] as AnyPolicy
    return policy.openTap!(settingsOf(policies, policy), request, lives[index]) ?? []
  })
}

/** Lets the policies of a route change the head its backend gets. */
export function editRequest({ moments, policies }: Handling, request: RequestFacts, edit: RequestEdit): void {
  for (const index of moments.editingRequests) {
    const policy = allPolicies[index] as AnyPolicy
    policy.requestFields!(settingsOf(policies, policy), request, edit)
  }
}

/** Lets the policies of a route change the head its client gets. */
export function editResponse(
  { moments, policies }: Handling,
  request: RequestFacts,
  edit: ResponseEdit,
): void {
  for (const index of moments.editingResponses) {
    const policy = allPolicies[index] as AnyPolicy
    policy.responseFields!(settingsOf(policies, policy), request, edit)
  }
}

/** A policy's own settings; which type they have only the policy knows. */
function settingsOf(policies: RoutePolicies, policy: AnyPolicy): never {
  return policies[policy.name as keyof RoutePolicies] as never
}
