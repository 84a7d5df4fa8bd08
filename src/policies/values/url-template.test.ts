import { describe, expect, test } from 'vitest'
import { requestFacts } from '../../../test/support/request-facts.ts'
import { authorityOf, parseUrlTemplate, targetOf } from './url-template.ts'

function url(text: string) {
  const parsed = parseUrlTemplate(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

function leadsTo(text: string, facts = requestFacts({ target: '/a?b=c' })) {
  const template = url(text)
  const authority = authorityOf(template, facts)
  return (
    authority &&
    `${template.secure ? 'https' : 'http'} ${authority.host} ${authority.port}${targetOf(template, facts)}`
  )
}

test.each([
  ['http://auth.test/check', 'http auth.test 80/check'],
  ['HTTPS://Auth.Test:8443/check?x=1', 'https auth.test 8443/check?x=1'],
  ['https://auth.test.', 'https auth.test 443/'],
  ['http://auth.test?x=1', 'http auth.test 80/?x=1'],
  ['http://[::1]:4180/a', 'http ::1 4180/a'],
  ['http://auth_service:4180/a', 'http auth_service 4180/a'],
])('%s leads to %s', (text, destination) => {
  expect(leadsTo(text)).toBe(destination)
})

test.each([
  ['https://$host/oauth2/auth', 'https foo.com 443/oauth2/auth'],
  ['http://mirror.test$request_uri', 'http mirror.test 80/a?b=c'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx writes variables so
  ['http://mirror.test${request_uri}', 'http mirror.test 80/a?b=c'],
  ['http://mirror.test:81$uri', 'http mirror.test 81/'],
  [
    'http://$http_x_tenant.auth.test/$request_method?rd=$escaped_request_uri',
    'http ann.auth.test 80/GET?rd=%2Fa%3Fb%3Dc',
  ],
])('%s leads to %s', (text, destination) => {
  expect(leadsTo(text, requestFacts({ target: '/a?b=c', headers: { 'x-tenant': 'ann' } }))).toBe(destination)
})

describe('what a client sends', () => {
  test.each([
    'evil.test/',
    'evil.test?',
    'user@evil',
    'a b',
    '',
    '..',
    'evil.test#',
    '[::1',
    'a:b',
    'x\r\ny',
  ])('never becomes more than a host: %j', tenant => {
    expect(
      leadsTo('http://$http_x_tenant:81/check', requestFacts({ headers: { 'x-tenant': tenant } })),
    ).toBeUndefined()
  })

  test('is encoded where it stands in the target', () => {
    const facts = requestFacts({ headers: { 'x-a': 'x y\r\n"\xe9' } })
    expect(leadsTo('http://auth.test/$http_x_a', facts)).toBe('http auth.test 80/x%20y%0D%0A%22%E9')
  })
})

test.each([
  'auth.test/check',
  'ftp://auth.test/',
  'http://',
  'http:///check',
  'http://auth..test/',
  'http://auth.test:0/',
  'http://auth.test:99999/',
  'http://user:password@auth.test/',
  'http://auth.test/$nothing',
  'http://$nothing/',
  'http://auth.test:$server_port/',
  '$scheme://auth.test/',
  '',
])('refuses %j', text => {
  expect(parseUrlTemplate(text)).toHaveProperty('problem')
})
