// Holds docs/faults.md to the tests it names, and its rows to having one.
import { expect, test } from 'vitest'
import { missingTests, readDoc } from './support/named-tests.ts'

const text = readDoc('faults.md')

test('every test that the table of faults names exists', () => {
  expect(missingTests(text)).toEqual([])
})

test('every fault has a test', () => {
  const rows = text
    .slice(text.indexOf('## Backends'), text.indexOf('## Elsewhere'))
    .split('\n')
    .filter(line => /^\| (?!Fault)/.test(line))
  expect(rows.length).toBeGreaterThan(45)
  expect(rows.filter(row => !row.includes('[shown](../'))).toEqual([])
})
