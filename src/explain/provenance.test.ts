import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signedOverAuthorities } from '../../test/support/certificates.ts'
import { compile } from '../../test/support/compile.ts'
import { nginx } from '../../test/support/nginx-annotations.ts'
import { configMap, ingress, service, slice, tlsSecret } from '../../test/support/resources.ts'
import type { Resource } from '../resources/resource.ts'
import type { Route } from '../routing/table.ts'
import { ProvenanceFinder, type SettingProvenance } from './provenance.ts'
import { isSaid } from './shown-settings.ts'

const base = [service({ name: 'web' }), slice('web', ['127.0.0.1'])]
const ofConfig = { configMap: { namespace: 'default', name: 'config' } }

function provenanceOf(resources: readonly Resource[], path = '/', host = 'a.example', options = {}) {
  const compiled = compile(resources, options)
  const finder = new ProvenanceFinder(compiled.from)
  const route = compiled.route(host, path)!
  const all = finder.of(route)
  return (setting: string) => {
    const [policy, name] = setting.split('.')
    return summary(all.find(found => found.policy.name === policy && found.name === name)!)
  }
}

/** `Ingress default/web auth-realm`, `default`; what could not be read after a bar, why in brackets. */
function summary({ source, unread, because }: SettingProvenance): string {
  const short = (key: string) => key.replace('nginx.ingress.kubernetes.io/', '')
  const from = source.kind === 'default' ? 'default' : `${source.object} ${short(source.key)}`
  const bad = unread === undefined ? '' : ` | ${unread.object} ${short(unread.key)}`
  return `${from}${bad}${because === undefined ? '' : ` (${because})`}`
}

function web(annotations: Record<string, string>, paths: readonly string[] = ['P / web:80']) {
  return ingress({ annotations, rules: { 'a.example': paths } })
}

test('an annotation comes before the ConfigMap, which comes before the default', () => {
  const config = configMap({ data: { 'proxy-read-timeout': '30', 'proxy-send-timeout': '20' } })
  const own = web(nginx({ 'proxy-read-timeout': '10' }))
  const of = provenanceOf([own, config, ...base], '/', 'a.example', ofConfig)
  expect(of('timeouts.readMs')).toBe('Ingress default/web proxy-read-timeout')
  expect(of('timeouts.sendMs')).toBe('ConfigMap default/config proxy-send-timeout')
  expect(of('timeouts.connectMs')).toBe('default')
})

test('a value that can not be read is named beside what holds in its place', () => {
  const config = configMap({ data: { 'proxy-read-timeout': '30' } })
  const own = web(nginx({ 'proxy-read-timeout': '10s', 'proxy-send-timeout': 'soon' }))
  const of = provenanceOf([own, config, ...base], '/', 'a.example', ofConfig)
  const here = 'Ingress default/web'
  expect(of('timeouts.readMs')).toBe(
    `ConfigMap default/config proxy-read-timeout | ${here} proxy-read-timeout`,
  )
  expect(of('timeouts.sendMs')).toBe(`default | ${here} proxy-send-timeout`)
})

test('an older name is the source of what it sets under the newer one', () => {
  const of = provenanceOf([web(nginx({ 'whitelist-source-range': '10.0.0.0/8' })), ...base])
  expect(of('accessLists.allowed')).toBe('Ingress default/web whitelist-source-range')
})

test('an unreadable wish that closes what it would have opened is the source of that', () => {
  const of = provenanceOf([web(nginx({ 'enable-cors': 'true', 'cors-allow-credentials': 'maybe' })), ...base])
  const here = 'Ingress default/web cors-allow-credentials'
  expect(of('cors.credentials')).toBe(`${here} | ${here}`)
})

test('what a Service says of itself holds until the Ingress says something of the same policy', () => {
  const asking = service({ name: 'web', annotations: { 'portico/health-check-path': '/up' } })
  const rest = [asking, slice('web', ['127.0.0.1'])]
  expect(provenanceOf([web({}), ...rest])('healthCheck.path')).toBe(
    'Service default/web portico/health-check-path',
  )
  const own = web({ 'portico/health-check-path': '/well' })
  const of = provenanceOf([own, ...rest])
  expect(of('healthCheck.path')).toBe('Ingress default/web portico/health-check-path')
  expect(of('healthCheck.intervalMs')).toBe('default')
})

