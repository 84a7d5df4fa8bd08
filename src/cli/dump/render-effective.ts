// Settings in force as a list for people: a heading for each route, a line for each setting.
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import type { EffectiveRoute, EffectiveSetting } from '../../explain/effective-settings.ts'
import { columnWidths, renderColumns } from '../columns.ts'
import type { Paint } from '../paint.ts'

/** The text of all routes, columns alike; empty for none. */
export function renderEffective(routes: readonly EffectiveRoute[], paint: Paint): string {
  const blocks = routes.flatMap(route => blocksOf(route, paint))
  const widths = columnWidths(blocks.flatMap(({ rows }) => rows)).slice(0, 2)
  const lines = blocks.flatMap(({ heading, rows }) => [...heading, ...renderColumns(undefined, rows, widths)])
  // Each heading of a route begins with an empty line.
  return lines.length === 0 ? '' : `${lines.slice(1).join('\n')}\n`
}

interface Block {
  readonly heading: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function blocksOf(route: EffectiveRoute, paint: Paint): Block[] {
  const canaries = (route.canaries ?? []).map(({ service, ingress, at, settings }) => ({
    heading: [paint('bold', escapeControls(`  canary ${service}   Ingress ${ingress}, ${at}`))],
    rows: settings.map(setting => cellsOf(setting, '    ')),
  }))
  return [
    {
      heading: ['', ...headingOf(route, paint)],
      rows: route.settings.map(setting => cellsOf(setting, '  ')),
    },
    ...canaries,
  ]
}

const kinds = { exact: 'Exact', prefix: 'Prefix', regex: 'Regex' } as const

function headingOf(
  { host, path, kind, ingress, at, closed, settings }: EffectiveRoute,
  paint: Paint,
): string[] {
  const rule =
    path === undefined || kind === undefined ? `${host} (default)` : `${host}${path} ${kinds[kind]}`
  const heading = `${paint('bold', escapeControls(rule))}   ${escapeControls(`Ingress ${ingress}, ${at}`)}`
  const notes = [
    ...(closed === undefined ? [] : [paint('red', escapeControls(`  closed: ${closed}`))]),
    ...(settings.length === 0 ? [paint('dim', '  nothing is set; everything is at its default')] : []),
  ]
  return [heading, ...notes]
}

function cellsOf(setting: EffectiveSetting, indent: string): string[] {
  const [name, ...others] = settingCells(setting)
  return [indent + name, ...others]
}

/** Name, value, and where it comes from. */
export function settingCells(setting: EffectiveSetting): [name: string, value: string, from: string] {
  return [setting.setting, cut(setting.text), placeOf(setting)]
}

/** `shop.yaml:7:5 (Ingress shop/web)`, `default`, and what does not hold. */
function placeOf({ setting, written, unread, overruled, because }: EffectiveSetting): string {
  const name = written === undefined || isNamed(setting, written.key) ? '' : `, ${written.key}`
  const from = written === undefined ? 'default' : `${written.at} (${written.object}${name})`
  const notes = [
    ...(because === undefined ? [] : [because]),
    ...(overruled === undefined ? [] : [`${cut(overruled.text.trim())} at ${overruled.at} does not hold`]),
    ...(unread === undefined ? [] : [`${cut(unread.text.trim())} at ${unread.at} can not be obeyed`]),
  ]
  return [from, ...notes].join('; ')
}

/** A value under another name than the setting's own is worth a word. */
function isNamed(setting: string, key: string): boolean {
  return key === setting || key.endsWith(`/${setting}`)
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
