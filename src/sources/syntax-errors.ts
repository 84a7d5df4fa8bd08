// What is said of a file's documents that can not be read, because they are no YAML or are templates.
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts'
import type { ReadDocument } from '../resources/read-document.ts'
import type { PlacedDocument } from './read-version.ts'

/**
 * The findings about a file's unreadable documents; of templates only the one that matters most. `consequence` ends their
 * messages. `wasGood`: the file has been read before, so that whatever stands in it now is an error.
 */
export function syntaxErrors(
  documents: readonly PlacedDocument[],
  consequence: string,
  wasGood: boolean,
): Diagnostic[] {
  const reads = documents.map(({ read }) => read)
  const templates = reads.filter(({ syntaxError }) => syntaxError?.isTemplate === true)
  const template = templates.find(isOfIngress) ?? templates[0]
  const isMeant = wasGood || reads.some(mayHoldObjects)
  const found = reads
    .filter(({ syntaxError }) => syntaxError?.isTemplate === false)
    .map(read => problemOf(read, isMeant ? 'error' : 'note', consequence))
  if (template === undefined) return found
  return [...found, problemOf(template, wasGood || isOfIngress(template) ? 'error' : 'note', consequence)]
}

/** Folders hold files of other programs too, some of them in dialects of JSON: with comments, with a comma at the end. */
function mayHoldObjects({ document }: ReadDocument): boolean {
  return !document.file.endsWith('.json') || /\b(?:apiVersion|kind)\b/.test(document.text)
}

/** Templates of other kinds would give nothing that is missed. */
function isOfIngress({ document }: ReadDocument): boolean {
  return /^[ \t-]*kind:[ \t]*["']?Ingress\b/m.test(document.text)
}

function problemOf(
  { document, syntaxError }: ReadDocument,
  severity: Severity,
  consequence: string,
): Diagnostic {
  const { offset, reason, isTemplate } = syntaxError!
  const message = `${reason}; ${consequence}`
  const code = isTemplate ? 'template-not-rendered' : 'yaml-syntax'
  return { severity, code, place: { document, offset }, object: '', message }
}
