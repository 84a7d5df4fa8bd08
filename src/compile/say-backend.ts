// Puts what was found out about a backend into the words of the rule that names it.
import type { Place } from '../diagnostics/place.ts'
import type { BackendFinding, ResolvedBackend } from './describe-backend.ts'
import type { Say } from './findings.ts'

/**
 * Reports a backend's finding at the rule: `path /cart: Service "cart" does not exist; requests get 503`. `otherwise`
 * says what becomes of requests that the backend does not serve.
 */
export function sayBackend(
  { finding }: ResolvedBackend,
  what: string,
  place: Place,
  say: Say,
  otherwise = 'requests get 503',
): void {
  if (finding === undefined) return
  say(finding.severity, finding.code, place, `${what}: ${describeFinding(finding, otherwise)}`)
}

/** What is wrong with a backend, what follows, and how to mend it. */
export function describeFinding({ problem, isServed, hint }: BackendFinding, otherwise: string): string {
  return [problem, isServed ? '' : otherwise, hint].filter(part => part !== '').join('; ')
}
