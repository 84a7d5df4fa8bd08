import { describe, expect, it } from 'vitest'
import { type RewriteTemplate, rewrite, rewriteTarget } from './rewrite.ts'

function template(text: string): RewriteTemplate {
  const parsed = rewrite.settings.target.parse(text)
  if ('problem' in parsed || parsed.value === undefined) throw new Error(`not a template: ${text}`)
  return parsed.value
}

describe('rewriteTarget', () => {
  it.each<[string, string[], string, string]>([
    ['/', [], '', '/'],
    ['/', [], 'a=1', '/?a=1'],
    ['/$2', ['', '/', 'new'], '', '/new'],
    ['/$2', ['', '', ''], 'q', '/?q'],
    ['/v2/$1/x', ['', 'a'], '', '/v2/a/x'],
    ['/$12', ['', 'a'], '', '/a2'],
    ['/$9', [''], '', '/'],
    ['$1', ['', 'a/b'], '', '/a/b'],
    ['$1', ['', '/a/b'], '', '/a/b'],
    ['/x?y=1', [], '', '/x?y=1'],
    ['/x?y=1', [], 'z=2', '/x?y=1&z=2'],
    ['/x?y=1?', [], 'z=2', '/x?y=1'],
    ['/x?', [], 'z=2', '/x'],
    ['/x?p=$1', ['', 'a b&c+d'], '', '/x?p=a%20b%26c%2Bd'],
    ['/$1', ['', 'a b%c?d#e\xc3\xa4'], '', '/a%20b%25c%3Fd%23e%C3%A4'],
    ['/$1', ['', "a+b;c=d&e'~"], '', "/a+b;c=d&e'~"],
    ['/$1', ['', 'a^b`c{d|e}\\'], '', '/a%5Eb%60c%7Bd%7Ce%7D%5C'],
    ['/x?p=$1', ['', 'a;b^'], '', '/x?p=a%3Bb%5E'],
  ])('%s with %j and query %j gives %s', (text, captures, query, target) => {
    expect(rewriteTarget(template(text), captures, query)).toBe(target)
  })

  it.each(['/$request_uri', '/a b', '/$0', '/{a}', '/x;y', '/é', 'https://a.com/$1'])(
    'refuses the template %s',
    text => {
      expect(rewrite.settings.target.parse(text)).toHaveProperty('problem')
    },
  )
})
