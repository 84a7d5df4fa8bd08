import { describe, expect, it } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { type IngressInput, ingress, service, slice } from '../../test/support/resources.ts'
import { allPolicies, defaultRoutePolicies } from '../policies/all.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

/** Compiles one Ingress for a.com; annotations come without ingress-nginx's prefix unless they have one. */
function compileWith(annotations: Record<string, string>, ...paths: string[]) {
  const full = Object.entries(annotations).map(([key, value]) => [
    key.includes('/') ? key : nginx + key,
    value,
  ])
  const web = ingress({
    annotations: Object.fromEntries(full),
    rules: { 'a.com': paths.length > 0 ? paths : ['I / web:80'] },
  })
  return compile([web, service(), slice('web', ['127.0.0.1'])])
}

describe('an annotation', () => {
  it('sets the policies of its routes', () => {
    const { route, codes } = compileWith({ 'proxy-read-timeout': '600', 'proxy-body-size': '10m' })
    expect(codes).toEqual([])
    expect(route('a.com', '/')?.policies).toMatchObject({
      timeouts: { readMs: 600_000, connectMs: 5_000 },
      bodySize: { maxBodyBytes: 10 * 1024 ** 2 },
    })
  })

  it('that is absent or empty leaves the defaults', () => {
    const { route, codes } = compileWith({ 'proxy-read-timeout': '' })
    expect([route('a.com', '/')?.policies, codes]).toEqual([defaultRoutePolicies, []])
  })

  it('with a bad value leaves the default and is reported', () => {
    const { route, diagnostics } = compileWith({ 'proxy-read-timeout': '10m' })
    expect(route('a.com', '/')?.policies.timeouts.readMs).toBe(60_000)
    expect(diagnostics).toMatchObject([{ code: 'annotation-value', severity: 'error' }])
  })

  it('may end in a line break but not hold one', () => {
    expect(compileWith({ 'proxy-body-size': '10m\n' }).codes).toEqual([])
    expect(compileWith({ 'proxy-body-size': '10m\n1m' }).codes).toEqual(['annotation-value'])
  })

  it('that guards access and is not obeyed closes the routes, the default backend too', () => {
    const { route, codes } = compileWith({ 'server-snippet': 'location /x { deny all; }' }, 'E /a web:80')
    expect(codes).toEqual(['annotation-refused'])
    expect(route('a.com', '/a')?.denied).toContain('deny all')
    expect(route('a.com', '/else')?.denied).toContain('deny all')
  })

  it('that asks for what happens anyway is obeyed', () => {
    expect(compileWith({ 'enable-modsecurity': 'false', 'http2-push-preload': 'false' }).codes).toEqual([])
  })

  it('is data, whatever words ingress-nginx would look for in it', () => {
    const value = '/x by_lua_block { load_module /etc/passwd; } $(id) `id`'
    const { codes, route } = compileWith({ 'rewrite-target': value, 'upstream-vhost': 'a{b' })
    expect(codes.every(code => code === 'annotation-value')).toBe(true)
    expect(route('a.com', '/')?.denied).toBeUndefined()
  })

  it('that is refused comes with what to write instead', () => {
    const { diagnostics } = compileWith({ 'configuration-snippet': 'more_set_headers "X-A: b";' })
    expect(diagnostics[0]?.message).toContain('custom-headers instead of more_set_headers')
    expect(compileWith({ 'nginx.org/proxy-read-timeout': '5' }).diagnostics[0]?.message).toContain(
      `${nginx}proxy-read-timeout has`,
    )
  })

  it.each([
    ['haproxy.org/timeout-server', 'annotation-ignored', 'note'],
    ['server-snippet', 'annotation-refused', 'error'],
    ['secure-backends', 'annotation-legacy', 'warning'],
    ['http2-push-preload', 'annotation-ignored', 'note'],
    ['proxy-read-timeuot', 'annotation-unknown', 'error'],
    ['portico/endpoints', 'annotation-misplaced', 'error'],
    ['nginx.org/rewrites', 'annotation-ignored', 'note'],
  ])('%s has no effect and is reported as %s', (key, code, severity) => {
    const { diagnostics, route } = compileWith({ [key]: 'true' })
    expect(diagnostics).toMatchObject([{ code, severity }])
    expect(route('a.com', '/')?.denied).toBeUndefined()
  })

  it('with a misspelt name is told the right one', () => {
    expect(compileWith({ 'proxy-read-timeuot': '5' }).diagnostics[0]?.message).toContain(
      `${nginx}proxy-read-timeout?`,
    )
  })

  it('of somebody else is none of our business', () => {
    expect(
      compileWith({ 'cert-manager.io/issuer': 'x', 'kubernetes.io/ingress.class': 'nginx' }).codes,
    ).toEqual([])
  })
})

