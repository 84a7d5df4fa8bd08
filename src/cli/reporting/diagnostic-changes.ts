// What is new among the findings after a reload: a finding already told is not told again.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'

/** How the findings of a reload differ from those before it. */
export interface DiagnosticChanges {
  readonly appeared: readonly Diagnostic[]
  readonly resolvedCount: number
}

/** Gives what changed since the previous call. A finding that only moved to another line counts as the same. */
export function createDiagnosticChanges(): (diagnostics: readonly Diagnostic[]) => DiagnosticChanges {
  let previous = new Map<string, number>()
  return diagnostics => {
    const remaining = previous
    previous = new Map()
    const appeared: Diagnostic[] = []
    for (const diagnostic of diagnostics) {
      const key = identity(diagnostic)
      previous.set(key, (previous.get(key) ?? 0) + 1)
      const known = remaining.get(key) ?? 0
      if (known === 0) appeared.push(diagnostic)
      else remaining.set(key, known - 1)
    }
    const resolvedCount = [...remaining.values()].reduce((sum, count) => sum + count, 0)
    return { appeared, resolvedCount }
  }
}

function identity(diagnostic: Diagnostic): string {
  const file = diagnostic.place?.document.file ?? ''
  return [file, diagnostic.severity, diagnostic.code, diagnostic.object, diagnostic.message].join('\n')
}
