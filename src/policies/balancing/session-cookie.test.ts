// The cookie that keeps clients with their endpoints.
import { describe, expect, test } from 'vitest'
import { understandsSameSiteNone } from './same-site.ts'
import {
  endpointKeyOf,
  markOf,
  readStay,
  renderSessionCookie,
  renderStay,
  type SessionCookieSettings,
} from './session-cookie.ts'

const plain: SessionCookieSettings = {
  name: 'INGRESSCOOKIE',
  path: undefined,
  domain: undefined,
  expires: undefined,
  maxAge: undefined,
  sameSite: undefined,
  conditionalSameSiteNone: false,
  secure: false,
}
const facts = { secure: false, rulePath: '/cart', userAgent: '', now: Date.UTC(2026, 0, 1) }
const render = (settings: Partial<SessionCookieSettings>, more: Partial<typeof facts> = {}) =>
  renderSessionCookie({ ...plain, ...settings }, 'v', { ...facts, ...more })

describe('a session cookie', () => {
  test('has the path of the rule and is kept from scripts', () => {
    expect(render({})).toBe('INGRESSCOOKIE=v; Path=/cart; HttpOnly')
  })

  test('has every attribute that is asked for, in the order of ingress-nginx', () => {
    const settings = {
      path: '/',
      domain: 'a.test',
      expires: 60,
      maxAge: -1,
      sameSite: 'Lax',
      secure: true,
    } as const
    expect(render(settings)).toBe(
      'INGRESSCOOKIE=v; Expires=Thu, 01 Jan 2026 00:01:00 GMT; Max-Age=-1; Domain=a.test; Path=/; Secure; HttpOnly; SameSite=Lax',
    )
  })

  test('is Secure where the request came over TLS', () => {
    expect(render({}, { secure: true })).toBe('INGRESSCOOKIE=v; Path=/cart; Secure; HttpOnly')
  })

  test.each([
    ['Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.3359.0 Safari/537.36', false],
    ['Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.0 Safari/537.36', true],
    ['Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/466.0.0.0 Safari/537.36', true],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 12_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1', false],
    ['Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1', false],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1.15 Version/12.1 Safari/605.1.15',
      false,
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/537.36 Chrome/99.0 Safari/537.36', true],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/13.1 Safari/605.1.15',
      true,
    ],
    ['', true],
  ])('for %j that understands SameSite=None: %s', (userAgent, understands) => {
    expect(understandsSameSiteNone(userAgent)).toBe(understands)
    const cookie = render({ sameSite: 'None', conditionalSameSiteNone: true }, { userAgent })
    expect(cookie.endsWith('; SameSite=None')).toBe(understands)
    expect(render({ sameSite: 'None' }, { userAgent })).toMatch(/SameSite=None$/)
    expect(render({ sameSite: 'Lax', conditionalSameSiteNone: true }, { userAgent })).toMatch(/SameSite=Lax$/)
  })
})

test('a stay is read as it was written, with and without a mark', () => {
  expect(readStay(renderStay({ key: 'k.1', mark: 'm' }))).toEqual({ key: 'k.1', mark: 'm' })
  expect(readStay('k')).toEqual({ key: 'k', mark: '' })
  expect(readStay('k|m|x')).toEqual({ key: 'k', mark: 'm' })
})

test.each([undefined, '', '|m', 'x'.repeat(300)])('%j is no stay', value => {
  expect(readStay(value)).toBeUndefined()
})

test('marks and endpoint keys are those of ingress-nginx', () => {
  // md5(md5(name) .. name), and md5(name .. endpoint).
  expect(markOf('default-web-80')).toBe('6cde5721ec2c7e2bce07cff7d0e4ac37')
  expect(endpointKeyOf('default-web-80', '10.0.0.1:8080')).toBe('0aa3b49d3795ad62718deaa56ec75fae')
})
