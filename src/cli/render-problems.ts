// Findings for a person at a terminal: the contract's line, then the spot in the manifest it is about.
import { type Diagnostic, formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { renderExcerpt } from './excerpt.ts'
import type { Paint } from './paint.ts'

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** One line per finding, the first `excerptCount` of them followed by their line of the manifest and a caret. */
export function renderProblems(
  diagnostics: readonly Diagnostic[],
  excerptCount: number,
  paint: Paint,
): string[] {
  return diagnostics.flatMap((diagnostic, index) => [
    renderLine(diagnostic, paint),
    ...(index < excerptCount ? renderExcerpt(diagnostic, paint) : []),
  ])
}

function renderLine(diagnostic: Diagnostic, paint: Paint): string {
  const marker = ` ${diagnostic.severity} `
  return formatDiagnostic(diagnostic).replace(marker, () => paint(colours[diagnostic.severity], marker))
}
