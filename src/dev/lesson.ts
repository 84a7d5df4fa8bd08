// What there is to learn from an error response of Portico's own: who failed, by which rule, which endpoints were tried, what
// would have matched, what to do about it. Plain data; every text is printable and bounded.
import { escapeControls } from '../diagnostics/escape-controls.ts'
import { placeText } from '../diagnostics/place-text.ts'
import type { ErrorDetails } from '../proxy/error-page.ts'
import { failureFacts, type ProxyFailure } from '../proxy/failure.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { variantOf } from '../proxy/variant-of.ts'
import { nearestRoutes } from '../routing/nearest-routes.ts'
import { serviceName } from '../routing/service-name.ts'
import { explainCommand } from './explain-command.ts'
import { hintsFor } from './hints.ts'
import { originOf, routeText, settingsInForce, takerText } from './words.ts'

/** An error response with what is known about it. */
export interface Lesson extends ErrorDetails {
  /** One sentence without a full stop. */
  readonly who: string
  /** Method and URL as Portico read them. */
  readonly asked: string
  readonly rule: { readonly ingress: string; readonly route: string; readonly at: string } | undefined
  /** `namespace/name:port`; empty where it did not come so far. */
  readonly service: string
  /** Name of the canary or main variant, where it has one. */
  readonly variant: string
  readonly attempts: readonly {
    readonly endpoint: string
    readonly failure: string
    readonly durationMs: number
  }[]
  /** Annotations and ConfigMap keys in force on the route, where one of them may be why. */
  readonly policies: readonly string[]
  /** Sentences: what follows, and what to do. */
  readonly hints: readonly string[]
  readonly nearest: readonly {
    readonly route: string
    readonly service: string
    readonly at: string
    readonly why: string
  }[]
  /** The command that tells the whole story; empty where the request can not be written as one. */
  readonly explain: string
  /** Whether to look again by itself: a page that was navigated to, whose backend may come back. */
  readonly refreshes: boolean
}

/** Attempts shown; those before are left out. */
const maxAttempts = 8

/** The lesson of an error that is about to be sent. `source`: arguments of `portico explain` that name what is served. */
export function lessonOf(request: RequestState, details: ErrorDetails, source: readonly string[]): Lesson {
  const { backend, proxy, method } = request
  const failure = request.cause in failureFacts ? (request.cause as ProxyFailure) : undefined
  const taker = takerText(request)
  const origin = taker === '' ? undefined : originOf(request)
  const isUnrouted = failure === 'no-route'
  const near = isUnrouted ? nearestRoutes(proxy.live.matcher, request.host, request.path, request) : []
  return {
    ...details,
    reason: text(details.reason),
    requestId: text(details.requestId),
    who: whoFailed(request, failure),
    asked: text(`${method} ${request.scheme}://${request.authority}${request.target}`),
    rule: origin && {
      ingress: text(`${origin.namespace}/${origin.ingress}`),
      route: text(taker),
      at: text(placeText(origin.place)),
    },
    service: backend === undefined ? '' : text(serviceName(backend)),
    variant: text(variantOf(request)),
    attempts: request.failedAttempts.slice(-maxAttempts).map(({ endpoint, failure: kind, durationMs }) => ({
      endpoint: text(endpoint),
      failure: kind in failureFacts ? failureFacts[kind as ProxyFailure].reason : kind,
      durationMs: Math.round(durationMs * 10) / 10,
    })),
    policies: failure === undefined || failure === 'denied' ? settingsInForce(request.handling) : [],
    hints: hintsFor(request, failure).map(text),
    nearest: near.map(({ route: other, why }) => ({
      route: text(routeText(other)),
      service: other.backend === undefined ? '' : text(serviceName(other.backend)),
      at: text(placeText(other.origin.place)),
      why,
    })),
    explain: explainCommand(request, source) ?? '',
    refreshes: method === 'GET' && failure !== undefined && details.status >= 502 && details.status <= 504,
  }
}

/** Longest text of one item: pages stay small whatever is asked for. */
const maxLength = 500

function text(untrusted: string): string {
  const shown = escapeControls(untrusted.toWellFormed())
  return shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown
}

function whoFailed(request: RequestState, failure: ProxyFailure | undefined): string {
  if (failure === undefined) return `The policy ${request.answeredBy} answered in the place of the backend`
  if (failure === 'no-route') return 'Portico has no rule for this request'
  if (failure === 'denied') return 'Portico closed the route: a setting that guards it can not be obeyed'
  if (failure === 'backend-missing' || failure === 'no-endpoint')
    return 'The rule took the request, but there is nobody to send it to'
  if (request.failedAttempts.length > 0)
    return 'A rule took the request, but no endpoint answered it as it should'
  return failureFacts[failure].status < 500 ? 'Portico refused the request' : 'Portico could not go on'
}
