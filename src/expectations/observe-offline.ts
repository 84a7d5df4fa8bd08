// What would become of requests under a table that nobody serves, as the data plane decides it.
import { placeText } from '../diagnostics/place-text.ts'
import { type Decision, decide } from '../explain/decide.ts'
import { type Outcome, outcomeOf } from '../explain/outcome.ts'
import { outcomeText } from '../explain/outcome-text.ts'
import { rehearse } from '../explain/rehearsal.ts'
import { findHost, type Matcher } from '../routing/matcher.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Canary, Origin, RoutingTable } from '../routing/table.ts'
import { askedOf } from './asked-of.ts'
import type { CaseRequest } from './expectation.ts'
import { isServing, type Observation, type ObservedShares } from './observation.ts'
import type { Observer } from './observer.ts'

/** Observes a table. To be closed. */
export function observeOffline(table: RoutingTable): Observer {
  let draw = 0
  const rehearsal = rehearse(table, { random: () => draw })

  const look = async (request: CaseRequest, at: number): Promise<Decision | string> => {
    const asked = askedOf(request)
    if ('problem' in asked) return asked.problem
    draw = at
    return decide(asked.value, rehearsal)
  }

  return {
    async observe(request) {
      // Beyond every canary's share but for those that have it all: what most requests get is shown.
      const decision = await look(request, 1 - Number.EPSILON)
      if (typeof decision === 'string') return { problem: decision }
      return observationOf(decision, rehearsal.proxy.live.matcher)
    },
    async shares(request): Promise<ObservedShares> {
      const first = await look(request, 0)
      if (typeof first === 'string') return { unseen: first }
      const shares = new Map<string, number>()
      for (const { from, to } of slicesOf(canariesOf(first))) {
        // Every draw of a slice is decided alike.
        const decision = (await look(request, (from + to) / 2)) as Decision
        const name = variantName(outcomeOf(decision))
        shares.set(name, (shares.get(name) ?? 0) + to - from)
      }
      return { shares, requests: undefined }
    },
    async close() {
      rehearsal.close()
    },
  }
}

function canariesOf(decision: Decision): readonly Canary[] {
  return 'request' in decision ? (decision.request.route?.canaries ?? []) : []
}

/** The whole of [0, 1), cut wherever a canary's share begins or ends. */
function slicesOf(canaries: readonly Canary[]): { from: number; to: number }[] {
  const cuts = new Set([0, 1, ...canaries.flatMap(({ rule: { share } }) => [share.from, share.to])])
  const ordered = [...cuts].filter(cut => cut >= 0 && cut <= 1).sort((a, b) => a - b)
  return ordered.slice(1).map((to, index) => ({ from: ordered[index]!, to }))
}

/** The name that `portico/variant` gives, or what the backend is; of what is not forwarded, the status. */
function variantName({ kind, variant, isCanary, status }: Outcome): string {
  if (kind !== 'forwarded') return String(status ?? kind)
  return variant ?? (isCanary ? 'canary' : 'stable')
}

function observationOf(decision: Decision, matcher: Matcher): Observation {
  const outcome = outcomeOf(decision)
  const { status, location = '', host = '', path = '', endpoint = '', target = '' } = outcome
  const origin = originOf(decision)
  const isSent = outcome.kind === 'forwarded'
  const isTaken = isRuleTaken(decision, matcher)
  return {
    seen: {
      // What a backend will say is not known.
      ...(status !== undefined && { status: String(status) }),
      service: outcome.service ?? failingService(decision, outcome),
      ingress: origin !== undefined && isTaken ? `${origin.namespace}/${origin.ingress}` : '',
      host,
      path: isTaken ? path : '',
      sent: target,
      redirect: location,
      variant: isSent ? variantName(outcome) : '',
      endpoint,
    },
    sentFields: decision.kind === 'forwarded' ? fieldsOf(decision) : new Map(),
    summary: outcomeText(outcome),
    decidedAt: origin && placeText(origin.place),
  }
}

/** The fallback of a host is no rule, unless it has a backend. */
function isRuleTaken(decision: Decision, matcher: Matcher): boolean {
  if (!('request' in decision)) return false
  const { route, host } = decision.request
  return (
    route !== undefined &&
    (route.backend !== undefined || findHost(matcher, host)?.hostRoutes.fallback !== route)
  )
}

/** The rule that decided: the canary's where it took the request. */
function originOf(decision: Decision): Origin | undefined {
  if (!('request' in decision)) return undefined
  return (decision.request.canary ?? decision.request.route)?.origin
}

/** The Service that was to answer and can not, as of one without endpoints. */
function failingService(decision: Decision, { status = 0, cause = '' }: Outcome): string {
  if (decision.kind !== 'answered' || !isServing(status, cause)) return ''
  const { backend } = decision.request
  return backend === undefined ? '' : serviceName(backend)
}

function fieldsOf({ outgoing }: Extract<Decision, { kind: 'forwarded' }>): ReadonlyMap<string, string> {
  const fields = new Map([['host', outgoing.host]])
  for (const line of outgoing.lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon === -1) continue
    const name = line.slice(0, colon).toLowerCase()
    const before = fields.get(name)
    const value = line.slice(colon + 1).trim()
    fields.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return fields
}
