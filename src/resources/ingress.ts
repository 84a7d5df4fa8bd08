// Ingress: hosts and paths on one side, Services on the other (networking.k8s.io/v1; both beta forms are read into it).
import type { Located, Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

/** A read and validated Ingress. Parts that failed validation are already reported and left out. */
export interface Ingress {
  readonly kind: 'Ingress'
  readonly meta: ObjectMeta
  readonly className: Located<string> | undefined
  readonly defaultBackend: IngressBackend | undefined
  readonly tls: readonly IngressTls[]
  readonly rules: readonly IngressRule[]
}

/** One entry of `spec.tls`: the Secret, in the namespace of the Ingress, with the certificate for some hosts. */
export interface IngressTls {
  readonly place: Place
  /** Lower case; may be empty, which means the default certificate. */
  readonly hosts: readonly Located<string>[]
  readonly secretName: Located<string> | undefined
}

/** One entry of `spec.rules`: the paths of one host. */
export interface IngressRule {
  readonly place: Place
  /** Lower case; `foo.com`, `*.foo.com`, or empty for a rule without host. */
  readonly host: string
  /** `undefined` when the rule has no `http`: all its traffic goes to the default backend. */
  readonly paths: readonly IngressPath[] | undefined
}

/** How a path is compared with that of a request (Kubernetes API, networking/v1 PathType). */
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

/** One path of a rule and the backend behind it. */
export interface IngressPath {
  readonly place: Place
  /** As written; an empty or absent path is `/`. */
  readonly path: string
  /** ImplementationSpecific when a manifest names none, which in v1 was reported. */
  readonly pathType: PathType
  readonly backend: IngressBackend
}

/** `service` or `resource`, exactly one of them. */
export interface IngressBackend {
  readonly place: Place
  readonly service: ServiceBackend | undefined
  /** `resource` backends are valid in the API and supported by no proxy we follow; kept so that compile can say so. */
  readonly resource: { readonly kind: string; readonly name: string } | undefined
}

/** A Service, in the namespace of the Ingress, and one of its ports. */
export interface ServiceBackend {
  readonly name: string
  /** A string of digits is a name (Kubernetes IntOrString). */
  readonly port: ServicePortReference
}

/** A Service port by its number (`port`, not `targetPort`) or by its name. */
export type ServicePortReference = { readonly number: number } | { readonly name: string }
