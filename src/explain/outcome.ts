// The essence of a decision as plain data: what can be compared between two tables, with an expectation, and with what a
// running proxy did.

import { statusOf } from '../proxy/error-backend.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { variantOf } from '../proxy/variant-of.ts'
import { serviceName } from '../routing/service-name.ts'
import type { AnsweredDecision, Decision, ForwardedDecision } from './decide.ts'

/** What became of a request. Fields that do not apply are absent. */
export interface Outcome {
  readonly kind: Decision['kind']
  /** What the client is told where Portico answers. */
  readonly status?: number
  /** Why Portico answers itself; from a closed set of words. */
  readonly cause?: string
  /** Where a redirect leads. */
  readonly location?: string
  /** The rule's host: `*` for the one without a host. */
  readonly host?: string
  /** `namespace/name` of the rule's Ingress. */
  readonly ingress?: string
  /** As written in the rule. */
  readonly path?: string
  readonly pathType?: 'exact' | 'prefix' | 'regex'
  /** `namespace/name:port` of who answers. */
  readonly service?: string
  readonly isCanary?: boolean
  /** Where `portico/variant` names it. */
  readonly variant?: string
  /** `address:port`. */
  readonly endpoint?: string
  /** Path and query that the backend gets. */
  readonly target?: string
}

/** The essence of a decision. */
export function outcomeOf(decision: Decision): Outcome {
  switch (decision.kind) {
    case 'handshake-refused':
      return { kind: decision.kind }
    case 'passthrough':
      return { kind: decision.kind, service: serviceName(decision.backend) }
    case 'refused':
      return { kind: decision.kind, status: decision.error.status, cause: decision.error.reason }
    case 'answered':
      return outcomeOfAnswer(decision)
    case 'forwarded':
      return outcomeOfForward(decision)
  }
}

function outcomeOfAnswer({ request, own, response, page }: AnsweredDecision): Outcome {
  const location = /^Location: (.*)\r$/im.exec(response.head.lines)?.[1]
  return {
    kind: 'answered',
    status: statusOf(own),
    cause: request.cause,
    ...(location !== undefined && { location }),
    ...ruleOf(request),
    ...(page !== undefined && { service: serviceName(page) }),
  }
}

function outcomeOfForward({ request, endpoint, outgoing }: ForwardedDecision): Outcome {
  const variant = variantOf(request)
  return {
    kind: 'forwarded',
    ...ruleOf(request),
    service: serviceName(request.backend!),
    isCanary: request.isCanary,
    ...(variant !== '' && { variant }),
    endpoint: endpoint.key,
    target: outgoing.target,
  }
}

function ruleOf({ route }: RequestState): Partial<Outcome> {
  if (route === undefined) return {}
  const { host, path, kind, origin } = route
  return { host: host || '*', ingress: `${origin.namespace}/${origin.ingress}`, path, pathType: kind }
}
