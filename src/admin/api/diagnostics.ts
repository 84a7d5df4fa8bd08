// `/api/diagnostics`: the findings on the manifests that serve, with the lines they are about.
import { diagnosticCodes } from '../../diagnostics/codes.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { excerptOf } from '../../diagnostics/excerpt.ts'
import { bySeverity } from '../../diagnostics/order.ts'
import { positionOf } from '../../diagnostics/place.ts'
import { withoutCredentials } from '../../diagnostics/without-credentials.ts'
import type { AdminSources } from '../sources.ts'
import { problemCounts } from './applied.ts'
import { type ApiAnswer, badLimit, holdsWords, readLimit } from './question.ts'
import type { DiagnosticList, DiagnosticView } from './types.ts'

const severities: readonly string[] = ['error', 'warning', 'note']

/** Sorted once for each list of findings. */
const sorted = new WeakMap<readonly Diagnostic[], readonly Diagnostic[]>()

/** The answer to `/api/diagnostics`: `severity`, `q`, `limit`. */
export function diagnosticList(query: URLSearchParams, sources: AdminSources): ApiAnswer {
  const severity = query.get('severity')
  const limit = readLimit(query, 1_000)
  if (limit === undefined) return badLimit()
  if (severity !== null && !severities.includes(severity))
    return { problem: `severity is one of ${severities.join(', ')}` }
  const { diagnostics, generation } = sources.served()
  const found = inOrder(diagnostics).filter(
    diagnostic =>
      (severity === null || diagnostic.severity === severity) &&
      holdsWords(textsOf(diagnostic), query.get('q')),
  )
  const list: DiagnosticList = {
    generation,
    counts: problemCounts(diagnostics),
    total: found.length,
    diagnostics: found.slice(0, limit).map(diagnosticView),
  }
  return { value: list }
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = sorted.get(diagnostics)
  if (known !== undefined) return known
  const list = bySeverity(diagnostics)
  sorted.set(diagnostics, list)
  return list
}

function textsOf({ code, object, message, place }: Diagnostic): string[] {
  return [code, object, message, place?.document.file ?? '']
}

function diagnosticView(diagnostic: Diagnostic): DiagnosticView {
  const { severity, code, object, message, place } = diagnostic
  const position = place && positionOf(place)
  const excerpt = excerptOf(diagnostic)
  return {
    severity,
    code,
    summary: diagnosticCodes[code].meaning,
    object,
    message: withoutCredentials(message),
    ...(position !== undefined && {
      file: position.file,
      line: position.line,
      column: position.column,
    }),
    ...(excerpt !== undefined && { excerpt }),
  }
}
