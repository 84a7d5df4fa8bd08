// The same Service port under other policies: an Ingress that sets policies of backends (protocol, balancing) gets upstreams
// of its own, with turns, stays and connections apart from those of others.
import { createHash } from 'node:crypto'
import {
  defaultUpstreamPolicies,
  type RoutePolicies,
  type UpstreamPolicies,
  upstreamPolicies,
} from '../policies/all.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'
import type { Backend, Upstream } from '../routing/table.ts'

/** The policies of backends that an Ingress sets itself. */
export interface UpstreamVariant {
  /** Equal for equal policies. */
  readonly key: string
  readonly policies: Partial<UpstreamPolicies>
}

/** What an Ingress says about its backends; `undefined` when it says nothing. `isWanted` leaves policies out. */
export function upstreamVariantOf(
  policies: RoutePolicies,
  isWanted: (policy: AnyPolicy) => boolean = () => true,
): UpstreamVariant | undefined {
  const own = (upstreamPolicies as readonly AnyPolicy[]).filter(policy => {
    const name = policy.name as keyof UpstreamPolicies
    return isWanted(policy) && policies[name] !== defaultUpstreamPolicies[name]
  })
  if (own.length === 0) return undefined
  const entries = own.map(({ name }) => [name, policies[name as keyof UpstreamPolicies]] as const)
  const key = createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 12)
  return { key, policies: Object.fromEntries(entries) }
}

/** By the upstream it is made from, so that unchanged manifests keep their objects. */
const variants = new WeakMap<Upstream, Map<string, Upstream>>()

/** The upstream under the policies of a variant; the same object for the same arguments. */
function varyUpstream(upstream: Upstream, variant: UpstreamVariant | undefined): Upstream {
  if (variant === undefined) return upstream
  const known = variants.get(upstream) ?? new Map<string, Upstream>()
  variants.set(upstream, known)
  let varied = known.get(variant.key)
  if (varied === undefined) {
    const policies = { ...upstream.policies, ...variant.policies }
    varied = { ...upstream, key: `${upstream.key} ${variant.key}`, policies }
    known.set(variant.key, varied)
  }
  return varied
}

/** By the backend they are made from, so that unchanged manifests keep their objects. */
const variedBackends = new WeakMap<Backend, Map<string, Backend>>()

/** A backend with its upstream under the policies of a variant; the same object for the same arguments. */
export function varyBackend(backend: Backend, variant: UpstreamVariant | undefined): Backend {
  if (variant === undefined || backend.upstream === undefined) return backend
  const known = variedBackends.get(backend) ?? new Map<string, Backend>()
  variedBackends.set(backend, known)
  let varied = known.get(variant.key)
  if (varied === undefined) {
    varied = { ...backend, upstream: varyUpstream(backend.upstream, variant) }
    known.set(variant.key, varied)
  }
  return varied
}
