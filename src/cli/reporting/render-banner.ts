// What `run` and `demo` show on a terminal once they serve: addresses, routes, problems and something to try.
import type { AppliedChange, RunningApp } from '../../app/events.ts'
import { bySeverity } from '../../diagnostics/order.ts'
import { renderColumns } from '../columns.ts'
import { curlGroups, firstCurlLine } from '../curl-lines.ts'
import { plural, severitySummary } from '../diagnostic-order.ts'
import type { Paint } from '../paint.ts'
import { renderProblems } from '../render-problems.ts'
import { routeCells, routeRows } from '../routes/route-rows.ts'

/** What the banner tells. */
export interface BannerFacts {
  readonly version: string
  /** From the start of the process until everything listened. */
  readonly readyMs: number
  readonly app: RunningApp
  readonly change: AppliedChange
  /** Characters per line; routes are cut there, everything else wraps so that it can be copied. */
  readonly width: number
  /** Whether to show a curl line for every host, or a single one. */
  readonly examples: 'one' | 'all'
}

const maxRoutes = 20
const maxProblems = 10
const maxExcerpts = 3
const deliberateMistakes =
  'The tomcat example contains two mistakes on purpose, to show how they are reported'

/** Lines without a line break at their ends. */
export function renderBanner(facts: BannerFacts, paint: Paint): string[] {
  return [
    `${paint('bold', `Portico ${facts.version}`)}  ready in ${Math.round(facts.readyMs)} ms`,
    ...addressLines(facts.app),
    '',
    ...routeLines(facts, paint),
    ...problemLines(facts, paint),
    ...exampleLines(facts, paint),
  ]
}

function addressLines(app: RunningApp): string[] {
  return [
    `  http    http://${app.http}`,
    `  https   https://${app.https}`,
    ...(app.admin === undefined ? [] : [`  admin   http://${app.admin}`]),
  ]
}

function routeLines({ change, width }: BannerFacts, paint: Paint): string[] {
  const rows = routeRows(change.table)
  const counts = `${plural(rows.length, 'route')} from ${plural(change.ingressCount, 'Ingress')} in ${plural(change.changedFiles.length, 'file')}`
  const others = [...change.otherKinds].map(([kind, count]) => `${kind} ${count}`).join(', ')
  const summary = others === '' ? counts : `${counts}; read past: ${others}`
  if (rows.length === 0) return [`${summary}: every request gets 404`]
  const { header, cells } = forTerminal(routeCells(rows.slice(0, maxRoutes)))
  const [heading = '', ...lines] = renderColumns(header, cells).map(line => clip(line, width))
  const cut = rows.length - maxRoutes
  return [
    summary,
    '',
    paint('dim', heading),
    ...lines,
    ...(cut > 0 ? [`… and ${cut} more; \`portico routes\` shows all`] : []),
  ]
}

interface Cells {
  readonly header: readonly string[]
  readonly cells: readonly (readonly string[])[]
}

/** Room is short: where a rule was written is left out, and columns without any value, as TLS and CANARY often are. */
function forTerminal({ header, cells }: Cells): Cells {
  const isShown = (_: string, column: number) =>
    header[column] !== 'FROM' && cells.some(row => row[column] !== '-')
  return { header: header.filter(isShown), cells: cells.map(row => row.filter(isShown)) }
}

function clip(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}

function problemLines({ change, examples }: BannerFacts, paint: Paint): string[] {
  const problems = bySeverity(change.diagnostics.filter(({ severity }) => severity !== 'note'))
  if (problems.length === 0) return []
  const cut = problems.length - maxProblems
  return [
    '',
    paint('bold', severitySummary(problems)),
    ...(examples === 'all' ? [deliberateMistakes] : []),
    ...renderProblems(problems.slice(0, maxProblems), maxExcerpts, paint),
    ...(cut > 0 ? [`… and ${cut} more; \`portico check\` shows all`] : []),
  ]
}

function exampleLines({ change, app, examples }: BannerFacts, paint: Paint): string[] {
  if (examples === 'one') {
    const line = firstCurlLine(change.table, app)
    return line === undefined ? [] : ['', `${paint('bold', 'Try')}  ${line}`]
  }
  return curlGroups(change.table, app).flatMap(({ name, lines }) => ['', paint('bold', name), ...lines])
}
