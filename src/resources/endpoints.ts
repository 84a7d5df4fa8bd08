// Endpoints and EndpointSlice: the addresses behind a Service (core/v1, discovery.k8s.io/v1 and v1beta1).
import type { ObjectMeta } from './object-meta.ts'

export interface Endpoints {
  readonly kind: 'Endpoints'
  readonly meta: ObjectMeta
  readonly subsets: readonly EndpointSubset[]
}

/** The full cross product of its addresses and ports. */
export interface EndpointSubset {
  readonly addresses: readonly string[]
  readonly notReadyAddresses: readonly string[]
  readonly ports: readonly EndpointPort[]
}

export interface EndpointPort {
  /** The Service port's name; empty when that is unnamed. */
  readonly name: string
  /** `undefined` (slices only) means every port. */
  readonly port: number | undefined
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly appProtocol: string | undefined
}

export interface EndpointSlice {
  readonly kind: 'EndpointSlice'
  readonly meta: ObjectMeta
  /** From the label `kubernetes.io/service-name`; a slice without it belongs to no Service and was reported. */
  readonly serviceName: string
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly SliceEndpoint[]
  readonly ports: readonly EndpointPort[]
}

export interface SliceEndpoint {
  readonly addresses: readonly string[]
  /** `conditions.ready`; unknown counts as ready. */
  readonly ready: boolean
  /** `conditions.serving`; unknown counts as ready does. */
  readonly serving: boolean
  readonly terminating: boolean
}
