// The line of a manifest that a finding is about, for a terminal: with a caret below the spot.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { excerptOf } from '../diagnostics/excerpt.ts'
import type { Paint } from './paint.ts'
import { textWidth } from './text-width.ts'

/** The line and the caret, ready to print; nothing when there is no line to show, or one that must not be shown. */
export function renderExcerpt(diagnostic: Diagnostic, paint: Paint): string[] {
  const excerpt = excerptOf(diagnostic)
  if (excerpt === undefined) return []
  const { line, text, spot } = excerpt
  const gutter = `    ${line} | `
  return [
    paint('dim', gutter + text),
    paint('dim', `${' '.repeat(gutter.length - 2)}| ${' '.repeat(textWidth(text.slice(0, spot)))}^`),
  ]
}
