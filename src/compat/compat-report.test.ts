import { expect, test } from 'vitest'
import { compileOptions } from '../../test/support/compile.ts'
import { readManifest } from '../../test/support/read-manifest.ts'
import { createCompiler } from '../compile/compile.ts'
import type { CompileOptions } from '../compile/options.ts'
import { type CompatReport, reportCompat } from './compat-report.ts'
import { curlLine } from './difference.ts'

interface Written {
  readonly name?: string
  readonly host?: string
  readonly path?: string
  readonly pathType?: string
  readonly service?: string
  readonly annotations?: Record<string, string>
  readonly spec?: string
}

function report(
  ingresses: readonly Written[],
  options: Partial<CompileOptions> = {},
  more = '',
): CompatReport {
  const text = [...ingresses.map(ingressText), serviceText('web'), serviceText('api'), more].join('---\n')
  const { resources } = readManifest(text)
  const all = compileOptions(options)
  return reportCompat(resources, createCompiler(all).compile(resources), all)
}

function ingressText(written: Written, index: number): string {
  const { name = `i${index}`, host = 'a.com', path = '/', pathType = 'Prefix', service = 'web' } = written
  const annotations = Object.entries(written.annotations ?? {}).map(([key, value]) => {
    const full = key.includes('/') ? key : `nginx.ingress.kubernetes.io/${key}`
    return `    ${full}: ${JSON.stringify(value)}\n`
  })
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations:
${annotations.join('')}spec:
${written.spec ?? ''}  rules:
    - host: ${JSON.stringify(host)}
      http:
        paths:
          - { path: '${path}', pathType: ${pathType}, backend: { service: { name: ${service}, port: { number: 80 } } } }
`
}

function serviceText(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, annotations: { portico/endpoints: '127.0.0.1:3000' } }
spec: { ports: [{ port: 80 }] }
`
}

function shown({ differences }: CompatReport): string[] {
  return differences.map(({ code, shown }) =>
    shown === undefined ? code : `${code}: ${curlLine(shown.request)} | ${shown.here} | ${shown.there}`,
  )
}

test('says nothing of rules that are served alike', () => {
  const paths = ['/', '/cart', '/cart/items', '/v1.0']
  const plain = paths.flatMap(path => [
    { path },
    { path: `${path}x`, pathType: 'Exact' },
    { path, host: 'b.com', pathType: 'ImplementationSpecific' },
  ])
  expect(shown(report([...plain, { host: '*.c.com' }, { host: '' }]))).toEqual([])
})

test('says nothing of regexes that stand alone on their host', () => {
  const regexes = ['/api(/|$)(.*)', '/static/.*\\.js$', '/']
  const rules = regexes.map(path => ({
    path,
    pathType: 'ImplementationSpecific',
    annotations: { 'use-regex': 'true' },
  }))
  expect(shown(report(rules))).toEqual([])
})

const rewriting = {
  path: '/api(/|$)(.*)',
  pathType: 'ImplementationSpecific',
  service: 'api',
  annotations: { 'rewrite-target': '/$2' },
}

test('shows that a regex makes an Exact path of the host a prefix', () => {
  expect(shown(report([rewriting, { path: '/cart', pathType: 'Exact' }]))).toEqual([
    'compat-regex-host-wide: curl -i http://a.com/cart/ | 404 (no path) | Service default/web:80 (path /cart)',
  ])
})

test('shows that a regex of another Ingress is tried before a shorter Exact path', () => {
  const exact = { path: '/api/v1', pathType: 'Exact' }
  expect(shown(report([rewriting, exact]))).toContain(
    'compat-regex-host-wide: curl -i http://a.com/api/v1 | Service default/web:80 (path /api/v1) | Service default/api:80 (path /api(/|$)(.*), rewritten)',
  )
})

test('says once for a host that its paths are open-ended', () => {
  const { differences } = report([rewriting, { path: '/cart' }, { path: '/pay' }, { path: '/shop' }])
  expect(differences).toHaveLength(1)
  expect(differences[0]!.problem).toContain('around 2 more paths of the host')
})

test('leaves other hosts out of it', () => {
  expect(shown(report([rewriting, { host: 'b.com', path: '/cart', pathType: 'Exact' }]))).toEqual([])
})

test('asks for a wildcard and for the hosts that nothing claims by names of theirs', () => {
  const hosts = ['*.a.com', ''].map(host => ({ host, path: '/shop/' }))
  expect(report(hosts).differences.map(({ shown }) => shown?.request.url)).toEqual([
    'http://any.a.com/shop',
    'http://unclaimed.invalid/shop',
  ])
})

test('shows the redirect that adds a slash', () => {
  expect(shown(report([{ path: '/shop/' }]))).toEqual([
    'compat-slash-redirect: curl -i http://a.com/shop | Service default/web:80 (path /shop/) | 301 to /shop/',
  ])
})

test('leaves out hosts whose rules have conditions, which nobody else knows', () => {
  const conditional = { path: '/cart', annotations: { 'portico/match-headers': 'x-beta' } }
  expect(report([rewriting, conditional]).differences.map(({ code }) => code)).toEqual([
    'compat-portico-annotation',
  ])
})

