// docs/metrics.md is made from the metrics: it must be as new as they are.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderMetricsPage } from '../scripts/metrics-page.ts'

test.each([...renderMetricsPage()])('docs/%s is as `npm run docs` writes it', (name, text) => {
  expect(readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')).toBe(text)
})
