// The change that made the table that serves, and how many findings there are.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ServedChange } from '../sources.ts'
import { rounded } from './rounded.ts'
import type { AppliedView, ProblemCounts } from './types.ts'

/** Counted once for each list of findings. */
const counted = new WeakMap<readonly Diagnostic[], ProblemCounts>()

/** How many findings there are of each severity. */
export function problemCounts(diagnostics: readonly Diagnostic[]): ProblemCounts {
  const known = counted.get(diagnostics)
  if (known !== undefined) return known
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of diagnostics) counts[severity]++
  counted.set(diagnostics, counts)
  return counts
}

/** A change, as the API shows it. */
export function appliedView(change: ServedChange): AppliedView {
  const { generation, time, durationMs, changedFiles, routes, diagnostics } = change
  // The first change is about every file there is.
  const files = changedFiles.slice(0, 100)
  return {
    generation,
    time,
    durationMs: rounded(durationMs),
    changedFiles: files,
    routes,
    problems: problemCounts(diagnostics),
  }
}
