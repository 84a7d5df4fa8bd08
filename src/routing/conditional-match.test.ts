import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchIn } from '../../test/support/match-in.ts'
import { type FactsInput, requestFacts } from '../../test/support/request-facts.ts'
import { placeIn } from '../../test/support/resources.ts'
import { defaultRoutePolicies } from '../policies/all.ts'
import { defaultHandling } from '../policies/handling.ts'
import {
  compareSpecificity,
  fitsConditions,
  isConditional,
  type MatchConditions,
  matchConditions,
} from '../policies/routing/match-conditions.ts'
import { emptyTable } from './empty-table.ts'
import { buildMatcher, type Matcher } from './matcher.ts'
import type { Route, RouteKind } from './table.ts'

const none = matchConditions.defaults

function buildRoute(id: string, rule: string, conditions: Partial<MatchConditions> = {}): Route {
  const [kind, path] = rule.split(' ') as [RouteKind, string]
  return {
    id,
    host: 'foo.com',
    path,
    kind,
    backend: undefined,
    canaries: [],
    errorBackends: undefined,
    ...defaultHandling,
    policies: { ...defaultRoutePolicies, matchConditions: { ...none, ...conditions } },
    origin: { namespace: 'default', ingress: id, place: placeIn('a.yaml') },
  }
}

function matcherOf(routes: readonly Route[], fallback?: Route): Matcher {
  return buildMatcher({ ...emptyTable, hosts: [{ host: 'foo.com', hasTls: false, routes, fallback }] })
}

const header = (name: string) => [{ name, kind: 'present', value: '' } as const]

describe('a host with conditions', () => {
  const matcher = matcherOf([
    buildRoute('plain', 'prefix /a'),
    buildRoute('root', 'prefix /'),
    buildRoute('by header', 'prefix /a', { headers: header('x') }),
    buildRoute('by two', 'prefix /a', { headers: [...header('x'), ...header('y')] }),
    buildRoute('by method', 'prefix /a', { methods: ['PUT'] }),
    buildRoute('exact', 'exact /a/b', { headers: header('x') }),
    buildRoute('regex', 'regex /a/[a-z]{1}', { headers: header('r') }),
  ])
  const ask = (path: string, request: FactsInput = {}) => matchIn(matcher, 'foo.com', path, request)?.id

  it('asks the more specific rule first, and one without conditions last', () => {
    expect(ask('/a', { headers: { x: '', y: '' } })).toBe('by two')
    expect(ask('/a', { headers: { x: '' } })).toBe('by header')
    expect(ask('/a', { method: 'PUT', headers: { x: '', y: '' } })).toBe('by method')
    expect(ask('/a')).toBe('plain')
  })

  it('goes on to the next less specific path where no rule fits', () => {
    expect(ask('/a/b', { headers: { x: '' } })).toBe('exact')
    expect(ask('/a/b')).toBe('plain')
    expect(ask('/a/c', { headers: { r: '' } })).toBe('regex')
    expect(ask('/other', { headers: { x: '' } })).toBe('root')
  })

  it('has its fallback in the end', () => {
    const fallback = buildRoute('fallback', 'prefix /')
    const only = matcherOf([buildRoute('by header', 'prefix /', { headers: header('x') })], fallback)
    expect(matchIn(only, 'foo.com', '/', { headers: { x: '' } })?.id).toBe('by header')
    expect(matchIn(only, 'foo.com', '/')?.id).toBe('fallback')
  })

  it('does not index hosts without', () => {
    expect(
      matcherOf([buildRoute('plain', 'prefix /a')]).exactHosts.get('foo.com')?.conditional,
    ).toBeUndefined()
  })
})

/** The rule in plain words: of all that take the path and the request, the best. */
function slowMatch(routes: readonly Route[], path: string, request: FactsInput): Route | undefined {
  const takes = ({ kind, path: rule }: Route) => {
    if (kind === 'exact') return path === rule
    if (kind === 'regex') return new RegExp(`^(?:${rule})`, 'i').test(path)
    const stem = rule.endsWith('/') ? rule.slice(0, -1) : rule
    return path === stem || path.startsWith(`${stem}/`)
  }
  const rank = (kind: RouteKind) => ['exact', 'prefix', 'regex'].indexOf(kind)
  const fitting = routes.filter(
    route => takes(route) && fitsConditions(route.policies.matchConditions, requestFacts(request)),
  )
  return fitting.toSorted(
    (a, b) =>
      Number(b.kind === 'exact') - Number(a.kind === 'exact') ||
      b.path.length - a.path.length ||
      rank(a.kind) - rank(b.kind) ||
      compareSpecificity(a.policies.matchConditions, b.policies.matchConditions),
  )[0]
}

it('finds what a slow search finds', () => {
  const paths = ['/', '/a', '/a/', '/a/b', '/a/b/', '/b', '/a/b/c']
  const rules = fc.record({
    rule: fc.constantFrom(
      ...paths.map(path => `prefix ${path}`),
      'exact /a',
      'exact /a/b',
      'regex /a/.',
      'regex /a/[b-c]+',
    ),
    methods: fc.constantFrom<readonly string[]>([], ['PUT']),
    names: fc.subarray(['x', 'y']),
  })
  const requests = fc.record({
    path: fc.constantFrom(...paths, '/c', '/a/c/d'),
    method: fc.constantFrom('GET', 'PUT'),
    names: fc.subarray(['x', 'y']),
  })
  fc.assert(
    fc.property(fc.array(rules, { maxLength: 12 }), fc.array(requests, { minLength: 1 }), (list, asked) => {
      const routes = list.map(({ rule, methods, names }, index) =>
        buildRoute(String(index), rule, { methods, headers: names.flatMap(header) }),
      )
      // Without any condition the matcher never comes here.
      if (!routes.some(({ policies }) => isConditional(policies.matchConditions))) return
      const matcher = matcherOf(routes)
      for (const { path, method, names } of asked) {
        const request = { method, headers: Object.fromEntries(names.map(name => [name, ''])) }
        expect(matchIn(matcher, 'foo.com', path, request)?.id).toBe(slowMatch(routes, path, request)?.id)
      }
    }),
  )
})
