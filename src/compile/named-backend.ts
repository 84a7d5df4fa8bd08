// A Service port as an Ingress names it, with the keys it is looked up by. Keys are made once: building them anew for
// 10,000 Ingresses at every change took longer than everything else.
import type { ServicePortReference } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'

/** A Service port that a manifest or a flag names. */
export interface NamedBackend {
  readonly namespace: string
  readonly service: string
  readonly port: ServicePortReference
  /** `namespace/name` of the Service. */
  readonly serviceKey: string
  /** Equal for backends that name the same port in the same words. */
  readonly key: string
}

/** Names a Service port. */
export function nameBackend(namespace: string, service: string, port: ServicePortReference): NamedBackend {
  const serviceKey = objectKey(namespace, service)
  const portKey = 'number' in port ? `${port.number}` : `name ${port.name}`
  return { namespace, service, port, serviceKey, key: `${serviceKey}:${portKey}` }
}
