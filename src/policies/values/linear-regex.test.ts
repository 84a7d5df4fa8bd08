import { describe, expect, it } from 'vitest'
import { compileLinearRegex } from './linear-regex.ts'

function problemOf(pattern: string): string {
  const compiled = compileLinearRegex(pattern, { ignoreCase: false })
  return 'problem' in compiled ? compiled.problem : ''
}

describe('compileLinearRegex', () => {
  it.each([
    ['(?=a)', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['(a)\\1', 'backreference'],
    ['(?>a)', 'atomic'],
    ['a++', 'possessive'],
    ['(a', 'not a valid regex'],
    ['a'.repeat(2000), 'longer'],
    ['((a{90}){90})', 'not a valid regex'],
  ])('names what is wrong with %s', (pattern, words) => {
    expect(problemOf(pattern)).toContain(words)
  })

  it('takes linear time where backtracking takes for ever', () => {
    const compiled = compileLinearRegex('^(a+)+$', { ignoreCase: false })
    expect('regex' in compiled && compiled.regex.test(`${'a'.repeat(50_000)}b`)).toBe(false)
  })
})