describe('conditions', () => {
  const onFoo = (name: string, annotations: Record<string, string>, rest: Partial<IngressInput> = {}) =>
    ingress({ name, annotations, rules: { 'foo.com': ['P /a web:80'] }, ...rest })
  const web = [service(), slice('web', ['127.0.0.1'])]

  it('do not apply to a default backend, which is said', () => {
    const conditional = onFoo('main', { 'portico/match-headers': 'x' }, { defaultBackend: 'web:80' })
    expect(compile([conditional, ...web]).codes).toEqual(['match-default-backend'])
  })

  it('leave it to another Ingress to speak for the paths of the host that no rule takes', () => {
    const closed = { [`${nginx}server-snippet`]: 'deny all;', 'portico/match-headers': 'x' }
    const { host } = compile([onFoo('conditional', closed), onFoo('plain', {}), ...web])
    expect(host('foo.com')?.fallback?.origin.ingress).toBe('plain')
    expect(host('foo.com')?.fallback?.denied).toBeUndefined()
    expect(compile([onFoo('conditional', closed), ...web]).host('foo.com')?.fallback?.denied).toBeDefined()
  })

  it('that are the same in other words are a conflict', () => {
    const first = onFoo('first', { 'portico/match-query': 'a=1, b' })
    const second = onFoo('second', { 'portico/match-query': 'b, a="1"' })
    const { diagnostics } = compile([first, second, ...web])
    expect(diagnostics).toMatchObject([{ code: 'path-conflict', object: 'Ingress default/second' }])
  })
})

describe('the redirect to https', () => {
  const redirect = allPolicies.findIndex(policy => policy.name === 'sslRedirect')

  it('is asked on every route, with or without annotations', () => {
    expect(compileWith({}).route('a.com', '/')?.moments.answering).toEqual([redirect])
    expect(compileWith({ 'ssl-redirect': 'false' }).route('a.com', '/')?.moments.answering).toEqual([])
  })
})

describe('regex paths', () => {
  it('are those of an Ingress with use-regex, whatever their pathType', () => {
    const { route, codes } = compileWith({ 'use-regex': 'true' }, 'P /foo web:80')
    expect(route('a.com', '/FOObar')).toMatchObject({ kind: 'regex', path: '/foo' })
    expect(codes).toEqual(['path-regex-implied'])
  })

  it('come with a rewrite target that differs from a path', () => {
    expect(compileWith({ 'rewrite-target': '/' }, 'I /foo web:80').route('a.com', '/foobar')?.kind).toBe(
      'regex',
    )
    expect(compileWith({ 'rewrite-target': '/' }, 'I / web:80').route('a.com', '/foobar')?.kind).toBe(
      'prefix',
    )
  })

  it('do not reach the neighbours on the host', () => {
    const { route } = compile([
      ingress({
        name: 'regex',
        annotations: { [`${nginx}use-regex`]: 'true' },
        rules: { 'a.com': ['I /r.* web:80'] },
      }),
      ingress({ name: 'plain', rules: { 'a.com': ['E /foo web:80'] } }),
      service(),
      slice('web', ['127.0.0.1']),
    ])
    expect(route('a.com', '/foo')?.kind).toBe('exact')
    expect(route('a.com', '/foobar')?.origin.ingress).toBe('regex')
    expect(route('a.com', '/foobar')?.backend).toBeUndefined()
  })

  it('that do not compile are left out alone', () => {
    const { route, diagnostics } = compileWith(
      { 'use-regex': 'true' },
      'I /a(?=b) web:80',
      'I /ok web:80',
      'I /x)|(y web:80',
    )
    expect(diagnostics.map(({ code }) => code)).toEqual(['path-regex', 'path-regex'])
    expect(diagnostics[0]?.message).toContain('look-around')
    expect([route('a.com', '/ab')?.backend, route('a.com', '/y')?.backend]).toEqual([undefined, undefined])
    expect(route('a.com', '/ok')?.backend).toBeDefined()
  })

  it('are warned about where a cluster refuses them or nobody asked for them', () => {
    expect(compileWith({ 'use-regex': 'true' }, 'P /a(b|c) web:80').codes).toEqual(['path-type-refused'])
    expect(compileWith({}, 'I /a(/|$)(.*) web:80').codes).toEqual(['path-regex-not-enabled'])
  })

  it.each([
    ['P /api/* web:80', 'write /api with pathType: Prefix'],
    ['I /api/* web:80', 'write /api with pathType: Prefix'],
    ['E /find?q=1 web:80', 'a query, which is no part of a path'],
    ['I /find?q=1 web:80', 'a query, which is no part of a path'],
    ['P /page#top web:80', 'a fragment, which browsers do not send'],
    ['P /ü web:80', 'use ImplementationSpecific'],
    ['I /colou?r web:80', 'looks like a regex'],
  ])('are told from what else is meant: %s', (rule, advice) => {
    expect(compileWith({}, rule).diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining(advice),
    ])
  })
})

describe('a rewrite', () => {
  it('keeps its target on the paths that differ from it', () => {
    const { route } = compileWith({ 'rewrite-target': '/foo' }, 'I /foo web:80', 'I /barbar web:80')
    expect(route('a.com', '/foo')?.policies.rewrite.target).toBeUndefined()
    expect(route('a.com', '/barbar')?.policies.rewrite.target?.text).toBe('/foo')
  })

  it('does not reach the default backend', () => {
    const { route } = compileWith({ 'rewrite-target': '/$2' }, 'I /api(/|$)(.*) web:80')
    expect(route('a.com', '/else')?.policies.rewrite.target).toBeUndefined()
  })

  it('to a group that the path does not have is warned about', () => {
    expect(compileWith({ 'rewrite-target': '/$2' }, 'I /api/(.*) web:80').codes).toEqual([
      'path-group-missing',
    ])
  })
})
