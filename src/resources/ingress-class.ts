// IngressClass: which controller serves an Ingress, and which class is the default (networking.k8s.io/v1).
import type { ObjectMeta } from './object-meta.ts'

/** A read IngressClass; it belongs to no namespace. */
export interface IngressClass {
  readonly kind: 'IngressClass'
  readonly meta: ObjectMeta
  /** `spec.controller`, such as `k8s.io/ingress-nginx`; empty when missing, which was reported. */
  readonly controller: string
  /** Annotation `ingressclass.kubernetes.io/is-default-class: "true"`. */
  readonly isDefault: boolean
}
