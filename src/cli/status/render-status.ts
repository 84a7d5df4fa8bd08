// A running instance on one screen: is it well, what does it serve, and what needs somebody.
import type { Overview, Percentiles } from '../../admin/api/types.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { plural } from '../diagnostic-order.ts'
import { formatCount, formatMemory, formatMs, formatRate } from '../figures-text.ts'
import { formatAge } from '../objects/age.ts'
import type { Paint } from '../paint.ts'

const maxCertificates = 5
const minuteSamples = 60

/** Lines without a line break at their ends. */
export function renderStatus(overview: Overview, paint: Paint): string[] {
  const { version, startedAt, now, isReady } = overview
  const state = isReady ? paint('green', 'ready') : paint('red', 'not ready')
  const rows: readonly (readonly [name: string, ...lines: string[]])[] = [
    [
      'listens',
      overview.listeners.map(({ name, address }) => `${name} ${escapeControls(address)}`).join(', '),
    ],
    ['reads', overview.paths.map(escapeControls).join(', ')],
    ['table', tableLine(overview)],
    ['serves', ...servesLines(overview)],
    ['problems', problemsLine(overview, paint)],
    ...(overview.expiring.length === 0
      ? []
      : [['certificates', ...certificateLines(overview, paint)] as const]),
    ['requests', ...requestLines(overview, paint)],
    ['connections', connectionsLine(overview)],
    ['memory', formatMemory(overview.memoryBytes)],
  ]
  return [
    `${paint('bold', `Portico ${escapeControls(version)}`)}  ${state}, up ${formatAge(startedAt, now)}`,
    ...rows.flatMap(([name, ...lines]) =>
      lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(12)}  ${line}`),
    ),
  ]
}

/** Whether nothing needs somebody at once: it is ready, and what it reads has no errors. */
export function isWell({ isReady, problems }: Overview): boolean {
  return isReady && problems.error === 0
}

function tableLine({ generation, lastChange, now }: Overview): string {
  const { time, changedFiles, routes, durationMs } = lastChange
  const counts = `+${routes.added} ~${routes.changed} -${routes.removed} routes`
  const files =
    changedFiles.length === 1 ? escapeControls(changedFiles[0]!) : plural(changedFiles.length, 'file')
  return `generation ${generation}, live for ${formatAge(time, now)} (${files}: ${counts} in ${Math.round(durationMs)} ms)`
}

function servesLines({ counts }: Overview): string[] {
  const { hosts, routes, ingresses, services, endpoints, endpointsAway } = counts
  const away = endpointsAway === 0 ? '' : `, ${endpointsAway} of them away`
  return [
    `${plural(routes, 'route')} on ${plural(hosts, 'host')} from ${plural(ingresses, 'Ingress')}`,
    `${plural(services, 'Service')} with ${plural(endpoints, 'endpoint')}${away}`,
  ]
}

function problemsLine({ problems: { error, warning, note } }: Overview, paint: Paint): string {
  if (error + warning + note === 0) return 'none'
  const parts = [
    ...(error === 0 ? [] : [paint('red', plural(error, 'error'))]),
    ...(warning === 0 ? [] : [paint('yellow', plural(warning, 'warning'))]),
    ...(note === 0 ? [] : [plural(note, 'note')]),
  ]
  return `${parts.join(', ')}; \`portico check\` shows them`
}

function certificateLines({ expiring }: Overview, paint: Paint): string[] {
  const lines = expiring.slice(0, maxCertificates).map(({ host, secret, daysLeft }) => {
    const end =
      daysLeft < 0 ? paint('red', 'has ended') : paint('yellow', `ends in ${plural(daysLeft, 'day')}`)
    return `${escapeControls(host)} (${escapeControls(secret)}) ${end}`
  })
  const more = expiring.length - lines.length
  return more === 0 ? lines : [...lines, `… and ${more} more`]
}

function requestLines({ figures, history, now }: Overview, paint: Paint): string[] {
  const minute = history.filter(({ time }) => now - time <= minuteSamples * 1_000).slice(-minuteSamples)
  const { requests, errors } = figures
  const since = `${formatCount(requests)} since the start, ${formatCount(errors)} of them with 500 and above`
  if (minute.length === 0) return [since]
  const perSecond = meanOf(minute.map(sample => sample.perSecond))
  const failing = meanOf(minute.map(sample => sample.errorsPerSecond))
  const shownErrors = `${formatRate(failing)} with 500 and above`
  const rate = `${formatRate(perSecond)}, ${failing === 0 ? shownErrors : paint('red', shownErrors)} (mean of ${plural(minute.length, 'second')})`
  const latency = typicalLatency(minute.map(({ latencyMs }) => latencyMs))
  return [rate, ...(latency === undefined ? [] : [latencyLine(latency)]), since]
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Percentiles of seconds make none of a minute; the second in the middle says what is usual. */
function typicalLatency(seconds: readonly (Percentiles | undefined)[]): Percentiles | undefined {
  const known = seconds.filter(latency => latency !== undefined)
  if (known.length === 0) return undefined
  const middle = (of: keyof Percentiles) =>
    known.map(latency => latency[of]).sort((a, b) => a - b)[Math.floor((known.length - 1) / 2)]!
  return { p50: middle('p50'), p90: middle('p90'), p99: middle('p99') }
}

function latencyLine({ p50, p90, p99 }: Percentiles): string {
  return `50% within ${formatMs(p50)}, 90% within ${formatMs(p90)}, 99% within ${formatMs(p99)} (of a usual second)`
}

function connectionsLine({ connections: { clients, upstreamBusy, upstreamIdle } }: Overview): string {
  return `${plural(clients, 'client')}; to endpoints ${upstreamBusy} in use, ${upstreamIdle} idle`
}
