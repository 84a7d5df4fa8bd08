import { expect, it } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { renderExcerpt } from './excerpt.ts'

/** A finding where `|` stands in the text. */
function findingAt(marked: string, object = 'Ingress default/web'): Diagnostic {
  const offset = marked.indexOf('|')
  const document = { file: 'a.yaml', text: marked.replace('|', ''), startLine: 1 }
  return { severity: 'error', code: 'field-value', place: { document, offset }, object, message: 'is wrong' }
}

function excerptOf(marked: string, object?: string): string[] {
  return renderExcerpt(findingAt(marked, object), (_, text) => text)
}

it('shows the line with a caret below the spot', () => {
  expect(excerptOf('kind: Ingress\nspec:\n  host: |x\n')).toEqual(['    3 |   host: x', '      |         ^'])
})

it('shows the first line of a document, and one that ends with a carriage return', () => {
  expect(excerptOf('|kind: x\r\nspec:\r\n')).toEqual(['    1 | kind: x', '      | ^'])
  expect(excerptOf('\n|kind: x')).toEqual(['    2 | kind: x', '      | ^'])
})

it('keeps the caret below the spot behind tabs, wide letters, emoji and combining marks', () => {
  expect(excerptOf('a:\t|b')[1]).toBe('      |    ^')
  expect(excerptOf('名前: |b')[1]).toBe('      |       ^')
  expect(excerptOf('🚀é: |b')[1]).toBe('      |      ^')
  expect(excerptOf('e\u0301: |b')[1]).toBe('      |    ^')
})

it('shows the part of a long line around the spot', () => {
  const [line, caret] = excerptOf(`${'a'.repeat(5_000)}|B${'c'.repeat(5_000)}`)
  expect(line!.length).toBeLessThan(140)
  expect(line![caret!.indexOf('^')]).toBe('B')
  expect(line!.startsWith('    1 | …') && line!.endsWith('…')).toBe(true)
  const [end, endCaret] = excerptOf(`${'🚀'.repeat(3_000)}|B`)
  expect(end!.isWellFormed()).toBe(true)
  expect(end!.endsWith('🚀B') && endCaret!.endsWith('^')).toBe(true)
})

it('shows no character that a terminal would obey', () => {
  expect(excerptOf('a: \u001b[31m\u009b2J\u202e|b').join('')).not.toMatch(/[\u001b\u009b\u202e]/)
})

it('never shows what a Secret holds', () => {
  const secret = 'kind: Secret\nmetadata:\n  name: s\ndata:\n  password: aHVudGVyMg\n'
  const hidden = (marked: string, object: string) => expect(excerptOf(marked, object)).toEqual([])
  hidden(secret.replace('aHV', '|aHV'), 'Secret default/s')
  hidden(secret.replace('aHV', '|aHV'), '')
  hidden(`{"kind": "List", "items": [{"kind": "Secret", "data": {"a": "${'h'.repeat(200)}"}}, |3]}`, 'List')
  expect(excerptOf(secret.replace('name: s', 'name: |s'), 'Secret default/s')[0]).toContain('name: s')
  const other = `${secret.replaceAll('\n', '\n  ')}\n- kind: Ingress\n  host: |x`
  expect(excerptOf(other, 'Ingress default/web')[0]).toContain('host: x')
})

it('shows nothing where there is no line', () => {
  expect(excerptOf('|')).toEqual([])
  expect(renderExcerpt({ ...findingAt('|x'), place: undefined }, (_, text) => text)).toEqual([])
})
