// What the client is told where Portico answers itself, why, and what can be done about it.
import { reasonPhrase } from '../http/reason-phrases.ts'
import { refusalOf } from '../http1/render-refusal.ts'
import { failureFacts, type ProxyFailure } from '../proxy/failure.ts'
import type { OwnResponse } from '../proxy/handle-request.ts'
import { serviceName } from '../routing/service-name.ts'
import type { AnsweredDecision, Decision } from './decide.ts'
import type { AnswerStep } from './explanation.ts'
import { linesOf } from './sent-head.ts'

/** The answer; `undefined` where somebody else answers, or nobody. */
export function answerStep(decision: Decision): AnswerStep | undefined {
  if (decision.kind === 'refused') {
    const { status, reason } = decision.error
    const { lines, body } = refusalOf(decision.error)
    return {
      status,
      reason,
      lines: [`HTTP/1.1 ${status} ${reasonPhrase(status)}`, ...linesOf(lines)],
      body,
      advice: 'what is sent is no valid HTTP; no rule is asked about it',
    }
  }
  return decision.kind === 'answered' ? ownAnswer(decision) : undefined
}

function ownAnswer({ own, response, page }: AnsweredDecision): AnswerStep {
  const { status, reason, lines } = response.head
  const advice = adviceFor(own)
  return {
    status,
    reason: reasonOf(own),
    lines: [`HTTP/1.1 ${status} ${reason}`, ...linesOf(lines)],
    ...(response.body !== '' && { body: response.body }),
    ...(advice !== undefined && { advice }),
    ...(page !== undefined && { page: serviceName(page) }),
  }
}

function reasonOf(own: OwnResponse): string {
  switch (own.kind) {
    case 'failure':
      return own.reason ?? failureFacts[own.failure].reason
    case 'answer':
      return own.answer.reason
    case 'health':
      return 'No rule names the host, and Portico answers /healthz itself'
    case 'options':
      return 'OPTIONS that is for the proxy itself'
  }
}

const advice: Partial<Readonly<Record<ProxyFailure, string>>> = {
  'bad-path': 'write the path without .. that lead above /, and with escapes of two hexadecimal digits',
  'ambiguous-path':
    'a guard of the host could be passed by this spelling; write the path without escapes, ; and double slashes',
  'no-route': 'add a rule, or a default backend (spec.defaultBackend, --default-backend-service)',
  denied: 'mend the annotation that `portico check` reports for this Ingress',
  'backend-missing':
    'add the Service or mend its name and port; `--map service:port=127.0.0.1:3000` stands in for it',
  'no-endpoint':
    'add endpoints (annotation portico/endpoints, an EndpointSlice), or send it elsewhere with `--map`',
  'body-too-large': 'raise the annotation proxy-body-size',
  'method-not-allowed': 'TRACE and CONNECT are never forwarded',
  'loop-detected': 'the request has passed this very proxy before: its backend leads back here',
}

function adviceFor(own: OwnResponse): string | undefined {
  return own.kind === 'failure' ? advice[own.failure] : undefined
}
