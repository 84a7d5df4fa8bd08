// Secret: named byte strings, `stringData` already merged over `data` (core/v1).
import type { Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

/** A read Secret. Its bytes never appear in a message. */
export interface Secret {
  readonly kind: 'Secret'
  readonly meta: ObjectMeta
  /** `kubernetes.io/tls`, `Opaque` (also when absent), … */
  readonly type: string
  /** Decoded, by key; an entry that is no base64 was reported and left out. */
  readonly data: ReadonlyMap<string, { readonly bytes: Buffer; readonly place: Place }>
}