test('what counts for a whole host comes from the Ingress that decides for it', () => {
  const older = ingress({
    name: 'old',
    annotations: nginx({ 'app-root': '/start' }),
    rules: { 'a.example': ['P /old web:80'] },
    created: '2020-01-01T00:00:00Z',
  })
  const young = ingress({
    annotations: nginx({ 'app-root': '/other' }),
    rules: { 'a.example': ['P / web:80'] },
    created: '2021-01-01T00:00:00Z',
  })
  expect(provenanceOf([young, older, ...base])('appRoot.path')).toBe(
    'Ingress default/old app-root (Ingress default/old decides it for the whole host)',
  )
})

test('where two Ingresses ask clients of a host for certificates, each setting is that of the one who has it so', async () => {
  const { rootPem } = await signedOverAuthorities('client', 0)
  const { meta } = tlsSecret('clients', '', '')
  const data = new Map([['ca.crt', { bytes: Buffer.from(rootPem), place: meta.place }]])
  const asking = (name: string, path: string, created: string, own: Record<string, string>) =>
    ingress({
      name,
      created,
      annotations: nginx({ 'auth-tls-secret': 'default/clients', ...own }),
      rules: { 'a.example': [`P ${path} web:80`] },
    })
  const resources: Resource[] = [
    asking('old', '/old', '2020-01-01T00:00:00Z', { 'auth-tls-match-cn': 'CN=one' }),
    asking('young', '/', '2021-01-01T00:00:00Z', { 'auth-tls-verify-depth': '3' }),
    { kind: 'Secret', meta, type: 'Opaque', data },
    ...base,
  ]
  const of = provenanceOf(resources)
  expect(of('clientCertificates.depth')).toBe('Ingress default/young auth-tls-verify-depth')
  expect(of('clientCertificates.commonName')).toBe(
    'Ingress default/old auth-tls-match-cn (Ingress default/old decides it for the whole host)',
  )
})

test('a canary brings its rule and how its endpoints are chosen; the rest is as the main Ingress says', () => {
  const main = web(nginx({ 'backend-protocol': 'HTTPS', 'load-balance': 'ewma' }))
  const canary = ingress({
    name: 'canary',
    annotations: nginx({ canary: 'true', 'canary-weight': '30', 'load-balance': 'round_robin' }),
    rules: { 'a.example': ['P / next:80'] },
  })
  const compiled = compile([main, canary, ...base, service({ name: 'next' }), slice('next', ['127.0.0.2'])])
  const route = compiled.route('a.example', '/')!
  const found = new ProvenanceFinder(compiled.from).ofCanary(route, route.canaries[0]!)
  const said = found.filter(isSaid).map(one => `${one.policy.name}.${one.name} ${summary(one)}`)
  expect(said).toEqual([
    'canary.enabled Ingress default/canary canary',
    'canary.weight Ingress default/canary canary-weight',
    'backendTls.protocol Ingress default/web backend-protocol',
    'balance.algorithm Ingress default/canary load-balance',
  ])
})

test('on the paths of no-auth-locations nobody is asked who they are, and the reason is named', () => {
  const own = web(nginx({ 'auth-url': 'http://auth.example/' }), [
    'P / web:80',
    'P /.well-known/acme-challenge web:80',
  ])
  const of = provenanceOf([own, ...base], '/.well-known/acme-challenge')
  expect(of('externalAuth.url')).toBe(
    'default (no-auth-locations (by default) names the path: nobody is asked who they are there)',
  )
  expect(provenanceOf([own, ...base])('externalAuth.url')).toBe('Ingress default/web auth-url')
})

test('a path that is its own rewrite target is sent on as received', () => {
  const own = web(nginx({ 'rewrite-target': '/', 'use-regex': 'true' }))
  const of = provenanceOf([own, ...base])
  expect(of('rewrite.target')).toBe('default (paths are sent on here as they are received)')
  expect(of('rewrite.useRegex')).toBe('Ingress default/web use-regex')
})