test('leaves out a guarded path whose regex does not compile, but for the regex', () => {
  const guarded = {
    path: '/(?!x)',
    pathType: 'ImplementationSpecific',
    annotations: { 'use-regex': 'true', 'allowlist-source-range': '10.0.0.0/8' },
  }
  expect(report([guarded, { path: '/cart' }]).differences.map(({ code }) => code)).not.toContain(
    'compat-regex-host-wide',
  )
})

test.each([
  ['limit-rps', 'compat-ingress-refused'],
  ['permanent-redirect', 'compat-ingress-refused'],
  ['proxy-read-timeout', undefined],
])('a value of %s that nobody can read: %s', (name, code) => {
  const { differences } = report([{ annotations: { [name]: '?!' } }])
  expect(differences.map(({ code }) => code).filter(code => code !== 'compat-approximated')).toEqual(
    code === undefined ? [] : [code],
  )
})

test.each([
  ['auth-always-set-cookie', 'yes', '503'],
  ['auth-request-redirect', 'https://a.com/$request_uri;x', '503'],
])('%s: %s takes the check of auth-url away on ingress-nginx', (name, value, here) => {
  const check = { 'auth-url': 'http://127.0.0.1:4180/auth' }
  expect(shown(report([{ annotations: { ...check, [name]: value } }]))).toContain(
    `compat-fails-open: curl -i http://a.com/ | ${here} | the backend, with nobody asked`,
  )
  expect(shown(report([{ annotations: { [name]: value } }])).join()).not.toContain('compat-fails-open')
})

test.each([
  ['https://a.com/', true],
  ['https://a.com,https://b.com/x', true],
  ['https://a.com, https://*.b.com:8443, null', false],
  ['https://a.com/, *', false],
])('cors-allow-origin: %s is for everybody on ingress-nginx: %s', (origins, isOpen) => {
  const annotations = { 'enable-cors': 'true', 'cors-allow-origin': origins }
  const { differences } = report([{ annotations }])
  expect(differences.some(({ code }) => code === 'compat-fails-open')).toBe(isOpen)
  expect(
    report([{ annotations: { 'cors-allow-origin': origins } }]).differences.map(({ code }) => code),
  ).not.toContain('compat-fails-open')
})

test('says nothing of a snippet without a statement', () => {
  const { differences } = report([{ annotations: { 'configuration-snippet': '# nothing' } }])
  expect(shown({ differences } as CompatReport).filter(text => !text.startsWith('compat-snippet'))).toEqual(
    [],
  )
})

test('speaks of HSTS once, and not where the ConfigMap does', () => {
  const tls = { spec: '  tls: [{ hosts: [a.com] }]\n' }
  const other = { host: 'b.com', spec: '  tls: [{ hosts: [b.com] }]\n' }
  expect(shown(report([tls, other]))).toEqual([
    'compat-hsts: curl -ki https://a.com/ | no Strict-Transport-Security | Strict-Transport-Security: max-age=31536000; includeSubDomains',
  ])
  const configMap = { namespace: 'default', name: 'nginx' }
  const more = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nginx }\ndata: { hsts: "false" }\n'
  expect(report([tls], { configMap }, more).differences.map(({ code }) => code)).not.toContain('compat-hsts')
})

test('shows the second canary of a rule by its header', () => {
  const canary = (service: string) => ({
    service,
    annotations: { canary: 'true', 'canary-by-header': `x-${service}` },
  })
  const more = serviceText('beta')
  expect(shown(report([{}, canary('api'), canary('beta')], {}, more))).toEqual([
    "compat-canary-count: curl -i -H 'x-beta: always' http://a.com/ | Service default/beta:80 | Service default/web:80, or the first canary",
  ])
})

test('shows a rule that shares the Service port of one with a canary', () => {
  const canary = { service: 'api', annotations: { canary: 'true', 'canary-weight': '20' } }
  expect(shown(report([{}, { host: 'b.com' }, canary]))).toEqual([
    'compat-backend-shared: curl -i http://b.com/ | Service default/web:80 | with a chance of 20 % Service default/api:80',
  ])
})

test('counts names by what becomes of them, the most used first', () => {
  const { uses } = report([
    { annotations: { 'proxy-body-size': '1m', 'enable-modsecurity': 'true', 'no-such-name': 'x' } },
    { path: '/b', annotations: { 'proxy-body-size': '2m', 'load-balance': 'ewma' } },
  ])
  expect(uses.map(({ name, status, count }) => `${count} ${status} ${name.split('/')[1]}`)).toEqual([
    '2 implemented proxy-body-size',
    '1 refused enable-modsecurity',
    '1 approximated load-balance',
    '1 unknown no-such-name',
  ])
})

test('quotes what a shell would read, and keeps control characters out of lines', () => {
  expect(curlLine({ url: "http://a.com/it's", fields: [['x', '$(id)']] })).toBe(
    `curl -i -H 'x: $(id)' 'http://a.com/it'\\''s'`,
  )
})
