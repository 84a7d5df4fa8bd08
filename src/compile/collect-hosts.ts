// Brings together what all Ingresses ask for one host. Ordinary Ingresses make a host; canaries only join one.
import type { Backend, ErrorBackends } from '../routing/table.ts'
import type { ResolvedBackend } from './describe-backend.ts'
import { errorBackendsOf, resolveStandIn } from './error-backends.ts'
import type { HostPlan, IngressPlan } from './plan-ingress.ts'
import type { BackendResolver } from './resolve-backends.ts'

/** The share of one Ingress in a host, with its backends looked up. */
export interface HostContribution {
  readonly hostPlan: HostPlan
  /** One per path of the plan. */
  readonly backends: readonly ResolvedBackend[]
  readonly fallback: ResolvedBackend | undefined
  readonly errorBackends: ErrorBackends | undefined
}

/** Everything that goes into one host, oldest Ingress first. */
export interface HostInput {
  readonly host: string
  readonly hasTls: boolean
  readonly mains: HostContribution[]
  readonly canaries: HostContribution[]
}

/** Inputs by host, and the canaries whose host no ordinary Ingress serves. */
export interface CollectedHosts {
  readonly inputs: ReadonlyMap<string, HostInput>
  readonly lonelyCanaries: readonly HostPlan[]
}

/**
 * Sorts the plans (oldest first) by host. `tlsHosts`: rule hosts that have a certificate entry. `defaultBackend`: that of the
 * whole table.
 */
export function collectHosts(
  plans: readonly IngressPlan[],
  tlsHosts: ReadonlySet<string>,
  resolver: BackendResolver,
  defaultBackend: Backend | undefined,
): CollectedHosts {
  const inputs = new Map<string, HostInput>()
  const lonelyCanaries: HostPlan[] = []
  const canaryPlans: HostPlan[] = []
  for (const plan of plans) {
    for (const hostPlan of plan.hosts) {
      if (plan.annotations.canary.enabled) {
        canaryPlans.push(hostPlan)
        continue
      }
      const { host } = hostPlan
      const contribution = contribute(hostPlan, resolver, defaultBackend)
      const input = inputs.get(host)
      if (input !== undefined) input.mains.push(contribution)
      else inputs.set(host, { host, hasTls: tlsHosts.has(host), mains: [contribution], canaries: [] })
    }
  }
  for (const hostPlan of canaryPlans) {
    const input = inputs.get(hostPlan.host)
    if (input === undefined) lonelyCanaries.push(hostPlan)
    else input.canaries.push(contribute(hostPlan, resolver, defaultBackend))
  }
  return { inputs, lonelyCanaries }
}

function contribute(
  hostPlan: HostPlan,
  resolver: BackendResolver,
  defaultBackend: Backend | undefined,
): HostContribution {
  const { plan, paths, fallback } = hostPlan
  let last: ResolvedBackend | undefined
  let lastKey: string | undefined
  const backends = paths.map(({ backend }) => {
    // Neighbouring paths mostly lead to one Service; looking it up once halves the time of an unchanged compile.
    if (last === undefined || backend.key !== lastKey) last = resolver.resolve(backend)
    lastKey = backend.key
    return last
  })
  const errorBackends = errorBackendsOf(plan, resolveStandIn(plan, resolver), defaultBackend)
  return { hostPlan, backends, fallback: fallback && resolver.resolve(fallback), errorBackends }
}

/** Whether two inputs are made of the same objects, so that they compile to the same host. */
export function isSameInput(a: HostInput, b: HostInput): boolean {
  return a.hasTls === b.hasTls && areSame(a.mains, b.mains) && areSame(a.canaries, b.canaries)
}

function areSame(a: readonly HostContribution[], b: readonly HostContribution[]): boolean {
  return (
    a.length === b.length && a.every((contribution, index) => isSameContribution(contribution, b[index]!))
  )
}

function isSameContribution(a: HostContribution, b: HostContribution): boolean {
  return (
    a.hostPlan === b.hostPlan &&
    a.fallback === b.fallback &&
    a.errorBackends?.standIn === b.errorBackends?.standIn &&
    a.errorBackends?.pages === b.errorBackends?.pages &&
    a.backends.every((backend, index) => backend === b.backends[index])
  )
}
