// Which kinds of which API versions are read, and by which reader. Everything else is somebody else's.
import type { Field } from '../diagnostics/field.ts'
import { readConfigMap } from './read-config-map.ts'
import { readEndpointSlice, readEndpoints } from './read-endpoints.ts'
import { readIngress } from './read-ingress.ts'
import { readIngressClass } from './read-ingress-class.ts'
import { readSecret } from './read-secret.ts'
import { readService } from './read-service.ts'
import type { Resource } from './resource.ts'

/** Reads one object of a kind; `undefined` when nothing of it can be used, which was reported. */
export type ReadObject = (object: Field) => Resource | undefined

/** Kind → apiVersion → reader. */
export const kinds: ReadonlyMap<string, ReadonlyMap<string, ReadObject>> = new Map([
  [
    'Ingress',
    new Map<string, ReadObject>([
      ['networking.k8s.io/v1', object => readIngress(object, 'v1')],
      ['networking.k8s.io/v1beta1', object => readIngress(object, 'beta')],
      ['extensions/v1beta1', object => readIngress(object, 'beta')],
    ]),
  ],
  [
    'IngressClass',
    new Map<string, ReadObject>([
      ['networking.k8s.io/v1', readIngressClass],
      ['networking.k8s.io/v1beta1', readIngressClass],
    ]),
  ],
  ['Service', new Map<string, ReadObject>([['v1', readService]])],
  ['Endpoints', new Map<string, ReadObject>([['v1', readEndpoints]])],
  [
    'EndpointSlice',
    new Map<string, ReadObject>([
      ['discovery.k8s.io/v1', readEndpointSlice],
      ['discovery.k8s.io/v1beta1', readEndpointSlice],
    ]),
  ],
  ['Secret', new Map<string, ReadObject>([['v1', readSecret]])],
  ['ConfigMap', new Map<string, ReadObject>([['v1', readConfigMap]])],
])

/**
 * Whether Kubernetes itself owns the group of an apiVersion: only its own groups have no dot or end with `.k8s.io`.
 * In any other group a kind of the same name is another thing (`serving.knative.dev/v1` Service).
 */
export function isKubernetesGroup(apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/')
  const group = slash === -1 ? '' : apiVersion.slice(0, slash)
  return !group.includes('.') || group.endsWith('.k8s.io')
}
