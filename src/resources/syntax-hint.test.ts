import { expect, test } from 'vitest'
import { parseYaml } from './parse-yaml.ts'

test.each([
  ['a: @b\n', 'a value that begins with @ needs quotes'],
  ['a: `b`\n', 'a value that begins with ` needs quotes'],
  ['a: %b\n', 'a value that begins with % needs quotes'],
  ['a: b: c\n', 'a value with ": " in it needs quotes'],
  ['a:\n  b: "c\nd: e\n', 'is a quote or a bracket before it left open?'],
  ['a:\n  b: [c\nd: e\n', 'is a quote or a bracket before it left open?'],
  ['a: "\\d+"\n', 'in single quotes a backslash stands for itself'],
  ['a: b\nc\n  d: e\n', 'is a ":" missing at the end of the line before?'],
  ['a:\n  - {{ b }} c\n', 'is this a template? render it first'],
  ['{"a": 1}\n{"b": 2}\n', 'write a line "---" between one object and the next'],
])('says of %j what is likely meant', (text, hint) => {
  const parsed = parseYaml(text)
  expect(parsed.ok ? 'parsed' : parsed.reason).toContain(`(${hint}`)
})

test('says nothing where nothing is likely', () => {
  const parsed = parseYaml('a:\n  b: c\n d: e\n')
  expect(parsed.ok ? 'parsed' : parsed.reason).toMatch(/^[^(]+$/)
})
