// The line of a manifest that a finding is about. What stands in a Secret is never shown, nor are credentials of URLs, and no
// character of a manifest moves a terminal's cursor.
import type { Diagnostic } from './diagnostic.ts'
import { positionOf, type SourceDocument } from './place.ts'
import { withCredentialsStarred } from './without-credentials.ts'

/** Of a longer line the part around the spot is shown. UTF-16 units. */
const maxLength = 120

/** A line, or the part of it around the spot. */
export interface Excerpt {
  /** Number of the line in its file. */
  readonly line: number
  /** Each character that could do harm is replaced by one that can not. */
  readonly text: string
  /** Where the spot is in `text`, UTF-16 units. */
  readonly spot: number
}

/** The line that a finding is about; `undefined` when there is no line to show, or one that must not be shown. */
export function excerptOf(diagnostic: Diagnostic): Excerpt | undefined {
  if (diagnostic.place === undefined) return undefined
  const { document, offset } = diagnostic.place
  const line = lineAround(document.text, offset)
  const { shown, spot } = partAround(withCredentialsStarred(line.text), offset - line.start)
  if (shown.trim() === '' || maySpill(diagnostic, line.text)) return undefined
  return { line: positionOf(diagnostic.place).line, text: harmless(shown), spot }
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
