import { describe, expect, it } from 'vitest'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { buildMatcher, findHost, match } from '../routing/matcher.ts'

interface Rule {
  readonly path: string
  /** Default: a regex. */
  readonly type?: 'Prefix' | 'Exact' | undefined
}

/** Regexes and plain paths are of two Ingresses: one that asks for regexes has nothing else. */
function compileRules(rules: readonly Rule[]) {
  const isRegex = ({ type }: Rule) => type === undefined
  const texts = [rules.filter(isRegex), rules.filter(rule => !isRegex(rule))].map(ingressOf)
  return compileManifest(texts.join('---'))
}

function ingressOf(rules: readonly Rule[], index: number): string {
  if (rules.length === 0) return '\n'
  const paths = rules.map(({ path, type = 'ImplementationSpecific' }) => {
    const backend = '{service: {name: web, port: {number: 80}}}'
    return `          - {path: ${JSON.stringify(path)}, pathType: ${type}, backend: ${backend}}`
  })
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web-${index}
  annotations: {nginx.ingress.kubernetes.io/use-regex: "${index === 0}"}
spec:
  rules:
    - host: shop.test
      http:
        paths:
${paths.join('\n')}
`
}

/** The paths that are reported to get no requests. */
function shadowed(...rules: Rule[]): string[] {
  const { diagnostics } = compileRules(rules)
  return diagnostics
    .filter(({ code }) => code === 'path-shadowed')
    .map(({ message }) => /^path (\S+):/.exec(message)![1]!)
}

describe('reports a rule that a longer regex leaves without requests', () => {
  it.each([
    ['/(.*)', '/api'],
    ['/.*', '/a'],
    ['/api/.*', '/API/x'],
    ['/api/?(.*)', '/api/v1'],
    ['/api(/.*)?', '/api/v1'],
    ['/api(/|$)(.*)', '/api/v1'],
    ['/api(/|$)(.*)', '/api/.*'],
  ])('%s before %s', (winner, loser) => {
    expect(shadowed({ path: loser }, { path: winner })).toEqual([loser])
  })

  it('a Prefix too', () => {
    expect(shadowed({ path: '/api(/|$)(.*)' }, { path: '/api', type: 'Prefix' })).toEqual(['/api'])
    expect(shadowed({ path: '/(.*)' }, { path: '/', type: 'Prefix' })).toEqual(['/'])
  })
})

describe('does not report a rule that may get requests', () => {
  it.each([
    ['a longer rule', { path: '/api/v1/.*' }, { path: '/api/.*' }],
    ['an Exact path', { path: '/api/v1', type: 'Exact' }, { path: '/api/(.*)' }],
    ['a beginning within a segment', { path: '/apis' }, { path: '/api(/|$)(.*)' }],
    ['a Prefix of the same length', { path: '/api/v1', type: 'Prefix' }, { path: '/api/.*' }],
    ['another pattern', { path: '/[ab]' }, { path: '/a/(.*)' }],
    ['alternatives', { path: '/api|/x' }, { path: '/api/?(.*)' }],
    ['what ends elsewhere', { path: '/api/v1' }, { path: '/api/(.*)[.]html' }],
    ['an optional letter', { path: '/ap?' }, { path: '/ap/(.*)' }],
  ] as const)('%s', (_, rule, other) => {
    expect(shadowed(rule as Rule, other)).toEqual([])
  })
})

it('agrees with the matcher: a rule that is reported takes no path', () => {
  const texts = [
    '/',
    '/a',
    '/A/b',
    '/a/b',
    '/a(/|$)(.*)',
    '/a/.*',
    '/(.*)',
    '/a/?(.*)',
    '/a/b(/.*)?',
    '/ab',
    '/a.*',
  ]
  const requests = ['/', '/a', '/a/', '/A', '/a/b', '/A/B/c', '/ab', '/abc/d', '/a/bc', '/x', '/a/b/c.html']
  let lostCount = 0
  const facts = { method: 'GET', target: '/', header: () => undefined }
  for (const one of texts) {
    for (const two of texts) {
      for (const type of ['Prefix', undefined] as const) {
        if (one === two || (type === 'Prefix' && /[(.*]/.test(one))) continue
        const { table, diagnostics } = compileRules([{ path: one, type }, { path: two }])
        const lost = diagnostics.some(
          ({ code, message }) => code === 'path-shadowed' && message.startsWith(`path ${one}:`),
        )
        if (!lost) continue
        lostCount++
        const host = findHost(buildMatcher(table), 'shop.test')!
        for (const path of requests)
          expect(match(host, path, facts)?.path, `${one} ${two} ${path}`).not.toBe(one)
      }
    }
  }
  expect(lostCount).toBeGreaterThan(20)
})
