// Hot path: runs for every request.
// What becomes of a request, top to bottom: normalise, match, ask the policies for an answer, choose stable or canary, have
// the request admitted, check the body's size, rewrite. The order of checks is ingress-nginx's. Decides and sends nothing,
// so that HTTP/1.1, HTTP/2 and whoever explains a decision get it from here alike.
import type { MaxForwards } from '../http/max-forwards.ts'
import { type AdmissibleRequest, admitRequest, askPolicies, type PolicyLives } from '../policies/ask.ts'
import type { Handling } from '../policies/handling.ts'
import type { Answer } from '../policies/request-facts.ts'
import { rewriteTarget } from '../policies/routing/rewrite.ts'
import { couldEvadeGuard } from '../routing/guards.ts'
import { capturesOf, findHost, match } from '../routing/matcher.ts'
import { normalizePath } from '../routing/normalize-path.ts'
import type { Backend, Canary, Route } from '../routing/table.ts'
import { chooseBackend } from './choose-backend.ts'
import type { ProxyFailure } from './failure.ts'
import type { LiveTable } from './proxy-context.ts'

/** What `handleRequest` fills in, as far as it gets. */
export interface RequestDecision {
  path: string
  route: Route | undefined
  /** That of the route, or of requests without one. */
  handling: Handling
  hostHasTls: boolean
  /** Where the request goes: the route's backend, a canary's, or the default one. */
  backend: Backend | undefined
  /** The canary that took the request. */
  canary: Canary | undefined
  /** The target sent on: as received, or rewritten. */
  upstreamTarget: string
  captures: readonly string[]
  errorStatus: number
  maxBodyBytes: number
}

/** A request that can be decided about. */
export type DecidableRequest = AdmissibleRequest &
  RequestDecision & {
    readonly contentLength: number
    readonly maxForwards: MaxForwards
    /** Whether the request has passed this very proxy before. */
    readonly isLooping: boolean
  }

/** What Portico answers itself. */
export type OwnResponse =
  | {
      readonly kind: 'failure'
      readonly failure: ProxyFailure
      readonly reason: string | undefined
      /** When the client may come back. */
      readonly retryAfterSeconds?: number
    }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** `/healthz` on a host that no rule claims. */
  | { readonly kind: 'health' }
  /** `OPTIONS *`, or an OPTIONS request that may not be forwarded any further. */
  | { readonly kind: 'options' }

/** What deciding needs besides the request. */
export interface DecisionContext {
  readonly live: LiveTable
  readonly policyLives: PolicyLives
  /** A draw in [0, 1) for canary weights. */
  readonly random: () => number
}

/**
 * Decides. `undefined`: the request is to be forwarded to `request.backend`, which has endpoints. A promise: somebody who
 * has to admit the request needs time.
 */
export function handleRequest(
  request: DecidableRequest,
  { live, policyLives, random }: DecisionContext,
): OwnResponse | undefined | Promise<OwnResponse | undefined> {
  const own =
    findRoute(request, live) ?? askForAnswer(request, policyLives) ?? findBackend(request, live, random)
  if (own !== undefined) return own
  const { moments } = request.handling
  if (moments.admitting.length === 0 && moments.guarding.length === 0) return prepare(request, live)
  const refusal = admitRequest(request.handling, request, policyLives)
  if (refusal instanceof Promise) return refusal.then(late => answered(late) ?? prepare(request, live))
  return answered(refusal) ?? prepare(request, live)
}

/** Whose request this is. */
function findRoute(request: DecidableRequest, live: LiveTable): OwnResponse | undefined {
  if (request.target === '*') return { kind: 'options' }
  if (request.method === 'TRACE') return failure('method-not-allowed')
  if (request.method === 'OPTIONS') {
    if (request.maxForwards === 0) return { kind: 'options' }
    if (request.maxForwards === 'invalid') return failure('bad-max-forwards')
  }
  if (request.isLooping) return failure('loop-detected')

  const rawPath = pathOf(request.target)
  const path = normalizePath(rawPath)
  if (path === undefined) return failure('bad-path')
  request.path = path

  const host = findHost(live.matcher, request.host)
  const isClaimed = host !== undefined && host.hostRoutes.host !== ''
  if (path === '/healthz' && !isClaimed) return { kind: 'health' }

  const route = host === undefined ? undefined : match(host, path, request)
  request.route = route
  request.handling = route ?? live.table.unclaimed
  if (host === undefined) return undefined
  request.hostHasTls = host.hostRoutes.hasTls
  return couldEvadeGuard(host, rawPath, request.handling.guardKey, request)
    ? failure('ambiguous-path')
    : undefined
}

/** What answers in the backend's place: redirects, preflights, and a closed route. */
function askForAnswer(request: DecidableRequest, lives: PolicyLives): OwnResponse | undefined {
  const { moments, policies, denied } = request.handling
  if (moments.answeringDenied.length !== 0) {
    const answer = askPolicies(moments.answeringDenied, policies, request, lives)
    if (answer !== undefined) return answered(answer)
  }
  if (denied !== undefined) return failure('denied', denied)
  return answered(askPolicies(moments.answering, policies, request, lives))
}

/** Where the request would go; a dead Service is said before anybody is asked for credentials (ingress-nginx). */
function findBackend(
  request: DecidableRequest,
  { table }: LiveTable,
  random: () => number,
): OwnResponse | undefined {
  const backend = chooseBackend(request, request.route, table, random)
  request.backend = backend
  if (backend === undefined || (backend.upstream?.endpoints.length ?? 0) !== 0) return undefined
  const { upstream, problem } = backend
  const own = failure(upstream === undefined ? 'backend-missing' : 'no-endpoint', problem)
  return findStandIn(request) ? undefined : own
}

/** Somebody else may answer for a backend without endpoints (ingress-nginx `default-backend`). */
function findStandIn(request: DecidableRequest): boolean {
  const standIn = request.route?.errorBackends?.standIn
  if (standIn === undefined) return false
  request.backend = standIn
  request.errorStatus = 503
  return true
}

/** The request is let in: what is left to check, and what the backend will see. */
function prepare(request: DecidableRequest, live: LiveTable): OwnResponse | undefined {
  if (request.backend === undefined) return failure('no-route')
  const { policies } = request.handling
  request.maxBodyBytes = policies.bodySize.maxBodyBytes
  if (request.contentLength > request.maxBodyBytes) return failure('body-too-large')

  const target = targetFor(request, request.route, live)
  if (target === undefined) return failure('bad-path')
  request.upstreamTarget = target
  return undefined
}

function answered(answer: Answer | undefined): OwnResponse | undefined {
  return answer && { kind: 'answer', answer }
}

/** As received, unless the route rewrites: then built from the matched, normalised path; `undefined` if that can not be. */
function targetFor(request: DecidableRequest, route: Route | undefined, live: LiveTable): string | undefined {
  const template = route?.policies.rewrite.target
  if (template === undefined || route!.kind !== 'regex') return request.target
  request.captures = capturesOf(live.matcher, route!, request.path)
  return rewriteTarget(template, request.captures, queryOf(request.target))
}

function failure(failure: ProxyFailure, reason?: string): OwnResponse {
  return { kind: 'failure', failure, reason }
}

function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? target : target.slice(0, mark)
}

function queryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark + 1)
}
