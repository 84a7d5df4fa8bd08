// What becomes of a setting whose value is a list or a mapping: a guard among them closes, it does not vanish.
import { expect, test } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { readManifest } from '../../test/support/read-manifest.ts'
import { service, slice } from '../../test/support/resources.ts'

/** Compiles an Ingress for a.com with annotations (flow YAML), beside the controller's ConfigMap. */
function compileText(annotations: string, data: string) {
  const { resources } = readManifest(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { ${annotations} } }
spec:
  rules:
    - host: a.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: config }
data: { ${data} }
`)
  const objects = [
    ...resources.ingresses,
    ...resources.configMaps.values(),
    service(),
    slice('web', ['127.0.0.1']),
  ]
  return compile(objects, { configMap: { namespace: 'default', name: 'config' } })
}

const prefix = 'nginx.ingress.kubernetes.io/'

test.each([
  ['auth-url: { host: a }', /auth-url can not be obeyed/],
  ['whitelist-source-range: [10.0.0.0/8]', /whitelist-source-range can not be obeyed/],
  ['limit-rps: [1]', /limit-rps can not be obeyed/],
])('%s closes the routes of its Ingress', (annotation, reason) => {
  const { route, diagnostics } = compileText(`${prefix}${annotation}`, '')
  expect(route('a.com', '/')!.denied).toMatch(reason)
  expect(diagnostics[0]!.message).toMatch(/: it is no text; requests get 503$/)
})

test('what guards nothing falls back to its default', () => {
  const { route, diagnostics } = compileText(`${prefix}proxy-body-size: [8m], example.com/list: [a]`, '')
  expect(route('a.com', '/')!.denied).toBeUndefined()
  expect(diagnostics.map(({ message }) => message)).toEqual([
    `${prefix}proxy-body-size: it is no text; its default is used`,
  ])
})

test('a guard in the ConfigMap closes all routes', () => {
  const { route, table } = compileText('', 'whitelist-source-range: [10.0.0.0/8]')
  const reason = 'ConfigMap key whitelist-source-range can not be obeyed'
  expect([route('a.com', '/')!.denied, table.unclaimed.denied]).toEqual([reason, reason])
})
