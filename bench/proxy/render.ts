// Puts the figures of a run into bench/RESULTS.md, between its two marks, and into the plot. Nothing is typed by hand.
// Run: node bench/proxy/render.ts FILE (from `node bench/proxy/run.ts --json FILE`)
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderPlot } from './render-plot.ts'
import { renderRun } from './render-table.ts'
import type { BenchResults } from './results.ts'

const root = join(import.meta.dirname, '../..')
const resultsFile = join(root, 'bench/RESULTS.md')
const plotFile = join(root, 'docs/images/bench.svg')
const begin = '<!-- proxy figures: begin -->'
const end = '<!-- proxy figures: end -->'

const results: BenchResults = JSON.parse(readFileSync(process.argv[2]!, 'utf8'))
const text = readFileSync(resultsFile, 'utf8')
const from = text.indexOf(begin) + begin.length
const to = text.indexOf(end)
writeFileSync(resultsFile, `${text.slice(0, from)}\n\n${renderRun(results)}\n\n${text.slice(to)}`)
const plotted = results.cases.find(({ name }) => name === '12b')
if (plotted) {
  mkdirSync(dirname(plotFile), { recursive: true })
  writeFileSync(plotFile, renderPlot(plotted))
}
