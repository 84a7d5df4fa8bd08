// Service: a name and its ports, as an Ingress backend sees them (core/v1).
import type { Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

/** A read Service. Ports that failed validation are already reported and left out. */
export interface Service {
  readonly kind: 'Service'
  readonly meta: ObjectMeta
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly ports: readonly ServicePort[]
  /** Only for `type: ExternalName`; no trailing dot. */
  readonly externalName: string | undefined
  /** `None` for a headless Service; nothing is ever sent to it. */
  readonly clusterIp: string | undefined
  /** `sessionAffinity: ClientIP` with its timeout in seconds (1…86400, default 10800); `undefined` for None. */
  readonly clientIpAffinitySeconds: number | undefined
  /** Whether endpoints count that are not ready. Default false. */
  readonly publishNotReadyAddresses: boolean
}

/** One entry of `spec.ports`; rules name it by `port` or `name`. */
export interface ServicePort {
  readonly place: Place
  /** Empty for a single unnamed port. */
  readonly name: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  /** A number, or the name of a container port; the port itself when absent. */
  readonly targetPort: number | string
  /** As written: an IANA service name or a prefixed one such as `kubernetes.io/h2c`. */
  readonly appProtocol: string | undefined
}
