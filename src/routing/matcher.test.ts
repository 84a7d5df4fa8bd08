import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchIn } from '../../test/support/match-in.ts'
import { placeIn } from '../../test/support/resources.ts'
import { defaultHandling } from '../policies/handling.ts'
import { emptyTable } from './empty-table.ts'
import { buildMatcher, capturesOf, findHost } from './matcher.ts'
import { normalizePath } from './normalize-path.ts'
import type { HostAlias, HostRoutes, Route, RouteKind, RoutingTable } from './table.ts'

const place = placeIn('table.yaml')

/** `exact /foo`, `prefix /foo`, `regex /foo.*`. */
function buildRoute(host: string, rule: string): Route {
  const [kind, path] = rule.split(' ') as [RouteKind, string]
  return {
    id: `${host} ${rule}`,
    host,
    path,
    kind,
    backend: undefined,
    canaries: [],
    errorBackends: undefined,
    ...defaultHandling,
    origin: { namespace: 'default', ingress: 'web', place },
  }
}

function buildHost(host: string, rules: readonly string[], fallback?: string): HostRoutes {
  return {
    host,
    hasTls: false,
    routes: rules.map(rule => buildRoute(host, rule)),
    fallback: fallback === undefined ? undefined : buildRoute(host, fallback),
  }
}

function buildTable(hosts: readonly HostRoutes[]): RoutingTable {
  return { ...emptyTable, hosts }
}

function tableOf(hosts: Readonly<Record<string, readonly string[]>>): RoutingTable {
  return buildTable(Object.entries(hosts).map(([host, rules]) => buildHost(host, rules)))
}

/** The rule that takes a path on the catch-all host. */
function taken(rules: readonly string[], path: string): string | undefined {
  return matchIn(buildMatcher(tableOf({ '': rules })), 'any', path)?.id.slice(1)
}

describe('host', () => {
  const matcher = buildMatcher(
    tableOf({
      'foo.com': ['prefix /'],
      '*.foo.com': ['prefix /'],
      'x.foo.com': ['exact /x'],
      'foo.bar.com': ['prefix /'],
    }),
  )
  it.each([
    ['foo.com', 'foo.com'],
    ['bar.foo.com', '*.foo.com'],
    ['b_a-r9.foo.com', '*.foo.com'],
    ['baz.bar.foo.com', undefined],
    ['foo.bar.com', 'foo.bar.com'],
    ['subdomain.bar.com', undefined],
    ['.foo.com', undefined],
    ['b~r.foo.com', undefined],
    ['com', undefined],
    ['', undefined],
  ])('of %s is served by %s', (host, rule) => {
    expect(matchIn(matcher, host, '/')?.host).toBe(rule)
  })

  it('that is chosen does not fall through to a wildcard or catch-all', () => {
    const all = buildMatcher(
      tableOf({ '': ['prefix /'], '*.foo.com': ['prefix /'], 'x.foo.com': ['exact /x'] }),
    )
    expect(matchIn(all, 'x.foo.com', '/other')).toBeUndefined()
    expect(matchIn(all, 'y.foo.com', '/other')?.host).toBe('*.foo.com')
    expect(matchIn(all, 'else.com', '/other')?.host).toBe('')
  })

  it("answers paths that no route takes with the host's fallback", () => {
    const withFallback = buildMatcher(buildTable([buildHost('foo.com', ['exact /a'], 'prefix /')]))
    expect(matchIn(withFallback, 'foo.com', '/a')?.id).toBe('foo.com exact /a')
    expect(matchIn(withFallback, 'foo.com', '/b')?.id).toBe('foo.com prefix /')
  })
})

