// The way a message took, as its Via field tells it (RFC 9110 §7.6.3).
import type { FieldLines } from './field-lines.ts'

/** Whether a message has passed the intermediary of this pseudonym (a token; letter case does not matter). */
export function hasPassed(fields: FieldLines, pseudonym: string): boolean {
  const wanted = pseudonym.toLowerCase()
  for (let i = fields.find('via'); i !== -1; i = fields.find('via', i + 1)) {
    const hops = fields
      .value(i)
      .replace(/\([^()]*\)/g, '')
      .toLowerCase()
    if (hops.split(',').some(hop => hop.trim().split(/[ \t]+/)[1] === wanted)) return true
  }
  return false
}
