// Puts what was found out about a backend into the words of the rule that names it.
import type { Place } from '../diagnostics/place.ts'
import type { Say } from './findings.ts'
import type { ResolvedBackend } from './resolve-backends.ts'

/** Reports a backend's finding at the rule: `path /cart: Service "cart" does not exist; requests get 503`. */
export function sayBackend({ finding }: ResolvedBackend, what: string, place: Place, say: Say): void {
  if (finding !== undefined) say(finding.severity, finding.code, place, `${what}: ${finding.message}`)
}
