import { describe, expect, it } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { type IngressInput, ingress, service, slice } from '../../test/support/resources.ts'

const nginx = 'nginx.ingress.kubernetes.io/'
const backends = ['main', 'new', 'newer'].flatMap(name => [service({ name }), slice(name, ['127.0.0.1'])])

/** A canary Ingress; settings come without their prefix. */
function canary(name: string, settings: Record<string, string>, input: IngressInput = {}) {
  const annotations = Object.entries({ canary: 'true', ...settings }).map(([key, value]) => [
    nginx + key,
    value,
  ])
  return ingress({
    name,
    rules: { 'a.com': [`P / ${name}:80`] },
    ...input,
    annotations: Object.fromEntries(annotations),
  })
}

const main = ingress({ name: 'main', rules: { 'a.com': ['P / main:80'] } })

function canariesOf(...ingresses: Parameters<typeof compile>[0]) {
  const compiled = compile([...ingresses, ...backends])
  const canaries = compiled.route('a.com', '/')?.canaries ?? []
  return { ...compiled, canaries, services: canaries.map(({ backend }) => backend.service) }
}

describe('a canary', () => {
  it('joins the rule with the same host, path and pathType, before or after it', () => {
    const settings = { 'canary-by-header': 'X_Test', 'canary-by-cookie': 'c', 'canary-weight': '30' }
    const { canaries, codes } = canariesOf(canary('new', settings), main)
    expect(codes).toEqual([])
    expect(canaries).toMatchObject([
      {
        backend: { service: 'new' },
        rule: { header: 'x-test', cookie: 'c', share: { from: 0, to: 0.3 } },
        origin: { ingress: 'new' },
      },
    ])
  })

  it('creates no host and no path of its own', () => {
    const lonely = canary(
      'new',
      { 'canary-weight': '100' },
      { rules: { 'b.com': ['P / new:80'], 'a.com': ['P /x new:80', 'E / new:80'] } },
    )
    const { host, route, codes } = canariesOf(main, lonely)
    expect(host('b.com')).toBeUndefined()
    expect(route('a.com', '/x')?.backend?.service).toBe('main')
    expect(codes).toEqual(['canary-without-main', 'canary-without-main', 'canary-without-main'])
  })

  it('is told which host, or which paths, its main may have', () => {
    const others = [
      ingress({ name: 'other', rules: { 'a.com': ['P /pay main:80'] } }),
      ingress({ name: 'far', rules: { 'elsewhere.org': ['P / main:80', 'P /only main:80'] } }),
    ]
    const rules = {
      'aa.com': ['P / new:80', 'P /pay new:80', 'P /none new:80'],
      'x.net': ['P / new:80', 'P /only new:80'],
      'a.com': ['P /cart new:80', 'E / new:80'],
    }
    const { diagnostics } = canariesOf(main, ...others, canary('new', { 'canary-weight': '9' }, { rules }))
    const hints = diagnostics.map(({ message }) =>
      /^path (.*): no .*? for host (.*); the/.exec(message)?.slice(1).join(' of '),
    )
    expect(hints.toSorted()).toEqual([
      '/ of a.com (one has the path with pathType Prefix and no conditions)',
      '/ of aa.com (Ingress default/main has it for host a.com)',
      '/ of x.net',
      '/cart of a.com (which has /, /pay)',
      '/none of aa.com',
      '/only of x.net (Ingress default/far has it for host elsewhere.org)',
      '/pay of aa.com (Ingress default/other has it for host a.com)',
    ])
  })

  it('points to the main Ingress for what has an effect there, and for nothing else', () => {
    const annotations = { 'canary-weight': '10', 'proxy-read-timeout': '5', 'server-snippet': 'deny all;' }
    const { diagnostics } = canariesOf(main, canary('new', annotations))
    expect(diagnostics.map(({ message }) => message.replace(/^.*\//, ''))).toEqual([
      'proxy-read-timeout has no effect on a canary; write it on the main Ingress',
      'server-snippet has no effect on a canary',
    ])
  })

  it('takes its policies from the main rule and says so', () => {
    const { codes, route } = canariesOf(
      main,
      canary('new', { 'canary-weight': '10', 'proxy-read-timeout': '5', 'auth-url': 'http://x' }),
    )
    expect(codes).toEqual(['canary-annotation-ignored', 'canary-annotation-ignored'])
    expect(route('a.com', '/')).toMatchObject({
      denied: undefined,
      policies: { timeouts: { readMs: 60_000 } },
    })
  })

  it('with the main backend is left out', () => {
    const { canaries, codes } = canariesOf(
      main,
      canary('new', { 'canary-weight': '10' }, { rules: { 'a.com': ['P / main:80'] } }),
    )
    expect([canaries, codes]).toEqual([[], ['canary-same-backend']])
  })

  it('without its Service stays, has no upstream and is reported', () => {
    const { canaries, codes } = canariesOf(main, canary('gone', { 'canary-weight': '10' }))
    expect([canaries[0]?.backend.upstream, codes]).toEqual([undefined, ['backend-service-missing']])
  })

  it('is told that its tls sections have no effect', () => {
    const withTls = canary('new', { 'canary-weight': '10' }, { tls: [{ hosts: ['a.com'], secret: 'tls' }] })
    const { host, codes } = canariesOf(main, withTls)
    expect([host('a.com')?.hasTls, codes]).toEqual([false, ['tls-unused']])
  })

  it("joins the catch-all's default backend with its own", () => {
    const bare = ingress({ name: 'main', defaultBackend: 'main:80' })
    const { route, codes } = canariesOf(
      bare,
      canary('new', { 'canary-weight': '10' }, { rules: {}, defaultBackend: 'new:80' }),
    )
    expect([route('any', '/')?.canaries[0]?.backend.service, codes]).toEqual(['new', []])
  })
})

describe('several canaries', () => {
  it('stand in order of age with adjoining weights', () => {
    const young = canary('newer', { 'canary-weight': '20' }, { created: '2026-02-01T00:00:00Z' })
    const old = canary(
      'new',
      { 'canary-weight': '300', 'canary-weight-total': '1000' },
      { created: '2026-01-01T00:00:00Z' },
    )
    const { services, canaries } = canariesOf(young, main, old)
    expect(services).toEqual(['new', 'newer'])
    expect(canaries.map(({ rule }) => rule.share)).toEqual([
      { from: 0, to: 0.3 },
      { from: 0.3, to: 0.5 },
    ])
  })

  it('whose weights exceed the total are cut', () => {
    const { canaries, codes } = canariesOf(
      main,
      canary('new', { 'canary-weight': '70' }),
      canary('newer', { 'canary-weight': '70' }),
    )
    expect(canaries.map(({ rule }) => rule.share)).toEqual([
      { from: 0, to: 0.7 },
      { from: 0.7, to: 1 },
    ])
    expect(codes).toEqual(['canary-weight-surplus'])
  })

  it('may fill the total exactly', () => {
    const { codes } = canariesOf(
      main,
      canary('new', { 'canary-weight': '70' }),
      canary('newer', { 'canary-weight': '30' }),
    )
    expect(codes).toEqual([])
  })
})

describe('canary annotations', () => {
  it('without canary: "true" leave an ordinary Ingress', () => {
    const ordinary = ingress({
      name: 'new',
      annotations: { [`${nginx}canary-weight`]: '50' },
      rules: { 'a.com': ['P /x new:80'] },
    })
    const { route, codes } = canariesOf(main, ordinary)
    expect([route('a.com', '/x')?.backend?.service, codes]).toEqual(['new', ['canary-not-enabled']])
  })

  it('that need another one or are beaten by it are reported', () => {
    expect(canariesOf(main, canary('new', { 'canary-by-header-value': 'x' })).codes).toEqual([
      'annotation-value',
    ])
    const beaten = { 'canary-by-header': 'h', 'canary-by-header-value': 'x', 'canary-by-header-pattern': 'y' }
    expect(canariesOf(main, canary('new', beaten)).codes).toEqual(['annotation-value'])
  })

  it('with a broken pattern do not fall back to always and never', () => {
    const broken = { 'canary-by-header': 'h', 'canary-by-header-pattern': '(?=x)' }
    const { canaries, codes } = canariesOf(main, canary('new', broken))
    expect([canaries[0]?.rule.header, codes]).toEqual([undefined, ['annotation-value']])
  })

  it('about affinity are reported unless they say what the main Ingress says', () => {
    const cookie = { affinity: 'cookie', 'session-cookie-name': 'STAY' }
    const annotations = Object.fromEntries(Object.entries(cookie).map(([key, value]) => [nginx + key, value]))
    const sticky = ingress({ name: 'main', annotations, rules: { 'a.com': ['P / main:80'] } })
    const copy = canariesOf(sticky, canary('new', { ...cookie, 'affinity-canary-behavior': 'legacy' }))
    expect([copy.codes, copy.canaries[0]?.isSticky]).toEqual([[], false])
    expect(canariesOf(main, canary('new', cookie)).codes).toEqual(['canary-annotation-ignored'])
    const other = canariesOf(sticky, canary('new', { affinity: 'cookie' }))
    expect([other.codes, other.canaries[0]?.isSticky]).toEqual([['canary-annotation-ignored'], true])
    expect(other.canaries[0]?.backend.upstream?.policies.affinity.name).toBe('STAY')
  })
})
