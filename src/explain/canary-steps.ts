// Which backend of a route a request goes to: what each canary's rules say about it, and which of them decided.

import { placeText } from '../diagnostics/place-text.ts'
import { type CanaryRule, cookieVerdict, hasEndpoints, headerVerdict } from '../policies/routing/canary.ts'
import { homeOf, markInCookie } from '../proxy/choose-backend.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Canary, Upstream } from '../routing/table.ts'
import { upstreamMark } from '../routing/upstream-name.ts'

/** One canary of the route. Plain data. */
export interface CanaryStep {
  /** `namespace/name` of the canary Ingress. */
  readonly ingress: string
  /** `namespace/name:port`. */
  readonly service: string
  /** Where `portico/variant` names it. */
  readonly variant?: string
  /** The slice of the draw that is its own, in [0, 1). */
  readonly slice?: { readonly from: number; readonly to: number }
  readonly taken: boolean
  /** Which of its rules decided. */
  readonly rule: 'session cookie' | 'header' | 'cookie' | 'weight' | 'none'
  /** What its rules say of the request, as a clause. */
  readonly reason: string
  readonly at?: string
}

/** How stable or canary was chosen. */
export interface CanaryChoiceSteps {
  /** The draw in [0, 1); absent where nothing was drawn. */
  readonly draw?: number
  readonly candidates: readonly CanaryStep[]
}

/**
 * The canaries of a request's route in the order they are asked; `undefined` where it has none. `draw`: the number drawn when
 * the request was decided about, if one was.
 */
export function canarySteps(request: RequestState, draw: number | undefined): CanaryChoiceSteps | undefined {
  const { route } = request
  if (route === undefined || route.canaries.length === 0) return undefined
  const main = route.backend?.upstream
  const mark = main === undefined ? '' : markInCookie(request, main)
  const home = mark === '' ? undefined : homeOf(mark, route.canaries)
  const isAtMain = main !== undefined && mark !== '' && mark === upstreamMark(main)
  const unasked = whyUnasked(request, main)
  const candidates = route.canaries.map(canary => {
    const taken = canary === request.canary
    const { rule, reason } =
      unasked === undefined
        ? judge(canary, request, { taken, home, isAtMain, draw })
        : { rule: 'none' as const, reason: unasked }
    return { ...describe(canary), taken, rule, reason }
  })
  return { ...(draw !== undefined && { draw }), candidates }
}

/** Why no canary had a say; `undefined` where they were asked. */
function whyUnasked({ backend }: RequestState, main: Upstream | undefined): string | undefined {
  if ((main?.endpoints.length ?? 0) === 0)
    return 'the main backend has no endpoints: its canaries are not asked'
  return backend === undefined ? 'the request is answered before canaries are asked' : undefined
}

function describe({ origin, backend, rule }: Canary): Omit<CanaryStep, 'taken' | 'rule' | 'reason'> {
  const { variant, share } = rule
  return {
    ingress: `${origin.namespace}/${origin.ingress}`,
    service: serviceName(backend),
    ...(variant !== undefined && { variant }),
    ...(share.to > share.from && { slice: share }),
    at: placeText(origin.place),
  }
}

interface Circumstances {
  readonly taken: boolean
  /** The canary that the client stays with. */
  readonly home: Canary | undefined
  /** The client stays with the main backend. */
  readonly isAtMain: boolean
  readonly draw: number | undefined
}

type Judgement = Pick<CanaryStep, 'rule' | 'reason'>

/** In the order in which choosing asks: the client's stay, header, cookie, weight. */
function judge(canary: Canary, request: RequestState, circumstances: Circumstances): Judgement {
  const { taken, home, isAtMain, draw } = circumstances
  const { rule } = canary
  if (home === canary)
    return { rule: 'session cookie', reason: 'the session cookie says that the client stays with it' }
  if (home !== undefined)
    return {
      rule: 'session cookie',
      reason: 'the session cookie says that the client stays with another canary',
    }
  if (isAtMain && canary.isSticky)
    return {
      rule: 'session cookie',
      reason: 'the session cookie says that the client stays with the main backend',
    }
  if (!hasEndpoints(canary)) return { rule: 'none', reason: 'it has no endpoints and is passed over' }
  const header = headerVerdict(rule, request)
  if (header !== 'next') return { rule: 'header', reason: wordsFor(header, headerText(rule, request), taken) }
  const cookie = cookieVerdict(rule, request)
  if (cookie !== 'next') return { rule: 'cookie', reason: wordsFor(cookie, cookieText(rule, request), taken) }
  return judgeByWeight(rule, request, taken, draw)
}

function wordsFor(verdict: 'take' | 'never', text: string, taken: boolean): string {
  if (verdict === 'never') return `${text} leaves it out`
  return taken ? `${text} takes it` : `${text} would take it; another canary was asked before`
}

function judgeByWeight(
  rule: CanaryRule,
  request: RequestState,
  taken: boolean,
  draw: number | undefined,
): Judgement {
  const unmet = [
    ...(rule.header === undefined ? [] : [`${headerText(rule, request)} says nothing`]),
    ...(rule.cookie === undefined ? [] : [`${cookieText(rule, request)} says nothing`]),
  ]
  const { from, to } = rule.share
  if (to <= from) {
    const reason = [...unmet, 'it has no weight'].join(', ')
    return { rule: 'none', reason }
  }
  const percent = `${Number(((to - from) * 100).toFixed(2))} %`
  const slice = `[${Number(from.toFixed(4))}, ${Number(to.toFixed(4))})`
  if (draw === undefined) {
    const reason = [...unmet, `its weight of ${percent} was not asked: another rule had decided`].join(', ')
    return { rule: 'none', reason }
  }
  const where = `the draw ${draw.toFixed(4)} is ${taken ? 'in' : 'not in'} its slice ${slice}, ${percent}`
  return { rule: taken ? 'weight' : 'none', reason: [...unmet, where].join(', ') }
}

function headerText({ header, headerValue, headerPattern }: CanaryRule, request: RequestState): string {
  const wanted =
    headerValue !== undefined
      ? ` (wanted: ${headerValue})`
      : headerPattern === undefined
        ? ''
        : ` (wanted: ~${headerPattern})`
  const value = request.header(header!)
  return value === undefined
    ? `header ${header}, which is not sent,${wanted}`
    : `header ${header}: ${value}${wanted}`
}

function cookieText({ cookie }: CanaryRule, request: RequestState): string {
  const value = request.cookie(cookie!)
  return value === undefined ? `cookie ${cookie}, which is not sent,` : `cookie ${cookie}=${value}`
}
