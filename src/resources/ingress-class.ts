// IngressClass: which controller serves an Ingress, and which class is the default (networking.k8s.io/v1).
import type { ObjectMeta } from './object-meta.ts'

export interface IngressClass {
  readonly kind: 'IngressClass'
  readonly meta: ObjectMeta
  readonly controller: string
  /** Annotation `ingressclass.kubernetes.io/is-default-class: "true"`. */
  readonly isDefault: boolean
}
