// How many more intermediaries an OPTIONS request may pass (RFC 9110 §7.6.2). Other methods carry the field through.
import { FieldKind } from './field-kind.ts'
import type { FieldLines } from './field-lines.ts'

/** Intermediaries left; `invalid` is what is not one decimal number: nobody could count it down. */
export type MaxForwards = number | 'unlimited' | 'invalid'

/** What the Max-Forwards lines of a message say. */
export function readMaxForwards(fields: FieldLines): MaxForwards {
  const index = fields.findKind(FieldKind.maxForwards)
  if (index === -1) return 'unlimited'
  const value = fields.value(index)
  if (fields.findKind(FieldKind.maxForwards, index + 1) !== -1 || !/^[0-9]+$/.test(value)) return 'invalid'
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER)
}
