// A bar chart of one case as SVG, legible on light and on dark ground. No fonts or scripts from elsewhere.
import { type CaseResults, entryName, valuesOf } from './results.ts'
import { median } from './statistics.ts'

const labelWidth = 110
const barsWidth = 440
const rowHeight = 28
const barHeight = 18
const top = 64

const style = `
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.user { fill: #0969da }
.system { fill: #8cb9ee }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .user { fill: #4493f8 }
  .system { fill: #1f4f8f }
}`

/** Processor time of each contender, split into its own code and the kernel's, shortest bar first. */
export function renderPlot(results: CaseResults): string {
  const bars = results.entries.map(entry => ({
    name: entryName(entry),
    total: median(valuesOf(entry, 'cpuMicros')),
    userShare: median(valuesOf(entry, 'userMicros')) / median(valuesOf(entry, 'cpuMicros')),
  }))
  const scale = barsWidth / Math.max(...bars.map(bar => bar.total))
  const rows = bars.toSorted((a, b) => a.total - b.total).map((bar, row) => renderBar(bar, row, scale))
  const width = labelWidth + barsWidth + 60
  const height = top + bars.length * rowHeight + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t">
<style>${style}
</style>
<title id="t">${escapeXml(results.title)}: processor time per request in microseconds</title>
<text class="title" x="8" y="20">Processor time per request in µs (less is better)</text>
<text x="8" y="40">${escapeXml(results.title)}</text>
${legend(width)}
${rows.join('\n')}
</svg>
`
}

function renderBar(
  bar: { name: string; total: number; userShare: number },
  row: number,
  scale: number,
): string {
  const y = top + row * rowHeight
  const user = bar.total * bar.userShare * scale
  const system = bar.total * scale - user
  const textY = y + barHeight - 4
  const end = labelWidth + user + system
  return `<text x="${labelWidth - 8}" y="${textY}" text-anchor="end">${escapeXml(bar.name)}</text>
${rectangle('user', labelWidth, y, user)}
${rectangle('system', labelWidth + user, y, system)}
<text x="${(end + 6).toFixed(1)}" y="${textY}">${bar.total.toFixed(1)}</text>`
}

function legend(width: number): string {
  const x = width - 150
  return `<rect class="user" x="${x}" y="10" width="12" height="12"/><text x="${x + 17}" y="20">program</text>
<rect class="system" x="${x + 78}" y="10" width="12" height="12"/><text x="${x + 95}" y="20">kernel</text>`
}

function rectangle(kind: string, x: number, y: number, width: number): string {
  return `<rect class="${kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${barHeight}"/>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
