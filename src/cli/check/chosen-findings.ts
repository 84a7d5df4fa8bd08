// Which findings a check is about: what the user asked to leave out neither shows nor counts, but how much it was is said.
import type { DiagnosticCode } from '../../diagnostics/codes.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'

/** What to leave out. */
export interface Choice {
  readonly ignored: readonly DiagnosticCode[]
  /** Whether Secrets are expected to be in the cluster and not in the manifests. */
  readonly allowsMissingSecrets: boolean
}

/** What is left of the findings, in their order, and how many are not. */
export interface ChosenFindings {
  readonly shown: readonly Diagnostic[]
  readonly ignoredCount: number
  readonly missingSecretCount: number
}

/** Codes that only say that a Secret is not there. What is wrong with one that is there is another code's business. */
const missingSecretCodes: ReadonlySet<DiagnosticCode> = new Set(['tls-secret-missing', 'secret-missing'])

/** Leaves out what was asked for. */
export function chooseFindings(
  diagnostics: readonly Diagnostic[],
  { ignored, allowsMissingSecrets }: Choice,
): ChosenFindings {
  const codes = new Set(ignored)
  const shown: Diagnostic[] = []
  let ignoredCount = 0
  let missingSecretCount = 0
  for (const diagnostic of diagnostics) {
    if (codes.has(diagnostic.code)) ignoredCount++
    else if (allowsMissingSecrets && missingSecretCodes.has(diagnostic.code)) missingSecretCount++
    else shown.push(diagnostic)
  }
  return { shown, ignoredCount, missingSecretCount }
}

/** `; 2 ignored, 1 about missing Secrets left out`; empty when nothing was. */
export function leftOutSummary({ ignoredCount, missingSecretCount }: ChosenFindings): string {
  const parts = [
    ignoredCount > 0 ? `${ignoredCount} ignored` : '',
    missingSecretCount > 0 ? `${missingSecretCount} about missing Secrets left out` : '',
  ].filter(part => part !== '')
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`
}
