// The line of a manifest that a finding is about, with a caret below the spot. What stands in a Secret is never shown, nor are
// credentials of URLs, and no character of a manifest moves the terminal's cursor.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { positionOf, type SourceDocument } from '../diagnostics/place.ts'
import type { Paint } from './paint.ts'
import { textWidth } from './text-width.ts'

/** Of a longer line the part around the spot is shown. UTF-16 units. */
const maxLength = 120

/** The line and the caret, ready to print; nothing when there is no line to show, or one that must not be shown. */
export function renderExcerpt(diagnostic: Diagnostic, paint: Paint): string[] {
  if (diagnostic.place === undefined) return []
  const { document, offset } = diagnostic.place
  const line = lineAround(document.text, offset)
  const { shown, spot } = partAround(withoutCredentials(line.text), offset - line.start)
  if (shown.trim() === '' || maySpill(diagnostic, line.text)) return []
  const gutter = `    ${positionOf(diagnostic.place).line} | `
  const before = harmless(shown.slice(0, spot))
  return [
    paint('dim', gutter + before + harmless(shown.slice(spot))),
    paint('dim', `${' '.repeat(gutter.length - 2)}| ${' '.repeat(textWidth(before))}^`),
  ]
}

/** As long as before, so that the caret stays below its spot. */
function withoutCredentials(line: string): string {
  return line.replace(/(?<=\/\/)[^/?#@\s"']+(?=@)/g, credentials => '*'.repeat(credentials.length))
}

function lineAround(text: string, offset: number): { readonly text: string; readonly start: number } {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', start)
  return { text: text.slice(start, newline === -1 ? undefined : newline).trimEnd(), start }
}

/** A line, or its part around the unit `at` with an ellipsis for what is left out. `spot` is where `at` is in it. */
function partAround(line: string, at: number): { readonly shown: string; readonly spot: number } {
  if (line.length <= maxLength) return { shown: line, spot: at }
  const start = startOfPart(line, at)
  const end = Math.min(line.length, start + maxLength)
  const head = start === 0 ? '' : '…'
  const tail = end === line.length ? '' : '…'
  return { shown: head + line.slice(start, end) + tail, spot: at - start + head.length }
}

/** Two thirds of the part come after the spot; a character of two units is not cut in halves. */
function startOfPart(line: string, at: number): number {
  const start = Math.max(0, Math.min(at - maxLength / 3, line.length - maxLength))
  const isLowHalf = /[\udc00-\udfff]/.test(line.charAt(start))
  return isLowHalf ? start + 1 : start
}

/**
 * Whether the line may hold what a Secret holds. In a document with a Secret only findings about other objects are shown
 * with their line, and lines that say what a Secret is; one line may also be a whole list in JSON.
 */
function maySpill({ place, object }: Diagnostic, line: string): boolean {
  if (!holdsSecret(place!.document)) return false
  if (object !== '' && !object.startsWith('Secret')) return line.length > maxLength
  return !/^\s*(?:- )?(?:apiVersion|kind|name|namespace|type):[^,{]*$/.test(line)
}

/** Which documents hold a Secret, once asked: a long list is not searched anew for each finding. Gone with the document. */
const secretHolders = new WeakMap<SourceDocument, boolean>()

function holdsSecret(document: SourceDocument): boolean {
  const known = secretHolders.get(document)
  if (known !== undefined) return known
  const found = /\bkind["']?\s*:\s*["']?Secret\b/.test(document.text)
  secretHolders.set(document, found)
  return found
}

const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** One column for each tab, and for each character that terminals obey or that turns the direction of writing. */
function harmless(text: string): string {
  return text.replaceAll('\t', ' ').replace(unprintable, '\ufffd')
}
