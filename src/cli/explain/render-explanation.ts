// An explanation as a page for people: sections from top to bottom, in the order a request meets them.
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { isFailure } from '../../explain/verdict.ts'
import type { Paint } from '../paint.ts'
import {
  answerLines,
  certificateLines,
  outcomeLines,
  requestLines,
  rewriteLines,
  sentLines,
} from './facts.ts'
import { canaryRows, hostRows, nearestRows, pathRows, policyRows, shareRows, upstreamLines } from './rows.ts'

/** A line of a section, and whether it is about who was taken, or who was not. */
export interface Line {
  readonly text: string
  readonly tone?: 'taken' | 'lost' | 'bad'
}

const titleWidth = 13

/** Lines of the page. Control characters of manifests and requests are escaped. */
export function renderExplanation(explanation: Explanation, paint: Paint): string[] {
  const sections: readonly (readonly [title: string, lines: readonly Line[]])[] = [
    ['Request', requestLines(explanation)],
    ['Certificate', certificateLines(explanation)],
    ['Host', hostRows(explanation)],
    ['Path', pathRows(explanation)],
    ['Policies', policyRows(explanation)],
    ['Canaries', canaryRows(explanation)],
    ['Rewrite', rewriteLines(explanation)],
    ['Backend', upstreamLines(explanation)],
    ['Sent', sentLines(explanation)],
    ['Answer', answerLines(explanation)],
    ['Near rules', nearestRows(explanation)],
    ['Shares', shareRows(explanation)],
    ['Outcome', outcomeLines(explanation, isFailure(explanation.outcome))],
  ]
  return sections.flatMap(([title, lines]) =>
    lines.map((line, index) => {
      const head = (index === 0 ? title : '').padEnd(titleWidth)
      return (paint('bold', head) + painted(line, paint)).trimEnd()
    }),
  )
}

function painted({ text, tone }: Line, paint: Paint): string {
  const safe = escapeControls(text)
  if (tone === undefined) return safe
  return paint(tone === 'taken' ? 'green' : tone === 'bad' ? 'red' : 'dim', safe)
}
