import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import type { RouteFacts } from '../request-facts.ts'
import { sslRedirect } from './ssl-redirect.ts'

function locationOf(settings: Partial<typeof sslRedirect.defaults>, request: FactsInput): string | undefined {
  const answer = sslRedirect.answer!(
    { ...sslRedirect.defaults, ...settings },
    requestFacts(request),
    undefined,
  )
  if (answer !== undefined) expect(answer.status).toBe(308)
  return answer?.fields.find(([name]) => name === 'Location')?.[1]
}

describe('ssl-redirect', () => {
  it('sends plain requests to https where a tls section names the host', () => {
    expect(locationOf({}, { hostHasTls: true })).toBe('https://foo.com')
    expect(locationOf({}, { hostHasTls: false })).toBeUndefined()
    expect(locationOf({}, { hostHasTls: true, secure: true })).toBeUndefined()
  })

  it('can be turned off, and forced without a tls section', () => {
    expect(locationOf({ ifTls: false }, { hostHasTls: true })).toBeUndefined()
    expect(locationOf({ ifTls: false, force: true }, {})).toBe('https://foo.com')
  })

  it('names the https port unless it is 443, and drops the port of the request', () => {
    expect(locationOf({ force: true }, { authority: 'foo.com:8080', httpsPort: 8443 })).toBe(
      'https://foo.com:8443',
    )
  })

  it('puts an IPv6 address into brackets', () => {
    expect(locationOf({ force: true }, { authority: '[::1]:8080', host: '::1', httpsPort: 8443 })).toBe(
      'https://[::1]:8443',
    )
  })

  it('keeps path and query as received', () => {
    const target = '/a%2Fb//c/?q=%20'
    expect(locationOf({ force: true }, { target, path: '/a/b/c/' })).toBe(`https://foo.com${target}`)
  })

  it('cuts one slash at the end unless it is to be preserved', () => {
    const request = { target: '/a//', path: '/a/' }
    expect(locationOf({ force: true }, request)).toBe('https://foo.com/a/')
    expect(locationOf({ force: true, preserveTrailingSlash: true }, request)).toBe('https://foo.com/a//')
  })

  it('leaves ACME challenges on plain http', () => {
    const path = '/.well-known/acme-challenge/token'
    expect(locationOf({ force: true }, { path, target: path })).toBeUndefined()
  })

  it('does not let a forced route be reached over http without a host', () => {
    const answer = sslRedirect.answer!(
      { ...sslRedirect.defaults, force: true },
      requestFacts({ host: '', authority: '' }),
      undefined,
    )
    expect(answer?.status).toBe(400)
  })
})

describe('http-redirect-code', () => {
  it.each(['301', '302', '307', '308'])('may be %s', text => {
    expect(sslRedirect.settings.status.parse(text)).toEqual({ value: Number(text) })
  })

  it.each(['303', '200', 'x', '0308'])('may not be %s', text => {
    expect(sslRedirect.settings.status.parse(text)).toHaveProperty('problem')
  })

  it('is the status of both redirects', () => {
    const settings = { ...sslRedirect.defaults, force: true, fromToWww: true, status: 301 }
    const request = requestFacts({ host: 'www.foo.com', route: routeOf('foo.com') })
    expect(sslRedirect.answer!(settings, requestFacts(), undefined)?.status).toBe(301)
    expect(sslRedirect.answer!(settings, request, undefined)?.status).toBe(301)
  })
})

describe('no-tls-redirect-locations', () => {
  it('replaces the paths that stay on http', () => {
    const parsed = sslRedirect.settings.exemptPaths.parse('/plain, /ping,')
    expect(parsed).toEqual({ value: ['/plain', '/ping'] })
    const settings = { force: true, exemptPaths: ['/plain', '/ping'] }
    expect(locationOf(settings, { path: '/plain/x', target: '/plain/x' })).toBeUndefined()
    expect(locationOf(settings, { path: '/.well-known/acme-challenge/x', target: '/a' })).toBeDefined()
  })
})

describe('from-to-www-redirect', () => {
  const www = { fromToWww: true }

  it('sends the other form of a host to the one of the rule, at the same scheme and port', () => {
    const asked = { host: 'www.foo.com', authority: 'www.foo.com:8080', target: '/a/?b' }
    expect(locationOf(www, { ...asked, route: routeOf('foo.com') })).toBe('http://foo.com:8080/a/?b')
    expect(
      locationOf(www, {
        host: 'foo.com',
        authority: 'foo.com',
        secure: true,
        target: '/',
        route: routeOf('www.foo.com'),
      }),
    ).toBe('https://www.foo.com')
  })

  it('comes before the redirect to https', () => {
    const facts = { host: 'www.foo.com', authority: 'www.foo.com', hostHasTls: true, target: '/x' }
    expect(locationOf(www, { ...facts, route: routeOf('foo.com') })).toBe('http://foo.com/x')
  })

  it('leaves the host itself and its aliases alone', () => {
    expect(locationOf(www, { host: 'foo.com', route: routeOf('foo.com') })).toBeUndefined()
    expect(locationOf(www, { host: 'alias.com', route: routeOf('foo.com') })).toBeUndefined()
    expect(locationOf({}, { host: 'www.foo.com', route: routeOf('foo.com') })).toBeUndefined()
  })
})

function routeOf(host: string): RouteFacts {
  return {
    host,
    path: '/',
    kind: 'prefix',
    origin: { namespace: 'default', ingress: 'web' },
    backend: undefined,
  }
}
