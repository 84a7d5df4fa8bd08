// What strangers are told of a failure: what it means for them, nothing about backends, rules or settings behind it.
// Developers are told more (`dev/`).
import { failureFacts, type ProxyFailure } from './failure.ts'

/** Statuses whose failures differ only in what is nobody's business. */
const reasonOfStatus: Readonly<Record<number, string>> = {
  404: 'Nothing is served at this address',
  413: 'The request body is too large',
  500: 'Something went wrong here',
  502: 'The server behind this address did not answer as it should',
  503: 'The server behind this address is not available',
  504: 'The server behind this address did not answer in time',
}

/** One sentence without a full stop. */
export function publicReason(failure: ProxyFailure): string {
  const { status, reason } = failureFacts[failure]
  // The client's own limit, and nobody else's.
  if (failure === 'deadline-exceeded') return reason
  return reasonOfStatus[status] ?? reason
}
