// The part every Kubernetes object shares: names, labels, annotations and where it was written.
import type { Located, Place } from '../diagnostics/place.ts'

/** `metadata` as far as an ingress proxy needs it (Kubernetes API, meta/v1 ObjectMeta). */
export interface ObjectMeta {
  readonly name: string
  /** `default` when the manifest names none; empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, Located<string>>
  /** Annotations whose values are lists or mappings, and where those stand: reported, and not among `annotations`. */
  readonly annotationsWithoutText: ReadonlyMap<string, Place>
  /** Milliseconds since the epoch; absent in most hand-written manifests. */
  readonly creationTimestampMs: number | undefined
  /** Where the object begins. */
  readonly place: Place
}

/** `namespace/name`, the key under which namespaced objects are found. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`
}