const annotations: Readonly<Record<string, readonly string[]>> = {
  'nginx.ingress.kubernetes.io/proxy-read-timeout': ['10', '60', '5s'],
  'nginx.ingress.kubernetes.io/proxy-body-size': ['8m', '0', 'huge'],
  'nginx.ingress.kubernetes.io/limit-rps': ['5', 'many'],
  'nginx.ingress.kubernetes.io/app-root': ['/start', '/'],
  'nginx.ingress.kubernetes.io/enable-cors': ['true', 'yes'],
  'nginx.ingress.kubernetes.io/cors-allow-origin': ['https://a.example', '*', 'a'],
  'nginx.ingress.kubernetes.io/cors-allow-credentials': ['false', 'no'],
  'nginx.ingress.kubernetes.io/allowlist-source-range': ['10.0.0.0/8', '10.0.0'],
  'nginx.ingress.kubernetes.io/whitelist-source-range': ['127.0.0.0/8'],
  'nginx.ingress.kubernetes.io/rewrite-target': ['/x', '/', 'https://x'],
  'nginx.ingress.kubernetes.io/use-regex': ['true'],
  'nginx.ingress.kubernetes.io/ssl-redirect': ['false'],
  'nginx.ingress.kubernetes.io/force-ssl-redirect': ['true'],
  'nginx.ingress.kubernetes.io/auth-url': ['http://auth.example/', 'auth'],
  'nginx.ingress.kubernetes.io/auth-signin': ['https://login.example/'],
  'nginx.ingress.kubernetes.io/satisfy': ['any'],
  'nginx.ingress.kubernetes.io/backend-protocol': ['HTTPS', 'h2'],
  'nginx.ingress.kubernetes.io/affinity': ['cookie'],
  'nginx.ingress.kubernetes.io/load-balance': ['ewma', 'best'],
  'portico/health-check-path': ['/up', 'up'],
  'portico/circuit-breaker-max-requests': ['5'],
}

const configKeys: Readonly<Record<string, readonly string[]>> = {
  'proxy-read-timeout': ['30'],
  'proxy-body-size': ['2m'],
  'ssl-redirect': ['false'],
  'use-gzip': ['true'],
  'whitelist-source-range': ['192.168.0.0/16'],
  'load-balance': ['ewma'],
  'no-auth-locations': ['/a'],
  'global-auth-url': ['http://auth.example/all'],
}

function someOf(from: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Record<string, string>> {
  const fields = Object.entries(from).map(([key, values]) => [key, fc.constantFrom(...values)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>
}

/** What a source says, where reading it is all that is done with it. */
function valueSaid({ policy, setting, source }: SettingProvenance): { readonly value: unknown } | undefined {
  if (source.kind === 'default') return { value: setting.default }
  const isPlain = policy.check === undefined && policy.resolve === undefined
  const key = source.kind === 'annotation' ? setting.annotation : setting.configKey
  if (!isPlain || key !== source.key) return undefined
  const parsed = setting.parse(source.text.trim())
  return 'value' in parsed ? parsed : undefined
}

test('the source that is named says what is in force, whatever is written where', () => {
  fc.assert(
    fc.property(
      someOf(annotations),
      someOf(annotations),
      someOf(annotations),
      someOf(configKeys),
      (first, second, ofService, data) => {
        const compiled = compile(
          [
            ingress({
              name: 'one',
              annotations: first,
              rules: { 'a.example': ['P / web:80', 'E /a web:80'] },
            }),
            ingress({ name: 'two', annotations: second, rules: { 'a.example': ['P /b web:80'], '': [] } }),
            service({ name: 'web', annotations: ofService }),
            slice('web', ['127.0.0.1']),
            configMap({ data }),
          ],
          ofConfig,
        )
        const finder = new ProvenanceFinder(compiled.from)
        const routes = compiled.table.hosts.flatMap(({ routes, fallback }) =>
          [...routes, fallback ?? []].flat(),
        )
        for (const route of routes) for (const found of finder.of(route)) expectTrue(route, found)
      },
    ),
    { numRuns: 40 },
  )
})

function expectTrue(route: Route, found: SettingProvenance): void {
  const { policy, name, value } = found
  const inForce: Readonly<Record<string, object>> = {
    ...route.policies,
    ...route.backend?.upstream?.policies,
  }
  expect(inForce[policy.name]).toHaveProperty(name, value)
  const said = valueSaid(found)
  if (said !== undefined && !isDeepStrictEqual(said.value, value))
    expect.fail(`${policy.name}.${name} of ${route.id} is not what ${summary(found)} says`)
}
