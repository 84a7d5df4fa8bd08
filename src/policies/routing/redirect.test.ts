import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import { redirect } from './redirect.ts'

type Name = keyof typeof redirect.settings

/** Status and Location for annotations by the name of their setting. */
function redirectFor(written: Partial<Record<Name, string>>, facts: FactsInput = {}) {
  const settings: Record<string, unknown> = { ...redirect.defaults }
  for (const [name, text] of Object.entries(written)) {
    const parsed = redirect.settings[name as Name].parse(text)
    if ('problem' in parsed) throw new Error(parsed.problem)
    settings[name] = parsed.value
  }
  const answer = redirect.answer!(settings as typeof redirect.defaults, requestFacts(facts), undefined)
  return answer && `${answer.status} ${answer.fields[0]![1]}`
}

describe('temporal-redirect and permanent-redirect', () => {
  it('answer with their URL as it is written', () => {
    expect(redirectFor({ temporal: 'https://a.com' })).toBe('302 https://a.com')
    expect(redirectFor({ permanent: 'https://a.com/x?y=1' })).toBe('301 https://a.com/x?y=1')
    expect(redirectFor({})).toBeUndefined()
  })

  it('let temporal win', () => {
    expect(redirectFor({ temporal: 'http://t.com', permanent: 'http://p.com' })).toBe('302 http://t.com')
  })

  it('use the status they are given', () => {
    expect(redirectFor({ temporal: 'http://a.com', temporalStatus: '307' })).toBe('307 http://a.com')
    expect(redirectFor({ permanent: 'http://a.com', permanentStatus: '308' })).toBe('308 http://a.com')
  })

  it('put variables in, without letting a line break or blank through', () => {
    const facts = { target: '/a%0d%0ab?c', path: '/a\r\nb' }
    expect(redirectFor({ permanent: 'https://new.com$request_uri' }, facts)).toBe(
      '301 https://new.com/a%0d%0ab?c',
    )
    expect(redirectFor({ permanent: 'https://new.com$uri' }, facts)).toBe('301 https://new.com/a%0D%0Ab')
  })

  it.each(['/x', 'ftp://a.com', 'a.com', 'http:a.com', 'http://', 'http://a b', 'http://a.com/ä'])(
    'refuse %s as a temporal-redirect',
    text => {
      expect(redirect.settings.temporal.parse(text)).toHaveProperty('problem')
    },
  )

  it.each(['x', 'https://', 'http:/a.com', 'https:a.com', '/a b'])(
    'refuse %s as a permanent-redirect',
    text => {
      expect(redirect.settings.permanent.parse(text)).toHaveProperty('problem')
    },
  )

  it.each(['200', '304', '309', '30', 'x', '+301'])('refuse the status %s', text => {
    expect(redirect.settings.permanentStatus.parse(text)).toHaveProperty('problem')
    expect(redirect.settings.temporalStatus.parse(text)).toHaveProperty('problem')
  })
})

describe('a permanent-redirect to a path', () => {
  const facts: FactsInput = { authority: 'foo.com:8080', localPort: 8080, target: '/old' }

  it('gets scheme, host and port of the request', () => {
    expect(redirectFor({ permanent: '/new' }, facts)).toBe('301 http://foo.com:8080/new')
    expect(redirectFor({ permanent: '/new' }, { secure: true })).toBe('301 https://foo.com/new')
  })

  it('stays a path with relative-redirects, and without a host to name', () => {
    expect(redirectFor({ permanent: '/new', keepsRelative: 'true' }, facts)).toBe('301 /new')
    expect(redirectFor({ permanent: '/new' }, { host: '', authority: '' })).toBe('301 /new')
  })

  it('names the port of the listener with use-port-in-redirects, unless it is the usual one', () => {
    const published = { authority: 'foo.com', localPort: 8080 }
    expect(redirectFor({ permanent: '/new', namesListenPort: 'true' }, published)).toBe(
      '301 http://foo.com:8080/new',
    )
    expect(redirectFor({ permanent: '/new', namesListenPort: 'true' }, { authority: 'foo.com:81' })).toBe(
      '301 http://foo.com/new',
    )
  })

  it('is not taken for one when it names another host', () => {
    expect(redirectFor({ permanent: '//other.com/x' }, facts)).toBe('301 //other.com/x')
  })
})
