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
  expect(readExplainArguments(words, undefined)).toEqual({ ...expected, live: undefined })
})

test.each([[[]], [['/cart', 'src']], [['GET']]])('%j lacks a URL', words => {
  expect(() => readExplainArguments(words, undefined)).toThrow(UsageError)
})

const url = 'http://a.test/'
const admin = { host: '127.0.0.1', port: 4 }

test.each([
  [true as const, [url], ['GET', true]],
  ['127.0.0.1:4', [url], ['GET', admin]],
  ['http://127.0.0.1:4/', ['POST', url], ['POST', admin]],
  // What commander takes for the flag's value is a word of the question.
  [url, [], ['GET', true]],
  [url, ['POST'], ['POST', true]],
  ['POST', [url], ['POST', true]],
] as const)('--live %j beside %j asks about the URL', (live, words, [method, asked]) => {
  expect(readExplainArguments(words, live)).toEqual({ method, url, paths: [], live: asked })
})

test.each([
  ['127.0.0.1:4', []],
  ['k8s', [url]],
  [url, [url]],
  [true as const, [url, 'k8s']],
  ['127.0.0.1:4', [url, 'k8s']],
] as const)('--live %j beside %j is no question', (live, words) => {
  expect(() => readExplainArguments(words, live)).toThrow(UsageError)
})
