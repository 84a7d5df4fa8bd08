// A finding about what a user wrote: where, how bad, which object, what is wrong and what follows from it.
import type { DiagnosticCode } from './codes.ts'
import { escapeControls } from './escape-controls.ts'
import { type Place, type Position, positionOf } from './place.ts'

/**
 * *error*: something is not served as written, or a cluster would refuse to route it. *warning*: served, but a cluster
 * would refuse it or it is likely a mistake. *note*: worth knowing.
 */
export type Severity = 'error' | 'warning' | 'note'

/** One finding. Collected, never thrown. */
export interface Diagnostic {
  readonly severity: Severity
  readonly code: DiagnosticCode
  /** Absent where no file is to blame (a missing directory, say). */
  readonly place: Place | undefined
  /** The object concerned, `Ingress shop/web`; empty when it is not known yet. */
  readonly object: string
  /** What is wrong and what follows from it, on one line. */
  readonly message: string
}

/** Takes findings one by one; whoever reads user input is handed one. */
export type Report = (diagnostic: Diagnostic) => void

/** `file:line:col severity code message`, the contract's line form. One line whatever a manifest holds: control characters are escaped. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const where = diagnostic.place === undefined ? '-' : formatPosition(positionOf(diagnostic.place))
  const object = diagnostic.object === '' ? '' : `${diagnostic.object}: `
  const line = `${where} ${diagnostic.severity} ${diagnostic.code} ${object}${diagnostic.message}`
  return escapeControls(line)
}

/** `file:line:col`. */
export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`
}
