// The routes of a running instance with the most to tell, as the lines of a screen.
import type { FiguresEvent, RouteFigures } from '../../admin/api/live-types.ts'
import type { Sample } from '../../admin/api/types.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { formatCount, formatMs, formatRate, formatShare } from '../figures-text.ts'
import type { Paint } from '../paint.ts'
import { textWidth } from '../text-width.ts'

/** What routes are ordered by. */
export type TopOrder = 'rate' | 'errors' | 'latency'

/** What is shown. */
export interface TopView {
  /** `127.0.0.1:10254`. */
  readonly authority: string
  /** Empty until it is known. */
  readonly version: string
  /** The latest figures; `undefined` until there are some. */
  readonly figures: FiguresEvent | undefined
  readonly order: TopOrder
  readonly isPaused: boolean
  /** Why nothing new comes; empty while it does. */
  readonly lost: string
}

/** Columns and rows of the terminal; without rows every route is shown. */
export interface TopSize {
  readonly columns: number
  readonly rows: number | undefined
}

const keys = 'q quit   s by rate   e by errors   l by latency   p pause'
const headings = ['RATE', 'ERRORS', 'P50', 'P90', 'P99', 'REQUESTS', 'ROUTE']
/** A terminal narrower than this has room for fewer figures: routes are to be told apart. */
const roomyColumns = 80
const dispensable: ReadonlySet<string> = new Set(['P50', 'P90', 'REQUESTS'])

/** Lines, none of them wider than the terminal, and no more than it has. */
export function renderTop(view: TopView, { columns, rows }: TopSize, paint: Paint): string[] {
  const isScreen = rows !== undefined
  const head = headLines(view)
  const room = isScreen ? Math.max(rows - head.length - 3, 0) : Number.POSITIVE_INFINITY
  const routes = ordered(view.figures?.routes ?? [], view.order)
  const table = tableLines(routes.slice(0, room), view.order, columns >= roomyColumns)
  const hidden = routes.length - (table.length - 1)
  const foot = hidden > 0 ? `${keys}   ${hidden} more` : keys
  const [heading = '', ...lines] = table.map(line => clip(line, columns))
  return [
    ...head.map(({ text, style }) => paintIf(style, clip(text, columns), paint)),
    paint('dim', heading),
    ...lines,
    ...(routes.length === 0 ? [clip(emptyLine(view), columns)] : []),
    ...(isScreen ? ['', paint('dim', clip(foot, columns))] : []),
  ].slice(0, rows)
}

interface Line {
  readonly text: string
  readonly style: 'bold' | 'yellow' | 'red' | undefined
}

function paintIf(style: Line['style'], text: string, paint: Paint): string {
  return style === undefined ? text : paint(style, text)
}

function headLines(view: TopView): Line[] {
  const { authority, version, figures, isPaused, lost } = view
  const name = `Portico ${version} at ${authority}`.replace('  ', ' ')
  const state = lost !== '' ? `   ${lost}` : isPaused ? '   paused' : ''
  const title: Line = {
    text: escapeControls(name + state),
    style: lost !== '' ? 'red' : isPaused ? 'yellow' : 'bold',
  }
  if (figures === undefined) return [title, { text: '', style: undefined }]
  const { clients, upstreamBusy, upstreamIdle } = figures.connections
  const connections = `${formatCount(clients)} clients, to endpoints ${upstreamBusy} in use, ${upstreamIdle} idle`
  return [
    title,
    { text: totalLine(figures.sample), style: undefined },
    { text: connections, style: undefined },
    { text: '', style: undefined },
  ]
}

function totalLine({ perSecond, errorsPerSecond, latencyMs }: Sample): string {
  const errors = `${formatRate(errorsPerSecond)} with 500 and above`
  if (latencyMs === undefined) return `${formatRate(perSecond)}, ${errors}`
  const { p50, p90, p99 } = latencyMs
  return `${formatRate(perSecond)}, ${errors}, p50 ${formatMs(p50)}, p90 ${formatMs(p90)}, p99 ${formatMs(p99)}`
}

function emptyLine({ figures }: TopView): string {
  if (figures === undefined) return 'waiting for figures'
  return figures.routes === undefined ? 'no figures of routes yet' : 'no requests lately'
}

function ordered(routes: readonly RouteFigures[], order: TopOrder): RouteFigures[] {
  const weight = ({ figures }: RouteFigures): number => {
    if (order === 'errors') return figures.errorsPerSecond ?? 0
    return (order === 'latency' ? figures.latencyMs?.p99 : figures.perSecond) ?? 0
  }
  const rate = ({ figures }: RouteFigures) => figures.perSecond ?? 0
  return [...routes].sort(
    (a, b) => weight(b) - weight(a) || rate(b) - rate(a) || (a.id < b.id ? -1 : Number(a.id > b.id)),
  )
}

/** Figures stand at the right of their columns, so that they can be compared. */
function tableLines(routes: readonly RouteFigures[], order: TopOrder, isRoomy: boolean): string[] {
  const isShown = (_: string, column: number) => isRoomy || !dispensable.has(headings[column]!)
  const all = [headings.map(heading => marked(heading, order)), ...routes.map(cellsOf)]
  const rows = all.map(row => row.filter(isShown))
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => textWidth(row[column]!))))
  return rows.map(row =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padStart(cell, widths[column]!)))
      .join('  '),
  )
}

const orderedBy: Readonly<Record<TopOrder, string>> = { rate: 'RATE', errors: 'ERRORS', latency: 'P99' }

function marked(heading: string, order: TopOrder): string {
  return heading === orderedBy[order] ? `${heading}▼` : heading
}

function cellsOf({ id, figures }: RouteFigures): string[] {
  const { perSecond, errorsPerSecond, latencyMs, requests } = figures
  return [
    perSecond === undefined ? '-' : formatRate(perSecond),
    perSecond === undefined ? '-' : formatShare(errorsPerSecond ?? 0, perSecond),
    formatMs(latencyMs?.p50),
    formatMs(latencyMs?.p90),
    formatMs(latencyMs?.p99),
    formatCount(requests),
    escapeControls(id),
  ]
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}

function clip(line: string, columns: number): string {
  if (textWidth(line) <= columns) return line
  let clipped = ''
  for (const character of line) {
    if (textWidth(clipped + character) >= columns) break
    clipped += character
  }
  return `${clipped}…`
}
