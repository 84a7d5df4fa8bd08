import { expect, it } from 'vitest'
import { literalStart } from './literal-start.ts'

it('is what every text that the pattern takes begins with', () => {
  const starts: Record<string, string> = {
    '/admin(?!/public).*': '/admin',
    '/admin/?(?=x)': '/admin',
    '/a+(?!x)': '/a',
    '/ab{0,2}(?!x)': '/a',
    '/a\\.b(?!x)': '/a',
    '/(a|b)(?!x)': '/',
    '/a[|)](?!x)': '/a',
    '/a\\|(?!x)': '/a',
    '/plain': '/plain',
  }
  expect(Object.fromEntries(Object.keys(starts).map(pattern => [pattern, literalStart(pattern)]))).toEqual(
    starts,
  )
})

it('is nothing where alternatives leave it open, or brackets do not pair up', () => {
  expect(
    ['/a(?!x)|/b', '/a|b', '/(a', '/a)|(b', '(a)|(b)(?!x)', `/a${'['.repeat(1_000_000)}`].map(literalStart),
  ).toEqual(Array.from({ length: 6 }, () => ''))
})