describe('an alias', () => {
  const aliases: HostAlias[] = [
    { kind: 'name', text: 'alias.com', host: 'foo.com', hasTls: true },
    { kind: 'name', text: '*.alias.com', host: '*.foo.com', hasTls: false },
    { kind: 'regex', text: '^v\\d\\.', host: 'foo.com', hasTls: false },
    { kind: 'regex', text: '.*\\.any', host: 'bar.com', hasTls: false },
  ]
  const table = tableOf({
    'foo.com': ['prefix /', 'regex /(a+)'],
    '*.foo.com': ['prefix /'],
    'bar.com': ['prefix /'],
  })
  const matcher = buildMatcher({ ...table, aliases })

  it.each([
    ['alias.com', 'foo.com'],
    ['x.alias.com', '*.foo.com'],
    ['x.y.alias.com', undefined],
    ['v1.any', 'foo.com'],
    ['w1.any', 'bar.com'],
    ['', undefined],
  ])('takes %s to %s, regexes in their order', (host, rule) => {
    expect(matchIn(matcher, host, '/')?.host).toBe(rule)
  })

  it('has TLS or not by itself', () => {
    expect(findHost(matcher, 'alias.com')?.hostRoutes.hasTls).toBe(true)
    expect(findHost(matcher, 'foo.com')?.hostRoutes.hasTls).toBe(false)
  })

  it('shares the routes of its host, captures included', () => {
    const route = matchIn(matcher, 'alias.com', '/aa')!
    expect(route).toBe(matchIn(matcher, 'foo.com', '/aa'))
    expect(capturesOf(matcher, route, '/aa')).toEqual(['/aa', 'aa'])
  })

  it('gives way when its name becomes a host', () => {
    const later = buildMatcher(tableOf({ 'alias.com': ['prefix /'] }), matcher)
    expect(matchIn(later, 'alias.com', '/')?.host).toBe('alias.com')
    expect(matchIn(later, 'v1.any', '/')).toBeUndefined()
  })
})

describe('path (the table of the Kubernetes documentation)', () => {
  it.each<[string[], string, string | undefined]>([
    [['prefix /'], '/', 'prefix /'],
    [['prefix /'], '/any/path', 'prefix /'],
    [['exact /foo'], '/foo', 'exact /foo'],
    [['exact /foo'], '/bar', undefined],
    [['exact /foo'], '/foo/', undefined],
    [['exact /foo/'], '/foo', undefined],
    [['prefix /foo'], '/foo', 'prefix /foo'],
    [['prefix /foo'], '/foo/', 'prefix /foo'],
    [['prefix /foo/'], '/foo', 'prefix /foo/'],
    [['prefix /foo/'], '/foo/', 'prefix /foo/'],
    [['prefix /aaa/bb'], '/aaa/bbb', undefined],
    [['prefix /aaa/bbb'], '/aaa/bbb', 'prefix /aaa/bbb'],
    [['prefix /aaa/bbb/'], '/aaa/bbb', 'prefix /aaa/bbb/'],
    [['prefix /aaa/bbb'], '/aaa/bbb/', 'prefix /aaa/bbb'],
    [['prefix /aaa/bbb'], '/aaa/bbb/ccc', 'prefix /aaa/bbb'],
    [['prefix /aaa/bbb'], '/aaa/bbbxyz', undefined],
    [['prefix /', 'prefix /aaa'], '/aaa/ccc', 'prefix /aaa'],
    [['prefix /', 'prefix /aaa', 'prefix /aaa/bbb'], '/aaa/bbb', 'prefix /aaa/bbb'],
    [['prefix /', 'prefix /aaa', 'prefix /aaa/bbb'], '/ccc', 'prefix /'],
    [['prefix /aaa'], '/ccc', undefined],
    [['prefix /foo', 'exact /foo'], '/foo', 'exact /foo'],
  ])('%j takes %s by %s', (rules, path, rule) => {
    expect(taken(rules, path)).toBe(rule)
  })

  it.each<[string[], string, string | undefined]>([
    [['exact /foo'], '/FOO', undefined],
    [['prefix /foo'], '/FOO', undefined],
    [['prefix /foo', 'prefix /foo/'], '/foo', 'prefix /foo/'],
    [['prefix /', 'prefix /aaa'], '/aaaxyz', 'prefix /'],
    [['prefix /', 'exact /aaa'], '/aaa/', 'prefix /'],
    [['exact /', 'prefix /aaa'], '/bbb', undefined],
    [['exact /', 'prefix /aaa'], '/', 'exact /'],
    [['prefix /a%20b'], '/a b/c', 'prefix /a%20b'],
    [['prefix /ä'], '/\xc3\xa4', 'prefix /ä'],
    [['regex /foo'], '/FOOBAR', 'regex /foo'],
    [['regex /b'], '/a/b', undefined],
    [['regex /a|/b'], '/a/b', 'regex /a|/b'],
    [['regex /ab', 'prefix /a'], '/abc', 'regex /ab'],
    [['regex /a.', 'prefix /a/'], '/a/b', 'prefix /a/'],
    [['regex /a..', 'prefix /a/'], '/a/b', 'regex /a..'],
    [['regex /foo/bar/bar', 'regex /foo/bar/[a-z]{3}'], '/foo/bar/bar', 'regex /foo/bar/[a-z]{3}'],
    [['exact /foo', 'regex /foo.*'], '/foo', 'exact /foo'],
  ])('%j takes %s by %s (beyond the table)', (rules, path, rule) => {
    expect(taken(rules, path)).toBe(rule)
  })
})

