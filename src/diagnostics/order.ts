// Findings in the order a reader works through them, and how many of each severity there are.
import type { Diagnostic } from './diagnostic.ts'
import { positionOf } from './place.ts'

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
