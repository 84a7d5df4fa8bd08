// The kinds Portico reads, as one type.
import type { ConfigMap } from './config-map.ts'
import type { EndpointSlice, Endpoints } from './endpoints.ts'
import type { Ingress } from './ingress.ts'
import type { IngressClass } from './ingress-class.ts'
import type { Secret } from './secret.ts'
import type { Service } from './service.ts'

/** An object of a kind that is read; `kind` tells them apart. */
export type Resource = Ingress | IngressClass | Service | Endpoints | EndpointSlice | Secret | ConfigMap
