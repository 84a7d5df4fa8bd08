// Settings that have nothing to act on are reported; those that act, or are meant for somebody else, are not.
import { expect, test } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { configMap, ingress, service, slice } from '../../test/support/resources.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

function messages(annotations: Record<string, string>, data: Record<string, string> = {}) {
  const { diagnostics } = compile(
    [
      ingress({ annotations, rules: { 'a.com': ['P / web:80'] } }),
      service(),
      slice('web', ['127.0.0.1']),
      configMap({ data }),
    ],
    { configMap: { namespace: 'default', name: 'config' } },
  )
  return diagnostics.map(({ severity, message }) => `${severity} ${message}`)
}

test.each([
  [`${nginx}cors-allow-origin`, 'https://a.com', 'enable-cors'],
  [`${nginx}limit-burst-multiplier`, '3', 'limit-rps or limit-rpm'],
  [`${nginx}limit-rate-after`, '100', 'limit-rate'],
  [`${nginx}permanent-redirect-code`, '308', 'permanent-redirect'],
  [`${nginx}auth-realm`, 'here', 'auth-type'],
  [`${nginx}disable-proxy-intercept-errors`, 'true', 'custom-http-errors'],
  [`${nginx}mirror-host`, 'a.com', 'mirror-target'],
  ['portico/health-check-interval', '3s', 'portico/health-check-path or portico/health-check-grpc'],
  ['portico/hold-max-requests', '3', 'portico/hold'],
  ['portico/fault-abort-percent', '3', 'portico/fault-abort'],
])('%s alone', (key, value, needed) => {
  expect(messages({ [key]: value })).toEqual([`warning ${key} has no effect without ${needed}`])
})

test.each([
  ['hsts-max-age', '63072000', 'hsts'],
  ['gzip-level', '5', 'use-gzip'],
  ['brotli-types', 'text/css', 'enable-brotli'],
  ['compute-full-forwarded-for', 'true', 'use-forwarded-headers'],
  ['forwarded-for-header', 'CF-Connecting-IP', 'use-forwarded-headers or enable-real-ip'],
  ['proxy-protocol-header-timeout', '9s', 'use-proxy-protocol'],
  ['global-auth-signin', 'https://login.test/', 'global-auth-url'],
])('%s alone in the ConfigMap', (key, value, needed) => {
  expect(messages({}, { [key]: value })).toEqual([`warning ${key} has no effect without ${needed}`])
})

test('nothing is said where the setting they need is written, on or off', () => {
  expect(messages({ [`${nginx}enable-cors`]: 'true', [`${nginx}cors-max-age`]: '5' })).toEqual([])
  expect(messages({ [`${nginx}enable-cors`]: 'false', [`${nginx}cors-max-age`]: '5' })).toEqual([])
})

test('the ConfigMap may hold one half and Ingresses the other', () => {
  expect(messages({ [`${nginx}limit-rate-after`]: '5' }, { 'limit-rate': '100' })).toEqual([])
  expect(messages({}, { 'limit-rate-after': '5', 'disable-proxy-intercept-errors': 'true' })).toEqual([])
})
