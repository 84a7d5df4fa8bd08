// `/api/routes/{id}`: the way of a request through one rule, part by part, with the place of each and what went through it.

import { placeText } from '../../diagnostics/place-text.ts'
import { type CertificateChoice, certificateChoice } from '../../explain/certificate-choice.ts'
import { effectiveOn } from '../../explain/effective-settings.ts'
import { firstPlaceOf } from '../../explain/host-candidates.ts'
import { ProvenanceFinder } from '../../explain/provenance.ts'
import { allPolicies } from '../../policies/all.ts'
import type { AnyPolicy } from '../../policies/define-policy.ts'
import { canaryClauses } from '../../policies/routing/describe-canary.ts'
import { isConditional } from '../../policies/routing/match-conditions.ts'
import { sampleHost } from '../../routing/sample-host.ts'
import { serviceName } from '../../routing/service-name.ts'
import type { Backend, Canary, Route } from '../../routing/table.ts'
import type { AdminSources } from '../sources.ts'
import { endpointViews } from './endpoint-view.ts'
import { pickingWords } from './picking-words.ts'
import type { ApiAnswer } from './question.ts'
import { rounded } from './rounded.ts'
import { routeView, type ShownRoute, shownRoutes } from './routes.ts'
import { settingView } from './setting-view.ts'
import type { BranchView, Figures, PolicyView, RouteWay } from './types.ts'

/** The answer to `/api/routes/{id}`. */
export function routeWay(id: string, sources: AdminSources): ApiAnswer {
  const { table } = sources.proxy.live
  const found = shownRoutes(table).find(({ route }) => route.id === id)
  if (found === undefined)
    return { problem: 'no rule of the table that serves has this id; it may have changed', status: 404 }
  sources.routeFigures.refresh()
  const url = sampleUrl(found, sources)
  const way: RouteWay = {
    ...routeView(found, sources),
    listeners: sources.listeners().filter(({ name }) => name !== 'admin'),
    hostRule: hostRule(found, sources),
    policies: policyViews(found.route, sources),
    branches: branchViews(found.route, sources),
    ...(url !== undefined && { url }),
  }
  return { value: way }
}

function hostRule({ host }: ShownRoute, { proxy, defaultSecret }: AdminSources): RouteWay['hostRule'] {
  const { table } = proxy.live
  const aliases = table.aliases
    .filter(alias => alias.host === host.host)
    .map(({ kind, text }) => (kind === 'regex' ? `~${text}` : text))
  const choice = certificateChoice(host.host || undefined, host, table, defaultSecret)
  const at = firstPlaceOf(host)
  return {
    host: host.host || '*',
    ...(at !== undefined && { at }),
    aliases,
    certificate: certificateOf(choice),
  }
}

function certificateOf(choice: CertificateChoice): RouteWay['hostRule']['certificate'] {
  const { handshake, certificate = 'local CA', secret, at, why } = choice
  return {
    kind: handshake === 'ended here' ? certificate : handshake,
    ...(secret !== undefined && { secret }),
    ...(at !== undefined && { at }),
    why,
  }
}

function policyViews(route: Route, { from }: AdminSources): PolicyView[] {
  const settings = effectiveOn(route, new ProvenanceFinder(from()))
  const byPolicy = Map.groupBy(settings, ({ policy }) => policy)
  const docs = new Map((allPolicies as readonly AnyPolicy[]).map(({ name, doc }) => [name as string, doc]))
  return [...byPolicy].map(([policy, written]) => ({
    policy,
    doc: docs.get(policy) ?? '',
    settings: written.map(settingView),
  }))
}

/** Canaries in the order they are asked, the rule's own backend last. */
export function branchViews(route: Route, sources: AdminSources): BranchView[] {
  const { routeFigures } = sources
  const figures = routeFigures.ofCanaries(route)
  const branches = route.canaries.map((canary, index) => canaryBranch(canary, figures[index]!, sources))
  if (route.backend === undefined) return branches
  const rest = 100 - branches.reduce((sum, { percent }) => sum + percent, 0)
  const { name } = route.policies.variant
  const main: BranchView = {
    isCanary: false,
    service: serviceName(route.backend),
    ...(name !== undefined && { variant: name }),
    percent: rounded(rest),
    takes: route.canaries.length === 0 ? ['every request'] : ['what no canary takes'],
    at: placeText(route.origin.place)!,
    ...backendParts(route.backend, sources),
    figures: routeFigures.ofMain(route),
  }
  return [...branches, main]
}

function canaryBranch(canary: Canary, figures: Figures, sources: AdminSources): BranchView {
  const { backend, rule, origin } = canary
  return {
    isCanary: true,
    service: serviceName(backend),
    ...(rule.variant !== undefined && { variant: rule.variant }),
    percent: rounded((rule.share.to - rule.share.from) * 100),
    takes: canaryClauses(rule),
    ingress: `${origin.namespace}/${origin.ingress}`,
    at: placeText(origin.place)!,
    ...backendParts(backend, sources),
    figures,
  }
}

function backendParts({ upstream, problem }: Backend, sources: AdminSources) {
  const endpointsAt = placeText(upstream?.source?.place)
  return {
    ...(problem !== undefined && { problem }),
    ...(upstream !== undefined && { picking: pickingWords(upstream), upstream: upstream.key }),
    ...(endpointsAt !== undefined && { endpointsAt }),
    endpoints: upstream === undefined ? [] : endpointViews(upstream, sources.proxy),
  }
}

/** Where a plain GET goes this way. */
function sampleUrl({ host, route }: ShownRoute, sources: AdminSources): string | undefined {
  const isPlain = route.kind !== 'regex' && !isConditional(route.policies.matchConditions)
  if (!isPlain || route === host.fallback) return undefined
  const { ifTls, force } = route.policies.sslRedirect
  const isSecure = force || (ifTls && host.hasTls)
  const listener = sources.listeners().find(({ name }) => name === (isSecure ? 'https' : 'http'))
  if (listener === undefined) return undefined
  const colon = listener.address.lastIndexOf(':')
  const name = host.host === '' ? 'localhost' : sampleHost(host.host)
  return `${isSecure ? 'https' : 'http'}://${name}${listener.address.slice(colon)}${route.path}`
}
