// Which policies a request meets, in the order of proxy/handle-request.ts, and what each does about it. Verdicts are the
// policies' own hooks, run once more with policies that remember nothing. Sends nothing and asks nobody.
import { isDeepStrictEqual } from 'node:util'
import { withoutCredentials } from '../diagnostics/without-credentials.ts'
import { isAnswer } from '../policies/admission.ts'
import { allPolicies, type RoutePolicies, upstreamPolicies } from '../policies/all.ts'
import { createPolicyLives, type PolicyLives } from '../policies/ask.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'
import type { Moments } from '../policies/handling.ts'
import type { Answer } from '../policies/request-facts.ts'
import { statusOf } from '../proxy/error-backend.ts'
import type { OwnResponse } from '../proxy/handle-request.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { AnsweredDecision, ForwardedDecision } from './decide.ts'
import type { PolicyMoment, PolicyStep, PolicyVerdict } from './policy-step.ts'
import type { ProvenanceFinder } from './provenance.ts'
import { RecordedRequestEdit, RecordedResponseEdit } from './recorded-edits.ts'
import { rehearsalServices } from './rehearsal.ts'
import { isSaid, type ShownSetting, settingsText, showSetting } from './shown-settings.ts'

/** The steps of a decision, in order. `finder` says where settings were written; without it they are left out. */
export async function explainPolicies(
  decision: AnsweredDecision | ForwardedDecision,
  finder?: ProvenanceFinder,
): Promise<readonly PolicyStep[]> {
  const closers: (() => void | Promise<void>)[] = []
  const lives = createPolicyLives(rehearsalServices(callback => closers.push(callback)))
  const own = decision.kind === 'answered' ? decision.own : undefined
  try {
    return await new PolicyWalk(decision.request, own, lives, finder).walk()
  } finally {
    await Promise.all(closers.map(close => close()))
  }
}

/** Failures that are said before any policy is asked. */
const earlyFailures: ReadonlySet<string> = new Set([
  'method-not-allowed',
  'bad-max-forwards',
  'loop-detected',
  'ambiguous-path',
])

/** Where the verdict is somebody else's, whom nobody asks here. */
const asksOthers: ReadonlySet<string> = new Set(['externalAuth'])

type Settings = Readonly<Record<string, unknown>>

class PolicyWalk {
  readonly #request: RequestState
  readonly #own: OwnResponse | undefined
  readonly #lives: PolicyLives
  readonly #finder: ProvenanceFinder | undefined
  readonly #steps: PolicyStep[] = []
  /** The request has been answered by now. */
  #isOver = false

  constructor(
    request: RequestState,
    own: OwnResponse | undefined,
    lives: PolicyLives,
    finder: ProvenanceFinder | undefined,
  ) {
    this.#request = request
    this.#own = own
    this.#lives = lives
    this.#finder = finder
  }

  async walk(): Promise<readonly PolicyStep[]> {
    const { moments, denied } = this.#request.handling
    this.#isOver = this.#endsBeforePolicies()
    this.#askForAnswers(moments.answeringDenied)
    this.#isOver ||= denied !== undefined
    this.#askForAnswers(moments.answering)
    this.#isOver ||= this.#failsWith('backend-missing') || this.#hasNoEndpoints()
    for (const index of moments.admitting) await this.#askToAdmit(index, 'admits')
    if (this.#request.policies.satisfy.mode === 'any') await this.#askForOneGuard(moments)
    else for (const index of moments.guarding) await this.#askToAdmit(index, 'guards')
    this.#checkBodySize()
    this.#isOver ||= this.#own !== undefined
    this.#actOnRequest(moments)
    this.#actOnResponse(moments)
    if (!this.#isOver) this.#listInForce(moments)
    return this.#steps
  }

  #endsBeforePolicies(): boolean {
    const own = this.#own
    if (own === undefined) return false
    if (own.kind === 'health' || own.kind === 'options' || this.#request.path === '') return true
    return own.kind === 'failure' && earlyFailures.has(own.failure)
  }

  #failsWith(failure: string): boolean {
    return this.#own?.kind === 'failure' && this.#own.failure === failure
  }

  /** Said before anybody is asked for credentials; that none can be picked is found out afterwards. */
  #hasNoEndpoints(): boolean {
    return this.#failsWith('no-endpoint') && this.#request.backend?.upstream?.endpoints.length === 0
  }

