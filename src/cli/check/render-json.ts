// Findings as JSON, for scripts.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type Position, positionOf } from '../../diagnostics/place.ts'
import { templateOriginOf } from './template-origin.ts'

/**
 * A list of `{file, line, column, severity, code, object, message, template}`. `file`, `line` and `column` are absent where no
 * file is to blame, `template` where the document was not rendered by Helm. With the migration report of `--compat` it is
 * `{findings, compat}`.
 */
export function renderJson(diagnostics: readonly Diagnostic[], compat?: object): string {
  const findings = diagnostics.map(toJson)
  return `${JSON.stringify(compat === undefined ? findings : { findings, compat }, null, 2)}\n`
}

function toJson({ severity, code, place, object, message }: Diagnostic): object {
  const position: Partial<Position> = place === undefined ? {} : positionOf(place)
  const { file, line, column } = position
  return { file, line, column, severity, code, object, message, template: templateOriginOf(place) }
}
