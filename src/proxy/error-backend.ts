// Hot path on routes with error pages of their own: whether an error response is replaced, and by whom. The second request
// that this takes is made by the exchange like any other: to `/`, without the client's body, told what has failed.
import { isReplaced } from '../policies/routing/error-pages.ts'
import type { Backend } from '../routing/table.ts'
import { failureFacts } from './failure.ts'
import { isGrpc } from './grpc.ts'
import type { OwnResponse } from './handle-request.ts'
import type { RequestState } from './request-state.ts'

/** Who makes the page: a backend with endpoints, or `none`: the 404 that clients get without a default backend. */
export type PageMaker = Backend | 'none'

/** Who makes the page for a response with this status; `undefined`: the response is sent as it is. `isOwn`: it is ours. */
export function findPageMaker(request: RequestState, status: number, isOwn: boolean): PageMaker | undefined {
  const { errorPages } = request.policies
  if (errorPages.statuses.length === 0 || !isReplaced(errorPages, status, isOwn)) return undefined
  // Clients of gRPC read no pages, and would lose the code that tells them what to do.
  if (isGrpc(request)) return undefined
  const { route } = request
  // What stands in or makes a page already answers for itself: an error of its own goes to the client (never in a circle).
  if (route === undefined || request.errorStatus !== 0 || request.headSent) return undefined
  const maker = route.errorBackends?.pages
  if (maker === undefined) return 'none'
  return isOwn && isServedBy(request, maker) ? undefined : maker
}

/**
 * Whether the page would be asked of the very Service that the request was for: somebody who was refused would be let in
 * by the back door then (CVE-2026-24513).
 */
function isServedBy({ route, backend }: RequestState, maker: Backend): boolean {
  return [route!.backend, backend].some(
    guarded => guarded?.namespace === maker.namespace && guarded.service === maker.service,
  )
}

/** Turns the request into the one that asks for the page. */
export function askForPage(
  request: RequestState,
  maker: Backend,
  status: number,
  challenge: string | undefined,
): void {
  request.errorStatus = status
  request.asksForPage = true
  request.backend = maker
  request.canary = undefined
  request.upstreamTarget = '/'
  request.tried = []
  // Nobody wants the body; the listener throws what is left of it away once the client has its page.
  request.dropBufferedBody()
  if (request.stream.head.hasBody && !request.requestEnded) request.stream.pauseBody()
  if (challenge === undefined) return
  // Browsers ask for a password only when they are told to (nginx keeps this one field, too).
  request.addAdmission({
    responseFields(edit) {
      if (edit.get('WWW-Authenticate') === undefined) edit.set('WWW-Authenticate', challenge)
    },
  })
}

/** The answer where nobody makes pages. */
export function pageMissing(status: number): OwnResponse {
  const reason = `There is no default backend to make a page for status ${status}`
  return { kind: 'failure', failure: 'no-route', reason }
}

/** Status of a response of ours. */
export function statusOf(own: OwnResponse): number {
  if (own.kind === 'failure') return failureFacts[own.failure].status
  return own.kind === 'answer' ? own.answer.status : 200
}

/** Why Portico answers itself, in the words of logs and counters: the page that takes its place does not hide it. */
export function causeOf(own: OwnResponse): string {
  return own.kind === 'failure' ? own.failure : 'policy'
}

/** The challenge in a response of ours. */
export function challengeOf(own: OwnResponse): string | undefined {
  if (own.kind !== 'answer') return undefined
  return own.answer.fields.find(([name]) => name.toLowerCase() === 'www-authenticate')?.[1]
}
