// One host's routes from everything that Ingresses ask for it: conflicts settled, canaries attached, fallback chosen.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Handling } from '../policies/handling.ts'
import { conditionsKey } from '../policies/routing/match-conditions.ts'
import { rulePathText } from '../routing/rule-path.ts'
import type { HostRoutes, Route } from '../routing/table.ts'
import { attachCanaries } from './attach-canaries.ts'
import type { HostContribution, HostInput } from './collect-hosts.ts'
import { sayAbout } from './findings.ts'
import { type UnifyHost, unifyHost } from './host-wide.ts'
import { type HostPlan, type PathPlan, withoutRewrite } from './plan-ingress.ts'
import { describeOrigin, hostText, originOf, type PlannedRoute } from './planned-route.ts'
import { reportPassthrough } from './report-passthrough.ts'
import { reportShadowed } from './report-shadowed.ts'
import { sayBackend } from './say-backend.ts'
import { varyBackend } from './vary-upstream.ts'

/** The routes of one host, and what is to be said about how they came about. */
export interface CompiledHost {
  readonly hostRoutes: HostRoutes
  readonly diagnostics: readonly Diagnostic[]
}

/** Compiles one host. The same input gives the same result. `unclaimed`: how requests are treated that no Ingress takes. */
export function compileHost(input: HostInput, unclaimed: Handling): CompiledHost {
  const diagnostics: Diagnostic[] = []
  const planned = new Map<string, PlannedRoute>()
  const unify = unifyHost(input.mains, diagnostics)
  for (const main of input.mains) addRoutes(main, unify, planned, diagnostics)
  const fallback = chooseFallback(input, unify, diagnostics)
  reportShadowed(planned, diagnostics)
  const routes = attachCanaries([...planned.values()], fallback, input.canaries, diagnostics)
  reportPassthrough(input, routes, diagnostics)
  const { host, hasTls } = input
  const root = fallback === undefined ? rootRedirectOf(input, unify, unclaimed) : undefined
  const all = root === undefined ? routes : { ...routes, routes: [...routes.routes, root] }
  return { hostRoutes: { host, hasTls, ...all }, diagnostics }
}

/**
 * app-root is about the path / even where no rule takes it. Named hosts have a fallback that says so; requests that no
 * host claims have none, and but for that one path they stay unclaimed.
 */
function rootRedirectOf({ mains }: HostInput, unify: UnifyHost, unclaimed: Handling): Route | undefined {
  const main = mains.find(({ hostPlan }) => hostPlan.plan.annotations.hostWide.includes('appRoot'))
  const takesRoot = ({ hostPlan }: HostContribution) =>
    conditionsOf(hostPlan) === '' &&
    hostPlan.paths.some(({ kind, path }) => kind !== 'regex' && rulePathText(path) === '/')
  if (main === undefined || mains.some(takesRoot)) return undefined
  const { hostPlan } = main
  const { meta } = hostPlan.plan.ingress
  return {
    id: `${meta.namespace}/${meta.name} ${hostText(hostPlan.host)} app-root`,
    host: hostPlan.host,
    path: '/',
    kind: 'exact',
    backend: undefined,
    canaries: [],
    errorBackends: undefined,
    ...unify(main, unclaimed),
    origin: originOf(hostPlan, meta.place),
  }
}

function addRoutes(
  main: HostContribution,
  unify: UnifyHost,
  planned: Map<string, PlannedRoute>,
  diagnostics: Diagnostic[],
): void {
  const { hostPlan, backends } = main
  const say = sayAbout(hostPlan.plan.object, diagnostics)
  for (const [index, path] of hostPlan.paths.entries()) {
    const text = path.kind === 'regex' ? path.path : rulePathText(path.path)
    const key = `${conditionsOf(hostPlan)}${path.kind} ${text}`
    const winner = planned.get(key)
    if (winner !== undefined) {
      say(
        'error',
        'path-conflict',
        path.place,
        `path ${path.path}: ${pathTypeText(path)} is taken on ${hostText(hostPlan.host)} by ${describeOrigin(winner.route.origin)}; this one is not served`,
      )
      continue
    }
    sayBackend(backends[index]!, `path ${path.path}`, path.backend.place, say)
    planned.set(key, { route: routeOf(main, unify, path, index), path })
  }
}

/** In front of a path's key, so that `/foo/` still stands beside `/foo`. */
function conditionsOf({ plan }: HostPlan): string {
  return conditionsKey(plan.annotations.handling.policies.matchConditions)
}

function routeOf(main: HostContribution, unify: UnifyHost, path: PathPlan, index: number): Route {
  const { hostPlan, backends, errorBackends } = main
  const { ingress, annotations } = hostPlan.plan
  return {
    id: `${ingress.meta.namespace}/${ingress.meta.name} ${hostText(hostPlan.host)}${path.path} ${path.pathType}`,
    host: hostPlan.host,
    path: path.path,
    kind: path.kind,
    backend: varyBackend(backends[index]!.backend, annotations.upstreamVariant),
    canaries: [],
    errorBackends,
    ...unify(main, path.handling),
    origin: originOf(hostPlan, path.place),
  }
}

/**
 * The oldest default backend, under its own Ingress's policies; without one the table's default under those of the
 * host's first Ingress, so that an unmatched path of a guarded host is guarded too (ingress-nginx). Hosts that nothing
 * claims have no first Ingress to follow: their fallback is a default backend or none. An Ingress whose rules have conditions
 * speaks for a host only where there is no other.
 */
function chooseFallback(input: HostInput, unify: UnifyHost, diagnostics: Diagnostic[]): Route | undefined {
  let chosen: HostContribution | undefined
  for (const main of input.mains) {
    const { fallback: plan, plan: ingressPlan } = main.hostPlan
    if (plan === undefined || main.fallback === undefined) continue
    const say = sayAbout(ingressPlan.object, diagnostics)
    if (chosen === undefined) {
      chosen = main
      sayBackend(main.fallback, 'default backend', plan.place, say)
    } else if (chosen.fallback !== main.fallback) {
      const winner = describeOrigin(originOf(chosen.hostPlan, chosen.hostPlan.fallback!.place))
      say(
        'error',
        'path-conflict',
        plan.place,
        `default backend: ${hostText(input.host)} has that of ${winner}; this one is not served there`,
      )
    }
  }
  const isPlain = ({ hostPlan }: HostContribution) => conditionsOf(hostPlan) === ''
  const first = input.mains.find(isPlain) ?? input.mains[0]
  const source = chosen ?? (input.host === '' ? undefined : first)
  return source && fallbackOf(source, unify)
}

function fallbackOf(main: HostContribution, unify: UnifyHost): Route {
  const { hostPlan, fallback, errorBackends } = main
  const { ingress, annotations } = hostPlan.plan
  return {
    id: `${ingress.meta.namespace}/${ingress.meta.name} ${hostText(hostPlan.host)} default backend`,
    host: hostPlan.host,
    path: '/',
    kind: 'prefix',
    backend: fallback && varyBackend(fallback.backend, annotations.upstreamVariant),
    canaries: [],
    errorBackends,
    ...unify(main, withoutRewrite(annotations.handling)),
    origin: originOf(hostPlan, hostPlan.fallback?.place ?? ingress.meta.place),
  }
}

function pathTypeText({ kind, pathType }: PathPlan): string {
  return kind === 'regex'
    ? 'the same regex'
    : `the same path with pathType ${pathType === 'Exact' ? 'Exact' : 'Prefix'}`
}
