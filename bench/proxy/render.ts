// Puts the figures of a run where they are read: all of them into bench/RESULTS.md, a summary into README.md, each between
// its two marks, and a plot. Nothing is typed by hand.
// Run: node bench/proxy/render.ts FILE (from `node bench/proxy/run.ts --json FILE`)
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderPlot } from './render-plot.ts'
import { renderSummary } from './render-summary.ts'
import { renderRun } from './render-table.ts'
import type { BenchResults } from './results.ts'

const root = join(import.meta.dirname, '../..')
const plotFile = join(root, 'docs/images/bench.svg')

const results: BenchResults = JSON.parse(readFileSync(process.argv[2]!, 'utf8'))
putBetweenMarks('bench/RESULTS.md', renderRun(results))
putBetweenMarks('README.md', renderSummary(results.cases))
const plotted = results.cases.find(({ name }) => name === '12b')
if (plotted) {
  mkdirSync(dirname(plotFile), { recursive: true })
  writeFileSync(plotFile, renderPlot(plotted))
}

function putBetweenMarks(file: string, figures: string): void {
  const path = join(root, file)
  const text = readFileSync(path, 'utf8')
  const begin = '<!-- proxy figures: begin -->'
  const from = text.indexOf(begin) + begin.length
  const to = text.indexOf('<!-- proxy figures: end -->')
  writeFileSync(path, `${text.slice(0, from)}\n\n${figures}\n\n${text.slice(to)}`)
}
