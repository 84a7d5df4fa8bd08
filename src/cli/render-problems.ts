// Findings for a person at a terminal: the contract's line, then the spot in the manifest it is about.
import { type Diagnostic, formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { positionOf } from '../diagnostics/place.ts'
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

function renderExcerpt({ place }: Diagnostic, paint: Paint): string[] {
  if (place === undefined) return []
  const { text } = place.document
  const start = text.lastIndexOf('\n', place.offset - 1) + 1
  const newline = text.indexOf('\n', start)
  const source = text
    .slice(start, newline === -1 ? undefined : newline)
    .replaceAll('\t', ' ')
    .trimEnd()
  if (source === '' || source.length > 160) return []
  const { line, column } = positionOf(place)
  const gutter = `    ${line} | `
  return [
    paint('dim', gutter + source),
    paint('dim', `${' '.repeat(gutter.length - 2)}| ${' '.repeat(column - 1)}^`),
  ]
}
