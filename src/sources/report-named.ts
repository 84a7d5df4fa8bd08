// Findings about what a user named: of files found in a directory nothing is expected, of those named something is.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ReadDocument } from '../resources/read-document.ts'
import { fileDiagnostic } from './file-diagnostic.ts'
import type { TrackedFile } from './tracked-file.ts'

/** Reports the documents of a named file that can be no object, or that none of the file has anything to do with Kubernetes. */
export function reportNamedFile(file: TrackedFile): Diagnostic[] {
  const strays = file.documents.flatMap(reportStray)
  return strays.length > 0 ? strays : reportNamedDirectory(file.name, [file])
}

/**
 * The same for standard input, where nothing at all is an error: a renderer that fails writes nothing, and a check of that must
 * not pass.
 */
export function reportStdin(file: TrackedFile): Diagnostic[] {
  const strays = file.documents.flatMap(reportStray)
  if (holdsObject(file)) return strays
  const message = 'holds no Kubernetes object; did the command before it fail?'
  return [fileDiagnostic(file.name, 'error', 'stdin-empty', message), ...strays]
}

/** Reports a directory in whose files nothing has anything to do with Kubernetes. */
export function reportNamedDirectory(name: string, files: readonly TrackedFile[]): Diagnostic[] {
  if (files.some(holdsObject)) return []
  return [fileDiagnostic(name || '.', 'note', 'nothing-read', 'holds no Kubernetes object')]
}

/** Whether there is an object, of whatever kind, or a finding, which tells that one was meant. */
function holdsObject({ documents, kept, diagnostics }: TrackedFile): boolean {
  const isObject = ({ resources, otherKinds }: ReadDocument) => resources.length + otherKinds.length > 0
  return kept !== undefined || diagnostics.length > 0 || documents.some(isObject)
}

function reportStray({ document, strayOffset }: ReadDocument): Diagnostic[] {
  if (strayOffset === undefined) return []
  const place = { document, offset: strayOffset }
  const message = 'this document is no object; it is ignored, a cluster refuses it'
  return [{ severity: 'warning', code: 'document-stray', place, object: '', message }]
}
