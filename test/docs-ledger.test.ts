// Holds docs/annotations.md and docs/configmap.md to the policies they are made from.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderLedgerPages } from '../scripts/ledger-pages.ts'

test.each([...renderLedgerPages()])('docs/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(join(import.meta.dirname, '..', 'docs', name), 'utf8')).toBe(text)
})
