// Everything the sources hold at one moment, indexed the way compile asks for it. A snapshot: never changed, only replaced.
import type { ConfigMap } from './config-map.ts'
import type { EndpointSlice, Endpoints } from './endpoints.ts'
import type { Ingress } from './ingress.ts'
import type { IngressClass } from './ingress-class.ts'
import type { Secret } from './secret.ts'
import type { Service } from './service.ts'

/** Keys are `namespace/name` unless said otherwise. Unchanged objects keep their identity from snapshot to snapshot. */
export interface ResourceSet {
  /** In source order: by file path, then position. */
  readonly ingresses: readonly Ingress[]
  /** By name (cluster-scoped). */
  readonly ingressClasses: ReadonlyMap<string, IngressClass>
  readonly services: ReadonlyMap<string, Service>
  readonly endpoints: ReadonlyMap<string, Endpoints>
  /** By `namespace/service`. */
  readonly endpointSlices: ReadonlyMap<string, readonly EndpointSlice[]>
  readonly secrets: ReadonlyMap<string, Secret>
  readonly configMaps: ReadonlyMap<string, ConfigMap>
  /** Kinds that were read past, with how many of each: `Deployment` → 3. */
  readonly otherKinds: ReadonlyMap<string, number>
}