  #askForAnswers(indices: readonly number[]): void {
    for (const index of indices) {
      const policy = policyAt(index)
      if (this.#isOver) this.#add(policy, 'answers', 'not-reached')
      else
        this.#addVerdict(
          policy,
          'answers',
          policy.answer!(this.#settingsOf(policy) as never, this.#request, this.#lives[index]),
        )
    }
  }

  async #askToAdmit(index: number, moment: 'admits' | 'guards'): Promise<void> {
    const policy = policyAt(index)
    if (this.#isOver) this.#add(policy, moment, 'not-reached')
    else this.#addVerdict(policy, moment, await this.#refusalOf(index))
  }

  /** The answer that keeps the request out. Lots were drawn when it was decided about, and are not drawn again. */
  async #refusalOf(index: number): Promise<Answer | undefined> {
    const policy = policyAt(index)
    if (policy.answersByLot !== undefined) {
      const own = this.#own?.kind === 'answer' ? this.#own.answer : undefined
      return own?.cause === policy.answersByLot ? own : undefined
    }
    const settings = this.#settingsOf(policy) as never
    const verdict = await policy.admit!(settings, this.#request, this.#lives[index])
    return verdict !== undefined && isAnswer(verdict) ? verdict : undefined
  }

  /** `satisfy: any`: the first guard that lets the request in ends it, and so does one that fails. */
  async #askForOneGuard({ guarding }: Moments): Promise<void> {
    let isDecided = this.#isOver
    for (const index of guarding) {
      const policy = policyAt(index)
      if (isDecided) {
        this.#add(policy, 'guards', 'not-reached')
        continue
      }
      const answer = await this.#refusalOf(index)
      if (answer === undefined) this.#add(policy, 'guards', 'passed')
      else this.#addAnswer(policy, 'guards', this.#isSent(policy, answer) ? 'answered' : 'refused', answer)
      isDecided = answer === undefined || answer.status >= 500
    }
  }

  #isSent({ name: by }: AnyPolicy, answer: Answer): boolean {
    return this.#own?.kind === 'answer' && isDeepStrictEqual(this.#own.answer, { ...answer, by })
  }

  #checkBodySize(): void {
    if (!this.#failsWith('body-too-large')) return
    const policy = (allPolicies as readonly AnyPolicy[]).find(({ name }) => name === 'bodySize')!
    const { contentLength, maxBodyBytes } = this.#request
    const does = `takes bodies of ${maxBodyBytes} bytes at most; this one has ${contentLength}`
    this.#push(policy, 'admits', 'answered', does, { status: statusOf(this.#own!) })
  }

  #actOnRequest({ tapping, editingRequests }: Moments): void {
    for (const index of tapping)
      this.#add(policyAt(index), 'reads-along', this.#isOver ? 'not-reached' : 'acts')
    if (this.#isOver) return
    for (const index of editingRequests) {
      const policy = policyAt(index)
      this.#addChanges(policy, 'request-fields', this.#requestChanges(policy))
    }
  }

  #requestChanges(policy: AnyPolicy): readonly string[] {
    const edit = new RecordedRequestEdit(this.#request.authority, policy.fieldsFromObjects !== true)
    policy.requestFields!(this.#settingsOf(policy) as never, this.#request, edit)
    return edit.words
  }

  /** Our own responses have these fields as well. */
  #actOnResponse({ editingResponses, filtering }: Moments): void {
    const own = this.#own
    for (const index of editingResponses) {
      const policy = policyAt(index)
      const status = own === undefined ? 200 : statusOf(own)
      const edit = new RecordedResponseEdit(status, own !== undefined, policy.fieldsFromObjects !== true)
      policy.responseFields!(this.#settingsOf(policy) as never, this.#request, edit)
      this.#addChanges(policy, 'response-fields', edit.words)
    }
    for (const index of filtering)
      this.#add(policyAt(index), 'response-body', this.#isOver ? 'not-reached' : 'acts')
  }

  /** Settings that no hook acts on: the code that speaks to the backend reads them. */
  #listInForce(moments: Moments): void {
    const acting = new Set(Object.values<readonly number[]>(moments as never).flat())
    for (const [index, policy] of (allPolicies as readonly AnyPolicy[]).entries()) {
      const settings = this.#settingsOf(policy)
      if (!acting.has(index) && settings !== policy.defaults && settingsText(policy, settings) !== '')
        this.#add(policy, 'in-force', 'acts')
    }
  }

  /** Those of the backend for policies that speak of backends: a canary may have others. */
  #settingsOf(policy: AnyPolicy): Settings {
    const ofBackend = isOfUpstreams.has(policy) ? this.#request.backend?.upstream?.policies : undefined
    const policies = (ofBackend ?? this.#request.policies) as Partial<RoutePolicies>
    return policies[policy.name as keyof RoutePolicies] as Settings
  }

  #addVerdict(policy: AnyPolicy, moment: PolicyMoment, answer: Answer | undefined): void {
    if (answer === undefined) this.#add(policy, moment, 'passed')
    else {
      this.#addAnswer(policy, moment, 'answered', answer)
      this.#isOver = true
    }
  }

  #addAnswer(policy: AnyPolicy, moment: PolicyMoment, verdict: PolicyVerdict, answer: Answer): void {
    const { status, reason, fields } = answer
    const location = fields.find(([name]) => name.toLowerCase() === 'location')?.[1]
    this.#push(policy, moment, verdict, reason, { status, ...(location !== undefined && { location }) })
  }

  #addChanges(policy: AnyPolicy, moment: PolicyMoment, words: readonly string[]): void {
    if (words.length > 0) this.#push(policy, moment, 'acts', words.join(', '))
  }

  #add(policy: AnyPolicy, moment: PolicyMoment, verdict: PolicyVerdict): void {
    const settings = this.#settingsOf(policy)
    // What every route has, and what does nothing about this request, is no news.
    if (settings === policy.defaults && verdict !== 'acts') return
    const words = policy.inWords?.(settings as never) ?? settingsText(policy, settings)
    const isUnasked = verdict === 'passed' && asksOthers.has(policy.name)
    this.#push(
      policy,
      moment,
      verdict,
      isUnasked ? `${words}; nobody is asked here, it is taken to agree` : words,
    )
  }

  #push(
    policy: AnyPolicy,
    moment: PolicyMoment,
    verdict: PolicyVerdict,
    does: string,
    answer: Pick<PolicyStep, 'status' | 'location'> = {},
  ): void {
    const { name } = policy
    this.#steps.push({
      policy: name,
      moment,
      verdict,
      does: withoutCredentials(does),
      ...answer,
      settings: this.#written(policy),
    })
  }

  /** What was written for a policy; of a stand-in's backend nothing, whose settings are not the route's. */
  #written(policy: AnyPolicy): ShownSetting[] {
    if (this.#finder === undefined) return []
    const { route, backend, canary } = this.#request
    const isElsewhere = isOfUpstreams.has(policy) && backend !== route?.backend
    if (isElsewhere && canary === undefined) return []
    const found = isElsewhere
      ? this.#finder.ofCanary(route!, canary!, [policy])
      : this.#finder.of(route, [policy])
    return found.filter(isSaid).map(showSetting)
  }
}

const isOfUpstreams = new Set<AnyPolicy>(upstreamPolicies)

function policyAt(index: number): AnyPolicy {
  return allPolicies[index] as AnyPolicy
}
