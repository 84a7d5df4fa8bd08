// `portico check`: everything that `run` would complain about, without serving anything.

import { readVersion } from '../../app/version.ts'
import type { CompatReport } from '../../compat/compat-report.ts'
import type { DiagnosticCode } from '../../diagnostics/codes.ts'
import { type Diagnostic, formatDiagnostic } from '../../diagnostics/diagnostic.ts'
import { byPosition, countSeverities } from '../../diagnostics/order.ts'
import { compileOnce } from '../compile-once.ts'
import { plural, severitySummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { createPaint, type Paint } from '../paint.ts'
import { renderProblems } from '../render-problems.ts'
import { type ChosenFindings, chooseFindings, leftOutSummary } from './chosen-findings.ts'
import { originSuffix } from './describe-finding.ts'
import { readPage } from './explain-code.ts'
import { compatJson, renderCompat } from './render-compat.ts'
import { renderGithub } from './render-github.ts'
import { renderJson } from './render-json.ts'
import { renderSarif } from './render-sarif.ts'

/** Values of the flags of `check`. */
export interface CheckFlags extends TableFlags {
  /** Whether warnings fail the check too. */
  readonly strict: boolean
  /** Absent: `pretty` where standard error is a terminal, else `text`. */
  readonly output: 'pretty' | 'text' | 'json' | 'github' | 'sarif' | undefined
  readonly ignore: readonly DiagnosticCode[]
  /** False with `--no-secrets`. */
  readonly secrets: boolean
  /** The controller that differences are looked for with; `undefined`: none. */
  readonly compat: 'ingress-nginx' | undefined
}

/** Prints all findings; gives 1 when there are errors (with `--strict` also warnings), else 0. */
export async function check(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const options = compileOptionsOf(flags)
  const { snapshot, table, diagnostics } = await compileOnce(paths, options)
  const compat = flags.compat && (await loadCompat())(snapshot.resources, { table }, options)
  const choice = { ignored: flags.ignore, allowsMissingSecrets: !flags.secrets }
  const chosen = chooseFindings(byPosition([...diagnostics, ...(compat?.diagnostics ?? [])]), choice)
  print(chosen, snapshot.resources.ingresses.length, flags.output ?? defaultOutput(), compat)
  const { errors, warnings } = countSeverities(chosen.shown)
  return errors > 0 || (flags.strict && warnings > 0) ? 1 : 0
}

/** Loaded only where it is asked for. */
async function loadCompat() {
  return (await import('../../compat/compat-report.ts')).reportCompat
}

function defaultOutput(): 'pretty' | 'text' {
  return process.stderr.isTTY ? 'pretty' : 'text'
}

function print(
  chosen: ChosenFindings,
  ingressCount: number,
  output: NonNullable<CheckFlags['output']>,
  compat: CompatReport | undefined,
): void {
  const { shown } = chosen
  if (output === 'json') return out(renderJson(shown, compat && compatJson(compat)))
  if (output === 'sarif') return out(renderSarif(shown, { version: readVersion(), readPage }))
  const summary = `${plural(ingressCount, 'Ingress')}: ${severitySummary(shown) || 'no problems'}${leftOutSummary(chosen)}\n`
  if (output === 'github') return out(shown.map(finding => `${renderGithub(finding)}\n`).join('') + summary)
  if (output === 'pretty') err(renderPretty(shown, createPaint(process.stderr)))
  else err(shown.map(finding => `${formatDiagnostic(finding)}${originSuffix(finding.place)}\n`).join(''))
  out(summary)
  if (compat !== undefined) out(renderCompat(compat))
}

/** Each finding with its line of the manifest. */
function renderPretty(findings: readonly Diagnostic[], paint: Paint): string {
  const lines = findings.flatMap(finding => {
    const [line, ...excerpt] = renderProblems([finding], 1, paint)
    return [line + originSuffix(finding.place), ...excerpt]
  })
  return lines.map(line => `${line}\n`).join('')
}

function out(text: string): void {
  process.stdout.write(text)
}

function err(text: string): void {
  process.stderr.write(text)
}
