// Collecting what is to be said about one object. Findings are kept beside what was compiled from it, so that both are
// reused together.
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import { withoutCredentials } from '../diagnostics/without-credentials.ts'

/** Says one thing about an object; the message is one line without the object's name. */
export type Say = (
  severity: Severity,
  code: DiagnosticCode,
  place: Place | undefined,
  message: string,
) => void

/** A function that reports findings about one object, `Ingress shop/web`, into a list, without credentials of URLs they quote. */
export function sayAbout(object: string, diagnostics: Diagnostic[]): Say {
  return (severity, code, place, message) => {
    diagnostics.push({ severity, code, place, object, message: withoutCredentials(message) })
  }
}

/** Findings in the order of a reader: by file, then by position; those about no file first. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => comparePlaces(a.place, b.place))
}

function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1)
  if (a.document === b.document) return a.offset - b.offset
  if (a.document.file !== b.document.file) return a.document.file < b.document.file ? -1 : 1
  return a.document.startLine - b.document.startLine
}
