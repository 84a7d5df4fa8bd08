// Keys that nobody reads: in a file of expectations each would be a claim that is never checked.
import type { Field } from '../diagnostics/field.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'

/** Reports each key that is not one of `known`; names the nearest. Absent is fine. */
export function checkKeys(field: Field, known: readonly string[]): void {
  for (const [key, value] of field.entries()) {
    if (known.includes(key)) continue
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean "${nearest}"?`
    value.fail('field-unknown', `is not known here (${hint})`)
  }
}
