import { expect, it } from 'vitest'
import { serverAlias } from './server-alias.ts'

const parse = (text: string) => serverAlias.settings.aliases.parse(text)

it('reads names, wildcards and regexes, each once', () => {
  expect(parse('A.com, *.b.com ,~^api\\d+\\.c\\.com$,a.com,')).toEqual({
    value: [
      { kind: 'name', text: 'a.com' },
      { kind: 'name', text: '*.b.com' },
      { kind: 'regex', text: '^api\\d+\\.c\\.com$' },
    ],
  })
})

it.each([
  'a com',
  'a.com:80',
  'http://a.com',
  '*.*.com',
  'a.*',
  'a..com',
  'a.com.',
  '~(',
  '~(a)\\1',
  '~(?=a)',
])('refuses %s', text => {
  expect(parse(text)).toHaveProperty('problem')
})

it('refuses a list without end', () => {
  expect(parse(Array.from({ length: 65 }, (_, i) => `h${i}.com`).join())).toHaveProperty('problem')
})
