// Differences for a terminal.
import type { Change, Detail } from '../../comparison/change.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import type { Paint } from '../paint.ts'
import { type ChangeGroup, summaryOf, titleOf } from './group-changes.ts'

const marks = { added: '+', removed: '-', changed: '~' } as const
const colours = { added: 'green', removed: 'red', changed: 'yellow' } as const
/** So many rules of a group are named. */
const namedRules = 5

/** A paragraph for each group, and the summary. */
export function renderText(groups: readonly ChangeGroup[], paint: Paint): string[] {
  return [...groups.flatMap(group => [...linesOf(group, paint), '']), summaryOf(groups)]
}

function linesOf(group: ChangeGroup, paint: Paint): string[] {
  const [first] = group
  const mark = paint(colours[first.kind], marks[first.kind])
  const named = group
    .slice(0, namedRules)
    .map(change => `${mark} ${paint('bold', escapeControls(titleOf(change)))}`)
  const places = group.slice(0, namedRules).map(placesOf)
  const more = group.length - named.length
  return [
    ...named.map((title, index) =>
      places[index] === '' ? title : `${title}  ${paint('dim', escapeControls(places[index]!))}`,
    ),
    ...(more > 0 ? [`${mark} and ${more} more`] : []),
    ...first.details.map(detail => `    ${escapeControls(detailText(detail))}`),
    ...exampleLines(first),
  ]
}

function placesOf({ before, after }: Change): string {
  if (before === undefined || after === undefined) return before ?? after ?? ''
  return before === after ? after : `${before} → ${after}`
}

function detailText({ subject, before, after, beforeAt, afterAt }: Detail): string {
  const [old, now] = [withPlace(before, beforeAt), withPlace(after, afterAt)]
  if (before === '-') return `${subject}: ${now}`
  return after === '-' ? `${subject}: ${old} → none` : `${subject}: ${old} → ${now}`
}

function withPlace(text: string, place: string | undefined): string {
  return place === undefined ? text : `${text} (${place})`
}

function exampleLines({ example }: Change): string[] {
  if (example === undefined) return []
  const { request, before, after } = example
  return [
    `    ${escapeControls(request)}`,
    `      before: ${escapeControls(before)}`,
    `      after:  ${escapeControls(after)}`,
  ]
}
