// Endpoints and EndpointSlice: the addresses behind a Service (core/v1, discovery.k8s.io/v1 and v1beta1).
import type { ObjectMeta } from './object-meta.ts'

/** The addresses of the Service that has the same namespace and name. Not added to those of slices, which go first. */
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

/** A port of a subset or slice. Service ports find theirs by name, for target ports differ from pod to pod. */
export interface EndpointPort {
  /** The Service port's name; empty when that is unnamed. */
  readonly name: string
  /** `undefined` (slices only) means every port. */
  readonly port: number | undefined
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  /** As written: an IANA service name or a prefixed one such as `kubernetes.io/h2c`. */
  readonly appProtocol: string | undefined
}

/** Some of the addresses of a Service; all slices of a Service together are its endpoints. */
export interface EndpointSlice {
  readonly kind: 'EndpointSlice'
  readonly meta: ObjectMeta
  /** From the label `kubernetes.io/service-name`; a slice without it belongs to no Service and was reported. */
  readonly serviceName: string
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly SliceEndpoint[]
  readonly ports: readonly EndpointPort[]
}

/** One backend of a slice; its addresses all lead to it (Kubernetes API, discovery/v1 Endpoint). */
export interface SliceEndpoint {
  readonly addresses: readonly string[]
  /** `conditions.ready`; unknown counts as ready. */
  readonly ready: boolean
  /** `conditions.serving`; unknown counts as ready does. */
  readonly serving: boolean
  /** `conditions.terminating`; unknown counts as no. */
  readonly terminating: boolean
}
