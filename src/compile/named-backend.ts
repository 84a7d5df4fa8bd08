// A Service port as an Ingress names it, with the keys it is looked up by. Keys are made once: building them anew for
// 10,000 Ingresses at every change took longer than everything else.
import type { ServicePortReference } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'

/** Keeps what is kept of a Service's address apart from what is kept of its endpoints; no port has a blank. */
export const addressMark = ' address'

/** A Service port that a manifest or a flag names. */
export interface NamedBackend {
  readonly namespace: string
  readonly service: string
  readonly port: ServicePortReference
  /** The Service's own address is wanted instead of its endpoints (service-upstream). */
  readonly byAddress: boolean
  /** `namespace/name` of the Service. */
  readonly serviceKey: string
  /** Equal for backends that name the same port in the same words. */
  readonly key: string
}

/** Names a Service port. */
export function nameBackend(
  namespace: string,
  service: string,
  port: ServicePortReference,
  byAddress = false,
): NamedBackend {
  const serviceKey = objectKey(namespace, service)
  const portKey = 'number' in port ? `${port.number}` : `name ${port.name}`
  const key = `${serviceKey}:${portKey}${byAddress ? addressMark : ''}`
  return { namespace, service, port, byAddress, serviceKey, key }
}
