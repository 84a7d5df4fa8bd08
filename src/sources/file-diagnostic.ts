// Findings about a file or directory as a whole, which have no line.
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts'

/** A finding placed at the beginning of a file or directory, whose text is not at hand. */
export function fileDiagnostic(
  file: string,
  severity: Severity,
  code: DiagnosticCode,
  message: string,
): Diagnostic {
  const place = { document: { file, text: '', startLine: 1 }, offset: 0 }
  return { severity, code, place, object: '', message }
}
