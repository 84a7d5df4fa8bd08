// ConfigMap: named strings (core/v1). `binaryData` is not kept: nothing here reads it.
import type { Located, Place } from '../diagnostics/place.ts'
import type { ObjectMeta } from './object-meta.ts'

/** A read ConfigMap; an entry that is no string was reported, and taken by its text where it has one. */
export interface ConfigMap {
  readonly kind: 'ConfigMap'
  readonly meta: ObjectMeta
  readonly data: ReadonlyMap<string, Located<string>>
  /** Keys whose values are lists or mappings, and where those stand: reported, and not in `data`. */
  readonly keysWithoutText: ReadonlyMap<string, Place>
}
