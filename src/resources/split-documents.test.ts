import { expect, test } from 'vitest'
import { splitDocuments } from './split-documents.ts'

const split = (text: string) =>
  splitDocuments(Buffer.from(text)).map(({ text, startLine }) => [startLine, text])

test('cuts before each line that begins a document', () => {
  expect(split('a: 1\n---\nb: 2\n--- # c\nc: 3')).toEqual([
    [1, 'a: 1\n'],
    [2, '---\nb: 2\n'],
    [4, '--- # c\nc: 3'],
  ])
})

test('does not cut at dashes that begin no document', () => {
  expect(split('a: |\n  ---\n----\n---x\n')).toHaveLength(1)
})

test('cuts after Windows line ends too', () => {
  expect(split('a: 1\r\n---\r\nb: 2')).toEqual([
    [1, 'a: 1\r\n'],
    [2, '---\r\nb: 2'],
  ])
})

test('leaves out a byte order mark', () => {
  expect(split('\ufeffa: 1')).toEqual([[1, 'a: 1']])
})

test('keeps a file with directives whole', () => {
  expect(split('%YAML 1.2\n---\na: 1\n---\nb: 2')).toHaveLength(1)
})

test('finds nothing in an empty file', () => {
  expect(split('')).toEqual([])
})
