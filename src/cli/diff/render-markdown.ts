// Differences for a comment on a change.
import type { Change, Detail } from '../../comparison/change.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { type ChangeGroup, summaryOf, titleOf } from './group-changes.ts'

/** Comments are cut off at 65,536 characters on GitHub; so many rows stay far below. */
const maxRows = 100

/** A table: what, what changes, a request that shows it. */
export function renderMarkdown(groups: readonly ChangeGroup[]): string[] {
  const summary = `**Requests: ${summaryOf(groups)}**`
  if (groups.length === 0) return [summary]
  const rows = groups.slice(0, maxRows).map(rowOf)
  const more = groups.length - rows.length
  return [
    summary,
    '',
    '| | What | Change | For example |',
    '|---|---|---|---|',
    ...rows,
    ...(more > 0 ? ['', `and ${more} more`] : []),
  ]
}

const signs = { added: '➕', removed: '➖', changed: '✏️' } as const

function rowOf([first, ...others]: ChangeGroup): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const details = first.details.map(detailText).join('<br>')
  return `| ${signs[first.kind]} | ${code(titleOf(first))}${more} | ${details} | ${exampleText(first)} |`
}

function detailText({ subject, before, after }: Detail): string {
  if (before === '-') return `${code(subject)} ${code(after)}`
  return after === '-'
    ? `${code(subject)} ~~${code(before)}~~`
    : `${code(subject)} ${code(before)} → ${code(after)}`
}

function exampleText({ example }: Change): string {
  if (example === undefined) return ''
  return `${code(example.request)}<br>${code(example.before)} → ${code(example.after)}`
}

/** As code, whatever it holds: a longer fence than any inside, and nothing that ends a cell. */
function code(text: string): string {
  const plain = escapeControls(text).replaceAll('|', '\\|')
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${plain}${pad}${fence}`
}
