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
    if (answer !== undefined) return { ...answer, by: policy.name }
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
): Refusal {
  const { admitting, guarding } = moments
  const askGuards = (): Refusal =>
    policies.satisfy.mode === 'any'
      ? askForOne(guarding, 0, undefined, policies, request, lives)
      : askAll(guarding, 0, policies, request, lives)
  if (admitting.length === 0) return askGuards()
  const refusal = askAll(admitting, 0, policies, request, lives)
  if (refusal instanceof Promise) return refusal.then(late => late ?? askGuards())
  return refusal ?? askGuards()
}

/** The answer that keeps a request out; `undefined` lets it in. */
type Refusal = Answer | undefined | Promise<Answer | undefined>

/** One after the other, until one refuses. */
function askAll(
  indices: readonly number[],
  from: number,
  policies: RoutePolicies,
  request: AdmissibleRequest,
  lives: PolicyLives,
): Refusal {
  for (let i = from; i < indices.length; i++) {
    const verdict = askOne(indices[i]!, policies, request, lives)
    if (verdict instanceof Promise)
      return verdict.then(
        late => note(late, indices[i]!, request) ?? askAll(indices, i + 1, policies, request, lives),
      )
    const answer = note(verdict, indices[i]!, request)
    if (answer !== undefined) return answer
  }
  return undefined
}

/** One after the other, until one lets the request in; a failure of a guard ends it as well (nginx: `satisfy any`). */
function askForOne(
  indices: readonly number[],
  from: number,
  refusedBefore: Answer | undefined,
  policies: RoutePolicies,
  request: AdmissibleRequest,
  lives: PolicyLives,
): Refusal {
  let refusal = refusedBefore
  for (let i = from; i < indices.length; i++) {
    const verdict = askOne(indices[i]!, policies, request, lives)
    if (verdict instanceof Promise) {
      return verdict.then(late => {
        const answer = note(late, indices[i]!, request)
        if (answer === undefined || answer.status >= 500) return answer
        return askForOne(indices, i + 1, stronger(refusal, answer), policies, request, lives)
      })
    }
    const answer = note(verdict, indices[i]!, request)
    if (answer === undefined || answer.status >= 500) return answer
    refusal = stronger(refusal, answer)
  }
  return refusal
}

function askOne(
  index: number,
  policies: RoutePolicies,
  request: AdmissibleRequest,
  lives: PolicyLives,
): Verdict | Promise<Verdict> {
  const policy = allPolicies[index] as AnyPolicy
  return policy.admit!(settingsOf(policies, policy), request, lives[index])
}

/** Of two refusals the one that tells the client how to get in: sign-in redirect, 401, anything else; the first of equals. */
function stronger(before: Answer | undefined, next: Answer): Answer {
  return before === undefined || helpfulness(next) > helpfulness(before) ? next : before
}

function helpfulness({ status }: Answer): number {
  return status < 400 ? 2 : status === 401 ? 1 : 0
}

function note(verdict: Verdict, index: number, request: AdmissibleRequest): Answer | undefined {
  if (verdict === undefined) return undefined
  if (isAnswer(verdict)) return { ...verdict, by: (allPolicies[index] as AnyPolicy).name }
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
