// Findings in the order a reader works through them, and how many of each severity there are.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { positionOf } from '../diagnostics/place.ts'

/** Sorted by file, line and column; those without a file first. The order of equals is kept. */
export function byPosition(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const placed = diagnostics.map(diagnostic => ({
    diagnostic,
    position:
      diagnostic.place === undefined ? { file: '', line: 0, column: 0 } : positionOf(diagnostic.place),
  }))
  placed.sort(({ position: a }, { position: b }) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1
    return a.line - b.line || a.column - b.column
  })
  return placed.map(({ diagnostic }) => diagnostic)
}

/** Errors before warnings before notes, each by position: for lists that are cut. */
export function bySeverity(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const ranks = { error: 0, warning: 1, note: 2 }
  return byPosition(diagnostics).sort((a, b) => ranks[a.severity] - ranks[b.severity])
}

/** How many findings there are of each severity. */
export function countSeverities(diagnostics: readonly Diagnostic[]): {
  errors: number
  warnings: number
  notes: number
} {
  const count = { errors: 0, warnings: 0, notes: 0 }
  for (const { severity } of diagnostics) count[`${severity}s`]++
  return count
}

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
