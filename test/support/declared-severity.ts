// Findings held to what the list of codes says of them.
import { diagnosticCodes } from '../../src/diagnostics/codes.ts'
import { type Diagnostic, formatDiagnostic } from '../../src/diagnostics/diagnostic.ts'

/** Throws when a finding has a severity that its code is not said to have. */
export function expectDeclaredSeverities(diagnostics: Iterable<Diagnostic>): void {
  for (const diagnostic of diagnostics) {
    const { severities } = diagnosticCodes[diagnostic.code]
    if (!severities.includes(diagnostic.severity))
      throw new Error(
        `codes.ts says ${severities.join(', ')} of ${diagnostic.code}: ${formatDiagnostic(diagnostic)}`,
      )
  }
}
