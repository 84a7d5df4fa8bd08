// Service: a name and its ports, as an Ingress backend sees them (core/v1).
import type { Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

export interface Service {
  readonly kind: 'Service'
  readonly meta: ObjectMeta
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly ports: readonly ServicePort[]
  /** Only for `type: ExternalName`; no trailing dot. */
  readonly externalName: string | undefined
  readonly clusterIp: string | undefined
  /** `sessionAffinity: ClientIP` with its timeout in seconds (1…86400, default 10800); `undefined` for None. */
  readonly clientIpAffinitySeconds: number | undefined
  readonly publishNotReadyAddresses: boolean
}

export interface ServicePort {
  readonly place: Place
  /** Empty for a single unnamed port. */
  readonly name: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  /** A number, or the name of a container port; the port itself when absent. */
  readonly targetPort: number | string
  readonly appProtocol: string | undefined
}
