import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from '../diagnostics/shell-line.ts'

test('a shell reads the words as they were', () => {
  const words = fc.sample(fc.string({ unit: fc.constantFrom(...'ab \'"$`\\!*?~#&;|<>(){}[]=%\n') }), 100)
  const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words)
})

test('words that need no quotes have none', () => {
  expect(shellWord('http://foo.com:8080/a-b_c')).toBe('http://foo.com:8080/a-b_c')
  expect(shellWord('http://foo.com/?a=1&b=2')).toBe("'http://foo.com/?a=1&b=2'")
})
