// An outcome as one sentence.
import { reasonPhrase } from '../http/reason-phrases.ts'
import { failureFacts } from '../proxy/failure.ts'
import type { AnswerStep } from './explanation.ts'
import type { Outcome } from './outcome.ts'

/** What becomes of the request, without a full stop. */
export function verdictOf(outcome: Outcome, answer: AnswerStep | undefined): string {
  const { kind, service, isCanary, variant, endpoint, target, status = 0, location } = outcome
  switch (kind) {
    case 'handshake-refused':
      return 'the handshake is refused: no request is read'
    case 'passthrough':
      return `the connection is handed on to Service ${service}, which ends TLS itself: no request is read`
    case 'refused':
      return `Portico answers ${status} ${reasonPhrase(status)} and closes the connection: ${answer!.reason}`
    case 'forwarded': {
      const name = variant === undefined ? '' : ` "${variant}"`
      const what = isCanary === true ? `canary${name} ` : ''
      return `goes to ${what}${service} at ${endpoint} as ${target}`
    }
    case 'answered': {
      const to = location === undefined ? '' : ` to ${location}`
      const page = answer?.page === undefined ? '' : `, with a page of ${answer.page}`
      return `Portico answers ${status} ${reasonPhrase(status)}${to}${page}: ${answer!.reason}`
    }
  }
}

/** Whether a request reaches nobody, and nobody meant it to be so: no rule, no endpoint, a closed route, no valid HTTP. */
export function isFailure({ kind, cause }: Outcome): boolean {
  if (kind === 'answered') return cause !== undefined && Object.hasOwn(failureFacts, cause)
  return kind === 'refused' || kind === 'handshake-refused'
}
