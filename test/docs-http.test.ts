// Holds docs/http.md to the tests it names: a duty that says it is shown must be shown by something that exists.
import { expect, test } from 'vitest'
import { missingTests, readDoc } from './support/named-tests.ts'

const text = readDoc('http.md')

test('every test that the table of HTTP duties names exists', () => {
  expect(missingTests(text)).toEqual([])
})

test('every duty names its section and a test', () => {
  const rows = text
    .slice(0, text.indexOf('`h2spec` '))
    .split('\n')
    .filter(line => /^\| (?!Duty|---)/.test(line) && !line.startsWith('|---'))
    .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim()))
  const unshown = rows.filter(([, , , , shown]) => !/\]\(\.\./.test(shown!)).map(([, duty]) => duty)
  const withoutSection = rows.filter(([, , section]) => !/§|\(/.test(section!)).map(([, duty]) => duty)

  expect(rows.length).toBeGreaterThan(50)
  expect(withoutSection).toEqual([])
  expect(unshown).toEqual([])
})
