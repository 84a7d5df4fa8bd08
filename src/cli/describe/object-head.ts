// What kubectl's descriptions of many kinds have in common: the head, labels, annotations, events.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { withoutCredentials } from '../../diagnostics/without-credentials.ts'
import type { ObjectMeta } from '../../resources/object-meta.ts'
import { lastAppliedAnnotation } from '../../resources/plain-object.ts'
import type { TabbedText } from './tabbed-text.ts'

/** Longer annotations begin on a line of their own and are cut, as kubectl does. */
const longestAnnotation = 140

/** Name, namespace, labels and annotations, in the order of most kinds. */
export function addHead(text: TabbedText, meta: ObjectMeta): void {
  text.add(0, 'Name:', meta.name)
  text.add(0, 'Namespace:', meta.namespace)
  addLabels(text, meta)
  addAnnotations(text, meta)
}

/** `Labels:`, one `key=value` per line. */
export function addLabels(text: TabbedText, { labels }: ObjectMeta): void {
  text.addList(
    0,
    'Labels:',
    [...labels].sort(byKey).map(([key, value]) => `${key}=${value}`),
  )
}

/** `Annotations:`, one `key: value` per line; kubectl's own record of the object is left out,
 * and so are credentials of URLs. */
export function addAnnotations(text: TabbedText, { annotations }: ObjectMeta): void {
  const shown = [...annotations].filter(([key]) => key !== lastAppliedAnnotation).sort(byKey)
  text.addList(
    0,
    'Annotations:',
    shown.flatMap(([key, { value }]) => annotationLines(key, value)),
  )
}

function annotationLines(key: string, value: string): string[] {
  const trimmed = withoutCredentials(value.replace(/\n$/, ''))
  if (key.length + trimmed.length + 2 <= longestAnnotation && !trimmed.includes('\n'))
    return [`${key}: ${trimmed}`]
  const lines = trimmed.split('\n').map(line => `  ${shorten(line, longestAnnotation - 2)}`)
  return [`${key}:`, ...lines]
}

function shorten(line: string, length: number): string {
  return line.length > length ? `${line.slice(0, length)}...` : line
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** `Events:`: findings about the object, in kubectl's columns; nobody knows since when they hold. */
export function addEvents(text: TabbedText, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return text.add(0, 'Events:', '<none>')
  text.add(0, 'Events:')
  text.add(1, 'Type', 'Reason', 'Age', 'From', 'Message')
  text.add(1, '----', '------', '----', '----', '-------')
  for (const { severity, code, place, message } of diagnostics) {
    const type = severity === 'note' ? 'Normal' : 'Warning'
    const where = place === undefined ? '-' : placeText(place)
    text.add(1, type, code, '<unknown>', where, withoutCredentials(message))
  }
}
