import { expect, it } from 'vitest'
import { requestFacts } from '../../../test/support/request-facts.ts'
import { parseTextRewrite, rewriteText } from './text-rewrite.ts'

function rewrite(from: string, to: string, kind: 'prefix' | 'domain', value: string): string | undefined {
  const parsed = parseTextRewrite(from, to, kind)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return rewriteText(parsed.value, value, requestFacts({ host: 'shop.test', authority: 'shop.test:8080' }))
}

it('replaces the beginning of a value', () => {
  expect(rewrite('/two/', '/', 'prefix', '/two/some/uri/')).toBe('/some/uri/')
  expect(rewrite('/two/', '/', 'prefix', '/Two/some')).toBeUndefined()
  expect(
    rewrite('http://localhost:8000/two/', 'http://frontend/one/', 'prefix', 'http://localhost:8000/two/x'),
  ).toBe('http://frontend/one/x')
})

it('compares domains whole, in any letter case and with or without a leading dot', () => {
  expect(rewrite('localhost', 'example.org', 'domain', 'LocalHost')).toBe('example.org')
  expect(rewrite('.localhost', '.example.org', 'domain', 'localhost')).toBe('example.org')
  expect(rewrite('localhost', 'example.org', 'domain', '.localhost')).toBe('.example.org')
  expect(rewrite('localhost', 'example.org', 'domain', 'my.localhost')).toBeUndefined()
})

it('replaces the whole value where a regex is found in it, with its groups', () => {
  expect(rewrite('~^http://([^/]+)/(.*)$', 'https://$1/app/$2', 'prefix', 'http://a.b/c?d')).toBe(
    'https://a.b/app/c?d',
  )
  expect(rewrite('~*^/API', '/v1', 'prefix', '/api/users')).toBe('/v1')
  expect(rewrite('~^/API', '/v1', 'prefix', '/api/users')).toBeUndefined()
  expect(rewrite('~\\.([a-z]+)\\.test$', '$1.example.org$9', 'domain', 'x.SHOP.test')).toBe(
    'SHOP.example.org',
  )
})

it('puts what the request says in the place of variables', () => {
  expect(
    rewrite('http://$host:3000/', '$scheme://$best_http_host/', 'prefix', 'http://shop.test:3000/a'),
  ).toBe('http://shop.test:8080/a')
  expect(rewrite('localhost', '.$host', 'domain', '.LOCALHOST')).toBe('.shop.test')
  expect(rewrite('~^/api/(.*)', 'https://$host/$1', 'prefix', '/api/x')).toBe('https://shop.test/x')
})

it('refuses what could not be obeyed', () => {
  const problems = [
    parseTextRewrite('/a', '/b\r\nX: y', 'prefix'),
    parseTextRewrite('http://$nobody/', '/', 'prefix'),
    parseTextRewrite('~(', '/', 'prefix'),
    parseTextRewrite('~(a)\\1', '/', 'prefix'),
    parseTextRewrite('a', '$1', 'prefix'),
  ]
  expect(problems.map(parsed => 'problem' in parsed)).toEqual([true, true, true, true, true])
})
