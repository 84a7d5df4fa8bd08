// Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { positionOf } from '../../diagnostics/place.ts'
import { stdinName } from '../../sources/file-set.ts'
import { describeFinding } from './describe-finding.ts'

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

/** One command, on a line of its own: `::error file=a.yaml,line=3,col=5,title=CODE::message`. */
export function renderGithub(diagnostic: Diagnostic): string {
  const properties = [...whereOf(diagnostic), ['title', diagnostic.code]]
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value!)}`).join(',')
  return `::${commands[diagnostic.severity]} ${list}::${escapeData(describeFinding(diagnostic))}`
}

/** What came by standard input is no file of the repository. */
function whereOf({ place }: Diagnostic): (readonly [string, string])[] {
  if (place === undefined || place.document.file === stdinName) return []
  const { file, line, column } = positionOf(place)
  return [
    ['file', file],
    ['line', `${line}`],
    ['col', `${column}`],
  ]
}

function escapeData(text: string): string {
  return escapeControls(text).replaceAll('%', '%25')
}

/** Commas and colons end a property. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
