// How many findings of each severity there are, in words.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { countSeverities } from '../diagnostics/order.ts'

/** `2 errors, 1 warning`; empty when there are none. */
export function severitySummary(diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings, notes } = countSeverities(diagnostics)
  const parts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(notes, 'note')]
  return parts.filter(part => !part.startsWith('0 ')).join(', ')
}

/** For commands that are about something else: `1 error, 2 warnings; …`, and where to see them. Empty when there are none. */
export function problemSummary(diagnostics: readonly Diagnostic[]): string {
  const problems = severitySummary(diagnostics.filter(({ severity }) => severity !== 'note'))
  return problems === '' ? '' : `${problems}; \`portico check\` shows them`
}

/** `1 route`, `2 routes`, `1 Ingress`, `2 Ingresses`. */
export function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`
  return `${count} ${noun}${noun.endsWith('s') ? 'es' : 's'}`
}
