// Holds what becomes of measured numbers: medians, ratios by round, tables, verdicts, the plot. Measures nothing.
import { describe, expect, test } from 'vitest'
import { renderPlot } from './render-plot.ts'
import { renderCase } from './render-table.ts'
import type { BenchResults, CaseResults, EntryResults } from './results.ts'
import { median, medianOfRatios, spread } from './statistics.ts'
import { judgeTargets } from './targets.ts'

function entry(contender: string, variant: string, costs: readonly number[]): EntryResults {
  const samples = costs.map(cpuMicros => ({
    cpuMicros,
    userMicros: cpuMicros / 4,
    perSecond: 1e6 / cpuMicros,
  }))
  return { contender, variant, samples }
}

function caseOf(name: string, entries: readonly EntryResults[]): CaseResults {
  const columns = [
    { key: 'cpuMicros', title: 'CPU µs', digits: 1 },
    { key: 'perSecond', title: 'per second', digits: 0 },
  ]
  const quiet = { loadAverage: 1, stolenSeconds: 0 }
  return { name, title: `a <case>`, columns, seconds: 3, entries, noise: [quiet, quiet] }
}

function resultsOf(cases: readonly CaseResults[]): BenchResults {
  return { command: '', date: '', machine: '', versions: {}, rounds: 3, cases }
}

describe('statistics', () => {
  test('take the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(spread([3, 1, 2])).toEqual([1, 3])
  })

  test('compare within each round, so that a slow round cancels', () => {
    expect(medianOfRatios([10, 100, 12], [5, 50, 6])).toBe(2)
  })
})

describe('a table', () => {
  test('gives median, spread and the ratio to the first contender in the same variant', () => {
    const entries = [
      entry('portico', '', [10, 12, 11]),
      entry('portico', 'log', [20, 24, 22]),
      entry('nginx', 'log', [10, 12, 11]),
    ]
    const rows = renderCase(caseOf('access-log', entries))
      .split('\n')
      .filter(line => line.startsWith('|'))
    const cells = rows.map(row =>
      row
        .split('|')
        .map(cell => cell.trim())
        .slice(1, -1),
    )
    expect(cells.slice(2)).toEqual([
      ['portico', '11.0', '10.0–12.0', '90909', '1.000', '1.000'],
      ['portico, log', '22.0', '20.0–24.0', '45455', '1.000', '2.000'],
      ['nginx, log', '11.0', '10.0–12.0', '90909', '2.000', '1.000'],
    ])
  })
})

describe('targets', () => {
  test('are judged by the median of the ratios within each round', () => {
    const entries = [entry('portico', '', [11, 24, 12]), entry('nginx', '', [10, 20, 10])]
    expect(judgeTargets(resultsOf([caseOf('12b', entries)]))).toEqual([
      { what: '`12b`: CPU µs of portico ÷ nginx', limit: 1.1, measured: 1.2 },
    ])
  })

  test('say nothing of contenders and cases that were not measured', () => {
    expect(judgeTargets(resultsOf([caseOf('12b', [entry('nginx', '', [1])])]))).toEqual([])
  })
})

describe('the plot', () => {
  test('shows the cheapest contender first, each with its median, and escapes what it is told', () => {
    const plot = renderPlot(caseOf('12b', [entry('slow', '', [40]), entry('fast', '', [10])]))
    expect(plot).toContain('a &lt;case>')
    const labels = [...plot.matchAll(/<text [^>]*y="\d+"[^>]*>([\w.]+)<\/text>/g)].map(match => match[1])
    expect(labels.slice(-4)).toEqual(['fast', '10.0', 'slow', '40.0'])
  })
})