describe('captures', () => {
  it('are the groups of the rule path, empty where one took no part', () => {
    const table = tableOf({ 'foo.com': ['regex /something(/|$)(.*)', 'regex /v(1)?x'] })
    const matcher = buildMatcher(table)
    const [something, v] = table.hosts[0]!.routes as [Route, Route]
    expect(capturesOf(matcher, something, '/something/new')).toEqual(['/something/new', '/', 'new'])
    expect(capturesOf(matcher, something, '/something')).toEqual(['/something', '', ''])
    expect(capturesOf(matcher, v, '/vx')).toEqual(['/vx', ''])
  })
})

describe('buildMatcher', () => {
  it('reuses the index of a host whose routes are the same object', () => {
    const kept = buildHost('foo.com', ['prefix /'])
    const before = buildMatcher(buildTable([kept, buildHost('bar.com', ['prefix /'])]))
    const after = buildMatcher(buildTable([kept, buildHost('bar.com', ['prefix /b'])]), before)
    expect(after.exactHosts.get('foo.com')).toBe(before.exactHosts.get('foo.com'))
    expect(after.exactHosts.get('bar.com')).not.toBe(before.exactHosts.get('bar.com'))
    expect(matchIn(after, 'bar.com', '/a')).toBeUndefined()
  })
})

/** The slow, obvious twin of `match`: every rule is asked by itself, the best one wins. */
function matchNaively(table: RoutingTable, host: string, path: string): Route | undefined {
  const rest = host.slice(host.indexOf('.') + 1)
  const isLabel = /^[A-Za-z0-9_-]+\./.test(host)
  const chosen =
    table.hosts.find(entry => entry.host === host && host !== '') ??
    table.hosts.find(entry => isLabel && entry.host === `*.${rest}`) ??
    table.hosts.find(entry => entry.host === '')
  const rank = (route: Route) => [
    route.kind === 'exact' ? 1 : 0,
    route.path.length,
    route.kind === 'prefix' ? 1 : 0,
  ]
  const best = chosen?.routes
    .filter(route => takes(route, path))
    .toSorted((a, b) => {
      const [left, right] = [rank(a), rank(b)]
      const index = left.findIndex((value, i) => value !== right[i])
      return index === -1 ? 0 : right[index]! - left[index]!
    })[0]
  return best ?? chosen?.fallback
}

function takes({ kind, path }: Route, requested: string): boolean {
  if (kind === 'exact') return path === requested
  if (kind === 'regex') return new RegExp(`^(?:${path})`, 'i').test(requested)
  const elements = (text: string) => text.split('/').filter(element => element !== '')
  const wanted = elements(path)
  return wanted.every((element, index) => elements(requested)[index] === element)
}

describe('match', () => {
  it('equals a naive reading of any table', () => {
    const segment = fc.constantFrom('a', 'b', 'aa', 'A')
    const path = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.constantFrom('', '/'))
      .map(([segments, end]) => (segments.length === 0 ? '/' : `/${segments.join('/')}${end}`))
    const literal = fc.tuple(fc.constantFrom('exact', 'prefix'), path).map(rule => rule.join(' '))
    const regex = fc
      .constantFrom('/a', '/a/?b', '/.', '/(a|b)+$', '/a/b.*', '/aa?')
      .map(text => `regex ${text}`)
    const host = fc.constantFrom('', 'f.com', '*.f.com', 'x.f.com', '*.x.f.com')
    const entry = fc.record({
      host,
      rules: fc.uniqueArray(fc.oneof(literal, regex), { maxLength: 8 }),
      hasFallback: fc.boolean(),
    })
    const table = fc
      .uniqueArray(entry, { selector: ({ host }) => host, maxLength: 5 })
      .map(entries =>
        buildTable(
          entries.map(({ host, rules, hasFallback }) =>
            buildHost(host, rules, hasFallback ? 'prefix /' : undefined),
          ),
        ),
      )
    const requestHost = fc.constantFrom('f.com', 'x.f.com', 'y.f.com', 'y.x.f.com', 'other', '', 'a~.f.com')
    fc.assert(
      fc.property(table, requestHost, path, (table, host, path) => {
        const normal = normalizePath(path)!
        expect(matchIn(buildMatcher(table), host, normal)).toBe(matchNaively(table, host, normal))
      }),
      { numRuns: 3000 },
    )
  })
})
