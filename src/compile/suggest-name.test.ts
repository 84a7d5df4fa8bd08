import { expect, test } from 'vitest'
import { meantAnnotation, suggestAnnotation, suggestConfigKey } from './suggest-name.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

test.each([
  ['limit-rsp', `; did you mean ${nginx}limit-rps?`],
  ['client-max-body-size', '; write proxy-body-size'],
  [
    'use-forwarded-headers',
    '; it is a key of the ConfigMap, which --config-map names: write use-forwarded-headers there',
  ],
  ['body-size', `; did you mean ${nginx}proxy-body-size?`],
  ['quite-something-else-altogether-and-longer', ''],
])('for the unknown annotation %s it says "%s"', (name, suggestion) => {
  expect(suggestAnnotation(nginx + name)).toBe(suggestion)
})

test.each([
  [`${nginx}hsts`, '; keys have no prefix: write hsts'],
  ['app-root', `; it is an annotation: write ${nginx}app-root on Ingresses`],
  ['client_max_body_size', '; write proxy-body-size'],
  ['proxy-buffers', '; write proxy-buffers-number'],
  ['use-gzipp', '; did you mean use-gzip?'],
])('for the unknown ConfigMap key %s it says "%s"', (key, suggestion) => {
  expect(suggestConfigKey(key)).toBe(suggestion)
})

test.each([
  ['auth-url', `${nginx}auth-url`],
  ['nginx.ingress.kubernets.io/auth-url', `${nginx}auth-url`],
  ['nginx.kubernetes.io/auth-type', `${nginx}auth-type`],
  ['NGINX.ingress.kubernetes.io/Auth-Type', `${nginx}auth-type`],
  ['nginx.ingress.kubernets.io/configuration-snippet', `${nginx}configuration-snippet`],
  ['portico.io/hold', 'portico/hold'],
  ['example.com/canary', undefined],
  ['service.kubernetes.io/affinity', undefined],
  ['nginx.kubernetes.io/whatever', undefined],
  ['description', undefined],
  ['variant', undefined],
])('the annotation %s means %s', (key, meant) => {
  expect(meantAnnotation(key)).toBe(meant)
})
