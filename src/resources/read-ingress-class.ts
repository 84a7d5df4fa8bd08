// IngressClass objects (networking.k8s.io/v1 and v1beta1) → IngressClass.
import type { Field } from '../diagnostics/field.ts'
import { subdomainProblem } from './dns-names.ts'
import type { IngressClass } from './ingress-class.ts'
import { readMeta } from './read-meta.ts'

const objectFields = new Set(['apiVersion', 'kind', 'metadata', 'spec'])
const specFields = new Set(['controller', 'parameters'])
const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class'

/** Reads an IngressClass. `undefined` when it has no name. A missing controller is empty, which is nobody's. */
export function readIngressClass(object: Field): IngressClass | undefined {
  const meta = readMeta(object, { clusterScoped: true, nameProblem: subdomainProblem })
  object.hasFields(objectFields)
  const spec = object.get('spec')
  if (spec.present) spec.hasFields(specFields)
  const controller = spec.get('controller').string() ?? ''
  if (controller === '') spec.warn('field-missing', 'has no controller; a cluster refuses it')
  if (object.failed || meta === undefined) return undefined
  const isDefault = meta.annotations.get(defaultAnnotation)?.value === 'true'
  return { kind: 'IngressClass', meta, controller, isDefault }
}
