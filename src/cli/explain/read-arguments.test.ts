import { expect, test } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { readExplainArguments } from './read-arguments.ts'

test.each([
  [['http://a.test/'], { method: 'GET', url: 'http://a.test/', paths: [] }],
  [['POST', 'a.test/x', 'src', '-'], { method: 'POST', url: 'a.test/x', paths: ['src', '-'] }],
  [['get', 'https://a.test/'], { method: 'get', url: 'https://a.test/', paths: [] }],
  [['localhost', 'src'], { method: 'GET', url: 'localhost', paths: ['src'] }],
  // A host of capitals before manifests that exist.
  [['HOST', 'src'], { method: 'GET', url: 'HOST', paths: ['src'] }],
])('%j is understood', (words, expected) => {
  expect(readExplainArguments(words)).toEqual(expected)
})

test.each([[[]], [['/cart', 'src']], [['GET']]])('%j lacks a URL', words => {
  expect(() => readExplainArguments(words)).toThrow(UsageError)
})
