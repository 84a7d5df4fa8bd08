// Why a request goes where it goes. The decision is the data plane's (decide.ts); everything here only says what it saw.
import type { CompiledFrom } from '../compile/compilation.ts'
import { placeText } from '../diagnostics/place-text.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { findHost } from '../routing/matcher.ts'
import { type NearRoute, nearestRoutes } from '../routing/nearest-routes.ts'
import { answerStep } from './answer-step.ts'
import type { AskedRequest } from './asked-request.ts'
import { canarySteps } from './canary-steps.ts'
import { certificateChoice } from './certificate-choice.ts'
import { type Decision, decide } from './decide.ts'
import { explainPolicies } from './explain-policies.ts'
import type { Explanation, NearRule, RequestStep, RewriteStep } from './explanation.ts'
import { hideValues } from './hide-values.ts'
import { hostCandidates } from './host-candidates.ts'
import { outcomeOf } from './outcome.ts'
import { pathCandidates } from './path-candidates.ts'
import { ProvenanceFinder } from './provenance.ts'
import type { Rehearsal } from './rehearsal.ts'
import { sentHead } from './sent-head.ts'
import { upstreamStep } from './upstream-step.ts'
import { verdictOf } from './verdict.ts'

/** What is known besides the table. */
export interface ExplainSources {
  /** What the table was compiled from: for what never came into it. */
  readonly from?: CompiledFrom | undefined
  /** `--default-ssl-certificate`, as `namespace/name`. */
  readonly defaultSecret?: string | undefined
}

/** Explains what becomes of a request. Nothing is sent, and of what `rehearsal` looks at nothing changes but turns. */
export async function explain(
  asked: AskedRequest,
  rehearsal: Rehearsal,
  sources: ExplainSources = {},
): Promise<Explanation> {
  let draw: number | undefined
  const random = (): number => {
    draw = rehearsal.proxy.random()
    return draw
  }
  const decision = await decide(asked, { ...rehearsal, proxy: { ...rehearsal.proxy, random } })
  const steps =
    'request' in decision ? requestSteps(decision, decision.request, rehearsal, sources, draw) : {}
  const policies = await policySteps(decision, sources)
  const answer = withoutValues(answerStep(decision), decision)
  const outcome = outcomeOf(decision)
  return {
    request: requestStep(asked, decision),
    ...(asked.secure && { certificate: certificateStep(asked, rehearsal, sources) }),
    hosts: hostsAsked(asked, decision, rehearsal),
    paths: [],
    ...steps,
    ...(policies !== undefined && { policies }),
    ...(decision.kind === 'forwarded' && { sent: withoutValues(sentHead(decision), decision) }),
    ...(answer !== undefined && { answer }),
    outcome,
    verdict: verdictOf(outcome, answer),
  }
}

async function policySteps(decision: Decision, { from }: ExplainSources): Promise<Explanation['policies']> {
  if (decision.kind !== 'answered' && decision.kind !== 'forwarded') return undefined
  return await explainPolicies(decision, from && new ProvenanceFinder(from))
}

/** What ConfigMaps set on messages may be credentials. */
function withoutValues<S extends { readonly lines: readonly string[] } | undefined>(
  step: S,
  decision: Decision,
): S {
  return step && 'request' in decision ? { ...step, lines: hideValues(step.lines, decision.request) } : step
}

function requestStep(asked: AskedRequest, decision: Decision): RequestStep {
  const { method, secure, authority, target, clientAddress, serverName } = asked
  const path = 'request' in decision ? decision.request.path : ''
  return {
    method,
    scheme: secure ? 'https' : 'http',
    authority,
    target,
    ...(path !== '' && { path }),
    clientAddress,
    ...(serverName !== undefined && { serverName }),
  }
}

function certificateStep(
  { serverName }: AskedRequest,
  { proxy: { live } }: Rehearsal,
  { defaultSecret }: ExplainSources,
): Explanation['certificate'] {
  const rules = findHost(live.matcher, serverName ?? '')?.hostRoutes
  return certificateChoice(serverName, rules, live.table, defaultSecret)
}

/** By the Host field; where nothing is read of the request, by what the handshake asks for. */
function hostsAsked(asked: AskedRequest, decision: Decision, { proxy }: Rehearsal): Explanation['hosts'] {
  if ('request' in decision)
    return decision.request.path === '' ? [] : hostCandidates(proxy.live, decision.request.host)
  return decision.kind === 'refused' ? [] : hostCandidates(proxy.live, asked.serverName ?? '')
}

/** What only a request that was read can show. */
function requestSteps(
  decision: Decision,
  request: RequestState,
  rehearsal: Rehearsal,
  { from }: ExplainSources,
  draw: number | undefined,
): Partial<Explanation> {
  const { live } = rehearsal.proxy
  const { path, route, backend } = request
  if (path === '') return {}
  const index = findHost(live.matcher, request.host)
  const isUnrouted =
    decision.kind === 'answered' && decision.own.kind === 'failure' && decision.own.failure === 'no-route'
  // Answered before any rule is asked.
  const isHealth = decision.kind === 'answered' && decision.own.kind === 'health'
  // An alias has the rules of another host.
  const ruleHost = index?.hostRoutes.routes[0]?.host
  const input = ruleHost === undefined ? undefined : from?.inputOf(ruleHost)
  const canary = canarySteps(request, draw)
  const rewrite = rewriteStep(request)
  const upstream = backend?.upstream
  const endpoint = decision.kind === 'forwarded' ? decision.endpoint : undefined
  const standings = upstream && rehearsal.standings?.(upstream)
  return {
    paths: index === undefined || isHealth ? [] : pathCandidates(index, path, request, route, input),
    ...(canary !== undefined && { canary }),
    ...(rewrite !== undefined && { rewrite }),
    ...(backend !== undefined && { upstream: upstreamStep(backend, request, endpoint, standings) }),
    ...(isUnrouted && { nearest: nearestRoutes(live.matcher, request.host, path, request).map(nearRule) }),
  }
}

function rewriteStep({ route, captures, target, upstreamTarget }: RequestState): RewriteStep | undefined {
  const template = route?.policies.rewrite.target
  if (template === undefined || captures.length === 0) return undefined
  return { pattern: route!.path, template: template.text, captures, from: target, to: upstreamTarget }
}

function nearRule({ route: { host, path, origin }, why }: NearRoute): NearRule {
  const at = placeText(origin.place)
  const ingress = `${origin.namespace}/${origin.ingress}`
  return { host: host || '*', path, ingress, why, ...(at !== undefined && { at }) }
}
