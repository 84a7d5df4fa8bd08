// For commands that show objects: that there are some they can not show.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { problemSummary } from '../diagnostic-order.ts'

/** Says on standard error that reading found errors, if it did: an object may be missing from what is shown. */
export function reportUnread(diagnostics: readonly Diagnostic[]): void {
  const problems = problemSummary(diagnostics.filter(({ severity }) => severity === 'error'))
  if (problems !== '') process.stderr.write(`${problems}\n`)
}
