import { describe, expect, it } from 'vitest'
import { requestFacts } from '../../../test/support/request-facts.ts'
import { errorFields, errorPages, isReplaced } from './error-pages.ts'

describe('custom-http-errors', () => {
  it.each([
    ['404', [404]],
    ['404, 503,404', [404, 503]],
    ['599,400', [400, 599]],
  ])('reads %s', (text, value) => {
    expect(errorPages.settings.statuses.parse(text)).toEqual({ value })
  })

  it.each(['200', '302', '600', '4xx', '40', '404 503', '-404'])('refuses %s', text => {
    expect(errorPages.settings.statuses.parse(text)).toHaveProperty('problem')
  })

  it("replaces the listed statuses, backends' too unless they are spared", () => {
    const settings = { ...errorPages.defaults, statuses: [404, 503] }
    expect(isReplaced(settings, 404, false)).toBe(true)
    expect(isReplaced(settings, 500, false)).toBe(false)
    expect(isReplaced({ ...settings, sparesBackends: true }, 404, false)).toBe(false)
    expect(isReplaced({ ...settings, sparesBackends: true }, 404, true)).toBe(true)
    expect(isReplaced(errorPages.defaults, 404, true)).toBe(false)
  })
})

describe('the error backend', () => {
  it('is told what failed and whose request it was', () => {
    const route = {
      host: 'foo.com',
      path: '/',
      kind: 'prefix' as const,
      origin: { namespace: 'shop', ingress: 'web' },
      backend: { service: 'cart', port: '80' },
    }
    const facts = requestFacts({ target: '/x?y', headers: { accept: 'text/html' }, route, errorStatus: 503 })
    expect(Object.fromEntries(errorFields(facts))).toEqual({
      'X-Code': '503',
      'X-Format': 'text/html',
      'X-Original-URI': '/x?y',
      'X-Namespace': 'shop',
      'X-Ingress-Name': 'web',
      'X-Service-Name': 'cart',
      'X-Service-Port': '80',
    })
  })

  it.each(['web', 'web-2'])('may be named %s', text => {
    expect(errorPages.settings.service.parse(text)).toEqual({ value: text })
  })

  it.each(['Web', '1web', 'ns/web', 'web-', 'a'.repeat(64)])('may not be named %s', text => {
    expect(errorPages.settings.service.parse(text)).toHaveProperty('problem')
  })
})
