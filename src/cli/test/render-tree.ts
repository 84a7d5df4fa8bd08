// Results as a tree for people.
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { shellLine } from '../../diagnostics/shell-line.ts'
import type { CaseResult } from '../../expectations/run-case.ts'
import { plural } from '../diagnostic-order.ts'
import type { Paint } from '../paint.ts'
import { explainLine } from './explain-line.ts'
import { countUnseenClaims, countVerdicts, type SuiteResult } from './suite-result.ts'

const marks = { met: '✓', failed: '✗', unseen: '?' } as const
const colours = { met: 'green', failed: 'red', unseen: 'yellow' } as const

/** Lines of the tree, the summary last. */
export function renderTree(suites: readonly SuiteResult[], paint: Paint): string[] {
  const lines = suites.flatMap(suite => [
    paint('bold', escapeControls(suite.suite.name)) + errorsOf(suite),
    ...suite.results.flatMap(result => linesOf(result, suite, paint)),
  ])
  return [...lines, '', summaryOf(suites)]
}

function errorsOf({ errorCount, manifestWords }: SuiteResult): string {
  if (errorCount === 0) return ''
  return ` (${plural(errorCount, 'error')} in the manifests: ${shellLine(['portico', 'check', ...manifestWords])})`
}

function linesOf(
  result: CaseResult,
  { manifestWords, assumesEndpoints }: SuiteResult,
  paint: Paint,
): string[] {
  const { verdict, judgements, observation, problem } = result
  const mark = paint(colours[verdict], marks[verdict])
  const first = `  ${mark} ${escapeControls(result.case.name)}`
  if (verdict === 'met') return [first]
  const shown = judgements.filter(judgement => judgement.verdict === verdict)
  const lines = shown.map(({ subject, expected, got }) =>
    verdict === 'unseen' ? `${subject}: ${got}` : `${subject}: expected ${expected}, got ${got}`,
  )
  if (problem !== undefined) lines.push(problem)
  if (verdict === 'failed') {
    lines.push(`expected at ${placeText(result.case.place)}`)
    if (observation !== undefined) {
      const by = observation.decidedAt === undefined ? '' : `, decided at ${observation.decidedAt}`
      lines.push(`it is ${observation.summary}${by}`)
    }
    const words = assumesEndpoints ? [...manifestWords, '--assume-endpoints'] : manifestWords
    if (manifestWords.length > 0) lines.push(`why: ${explainLine(result.case.request, words)}`)
  }
  return [first, ...lines.map(line => `      ${escapeControls(line)}`)]
}

function summaryOf(suites: readonly SuiteResult[]): string {
  const { met, failed, unseen } = countVerdicts(suites)
  const parts = [`${met} met`, `${failed} failed`]
  if (unseen > 0) parts.push(`${unseen} could not be seen`)
  const open = countUnseenClaims(suites)
  const note = open === 0 ? '' : `; ${plural(open, 'claim')} of cases that are met could not be seen`
  return `${plural(met + failed + unseen, 'case')}: ${parts.join(', ')}${note}`
}
