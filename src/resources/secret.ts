// Secret: named byte strings, `stringData` already merged over `data` (core/v1).
import type { Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

export interface Secret {
  readonly kind: 'Secret'
  readonly meta: ObjectMeta
  /** `kubernetes.io/tls`, `Opaque` (also when absent), … */
  readonly type: string
  readonly data: ReadonlyMap<string, { readonly bytes: Buffer; readonly place: Place }>
}
