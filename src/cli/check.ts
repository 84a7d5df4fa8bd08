// `portico check`: everything that `run` would complain about, without serving anything.
import { type Diagnostic, formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { positionOf } from '../diagnostics/place.ts'
import { compileOnce } from './compile-once.ts'
import { byPosition, countSeverities, plural, severitySummary } from './diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from './flags.ts'

/** Values of the flags of `check`. */
export interface CheckFlags extends TableFlags {
  /** Whether warnings fail the check too. */
  readonly strict: boolean
  readonly output: 'text' | 'json'
}

/** Prints all findings; gives 1 when there are errors (with `--strict` also warnings), else 0. */
export async function check(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const { snapshot, diagnostics } = await compileOnce(paths, compileOptionsOf(flags))
  const sorted = byPosition(diagnostics)
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(sorted.map(toJson), null, 2)}\n`)
  } else {
    for (const diagnostic of sorted) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`)
    const found = severitySummary(diagnostics) || 'no problems'
    process.stdout.write(`${plural(snapshot.resources.ingresses.length, 'Ingress')}: ${found}\n`)
  }
  const { errors, warnings } = countSeverities(diagnostics)
  return errors > 0 || (flags.strict && warnings > 0) ? 1 : 0
}

function toJson({ severity, code, place, object, message }: Diagnostic): object {
  const { file, line, column } =
    place === undefined ? ({} as Partial<ReturnType<typeof positionOf>>) : positionOf(place)
  return { file, line, column, severity, code, object, message }
}
