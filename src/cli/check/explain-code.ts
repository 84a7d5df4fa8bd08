// `portico check --explain-code`: the page of a diagnostic code, from docs/diagnostics/, for a terminal.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagnosticCodes, isDiagnosticCode } from '../../diagnostics/codes.ts'
import { nearestName } from '../../diagnostics/nearest-name.ts'
import { createPaint, type Paint } from '../paint.ts'
import { UsageError } from '../usage-error.ts'

/** Beside `src/` in a checkout, beside `dist/` in the package. */
const pages = join(import.meta.dirname, '..', '..', '..', 'docs', 'diagnostics')

/** Prints what a code means, an example and how to mend it; gives 0. Throws `UsageError` for an unknown code. */
export function explainCode(code: string): number {
  process.stdout.write(renderPage(readPage(code), createPaint(process.stdout)))
  return 0
}

/** The page of a code in Markdown. Throws `UsageError` for an unknown code, with the nearest. */
export function readPage(code: string): string {
  if (isDiagnosticCode(code)) return readFileSync(join(pages, `${code}.md`), 'utf8')
  const nearest = nearestName(code, Object.keys(diagnosticCodes))
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`
  throw new UsageError(`there is no code "${code}"${hint}`)
}

/** Markdown as text to read: headings and code by their place, links by their words, without comments. */
export function renderPage(markdown: string, paint: Paint): string {
  const lines: string[] = []
  let isCode = false
  for (const line of markdown.replace(/<!--[\s\S]*?-->\n*/g, '').split('\n')) {
    if (line.startsWith('```')) isCode = !isCode
    else if (isCode) lines.push(line === '' ? '' : `    ${line}`)
    else lines.push(renderLine(line, paint))
  }
  return lines.join('\n')
}

function renderLine(line: string, paint: Paint): string {
  if (line.startsWith('#')) return paint('bold', line.replace(/^#+ /, ''))
  return line.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('**', '')
}
