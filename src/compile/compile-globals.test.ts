import { expect, it } from 'vitest'
import { compile, compileOptions } from '../../test/support/compile.ts'
import { configMap, ingress, resourceSet, service, slice } from '../../test/support/resources.ts'
import { createCompiler } from './compile.ts'

const options = { configMap: { namespace: 'ingress', name: 'nginx' } }

/** Compiles an Ingress for foo.com beside a ConfigMap. */
function compileWith(data: Record<string, string>, annotations: Record<string, string> = {}) {
  const config = configMap({ namespace: 'ingress', name: 'nginx', data })
  return compile([...served(annotations), config], options)
}

function served(annotations: Record<string, string> = {}) {
  return [
    ingress({ annotations, rules: { 'foo.com': ['P / web:80'] } }),
    service(),
    slice('web', ['10.0.0.1']),
  ]
}

const prefix = 'nginx.ingress.kubernetes.io/'

it('takes defaults from the ConfigMap, which annotations override', () => {
  const data = { 'skip-access-log-urls': '/Health, ~^/x', 'enable-opentelemetry': 'false' }
  const { table, codes, route } = compileWith(data, { [`${prefix}enable-access-log`]: 'false' })
  expect(codes).toEqual([])
  const { accessLog } = route('foo.com', '/')!.policies
  expect(accessLog.enabled).toBe(false)
  expect(accessLog.skippedUrls).toEqual([
    { text: '/health', kind: 'plain' },
    { text: '^/x', kind: 'regex' },
  ])
  expect(table.unclaimed.policies.accessLog.enabled).toBe(true)
})

it('says what becomes of every other key, and helps with unknown ones', () => {
  const { diagnostics } = compileWith({
    'use-gzipp': 'true',
    'nginx.ingress.kubernetes.io/enable-opentelemetry': 'true',
    'app-root': '/x',
    'app-rooot': '/x',
    'worker-processes': '4',
    'server-name-hash-max-size': '512',
    'enable-modsecurity': 'true',
    'zipkin-collector-host': 'x',
    'skip-access-log-urls': '~(',
    'enable-vts-status': 'false',
    'limit-conn-zone-variable': '$binary_remote_addr',
  })
  expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'error config-key-unknown',
    'error config-key-unknown',
    'error config-key-unknown',
    'error config-key-unknown',
    'warning config-key-elsewhere',
    'note config-key-ignored',
    'error config-key-refused',
    'warning config-key-legacy',
    'error config-value',
  ])
  expect(diagnostics[1]?.message).toContain('write enable-opentelemetry')
  expect(diagnostics[4]?.message).toContain('--workers')
  expect(diagnostics[8]?.message).toContain('all requests are logged')
})

it('takes the format of the access log, and says what it has not', () => {
  const format = '{"status": $status, "pipe": "$pipe"}'
  const { table, diagnostics } = compileWith(
    { 'log-format-upstream': format, 'log-format-escape-json': 'true' },
    { [`${prefix}enable-access-log`]: 'false' },
  )
  const { accessLog } = table.unclaimed.policies
  expect([accessLog.format?.text, accessLog.escapesJson]).toEqual([format, true])
  expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning config-value'])
  expect(diagnostics[0]?.message).toContain('$pipe has no value')

  const misspelt = compileWith({ 'log-format-upstream': '$stauts' })
  expect(misspelt.diagnostics[0]?.message).toMatch(/did you mean \$status\?.*by default/)
  expect(misspelt.table.unclaimed.policies.accessLog.format).toBeUndefined()
})

it('closes everything for a snippet that guards access, and for a rule that can not be read', () => {
  const closed = compileWith({ 'location-snippet': 'deny 10.0.0.0/8; add_header X y;' })
  expect(closed.codes).toEqual(['config-key-refused'])
  expect(closed.diagnostics[0]?.message).toContain('custom-headers instead of add_header')
  expect(closed.route('foo.com', '/')?.denied).toContain('location-snippet')
  expect(closed.table.unclaimed.denied).toContain('location-snippet')
  expect(compileWith({ 'annotations-risk-level': 'high' }).route('foo.com', '/')?.denied).toBeDefined()
})

it('closes Ingresses that use what the ConfigMap forbids', () => {
  const risky = { [`${prefix}rewrite-target`]: '/' }
  const byRisk = compileWith({ 'annotations-risk-level': 'Low' }, risky)
  expect(byRisk.codes).toContain('annotation-forbidden')
  expect(byRisk.route('foo.com', '/')?.denied).toContain('rewrite-target')
  expect(compileWith({ 'annotations-risk-level': 'Medium' }, risky).codes).toEqual([])
  const byWord = compileWith(
    { 'annotation-value-word-blocklist': 'lua, {' },
    { [`${prefix}rewrite-target`]: '/a{b' },
  )
  expect(byWord.codes).toContain('annotation-forbidden')
  expect(compileWith({ 'annotation-value-word-blocklist': 'lua' }, { 'example.com/x': 'lua' }).codes).toEqual(
    [],
  )
})

it('says that the ConfigMap is missing, and that paths may be of any form', () => {
  expect(compile(served(), options).codes).toEqual(['config-map-missing'])
  const paths = [ingress({ rules: { 'foo.com': ['P /a*b web:80'] } }), service(), slice('web', ['10.0.0.1'])]
  const data = { 'strict-validate-path-type': 'false' }
  expect(compile(paths).codes).toEqual(['path-type-refused'])
  expect(
    compile([...paths, configMap({ namespace: 'ingress', name: 'nginx', data })], options).codes,
  ).toEqual([])
})

it('keeps a ConfigMap that is gone in force, and what it names up to date', () => {
  const compiler = createCompiler(compileOptions(options))
  const data = { 'denylist-source-range': '10.0.0.0/8', 'add-headers': 'ingress/fields' }
  const config = configMap({ namespace: 'ingress', name: 'nginx', data })
  const fields = (value: string) =>
    configMap({ namespace: 'ingress', name: 'fields', data: { 'X-A': value } })
  const first = compiler.compile(resourceSet(...served(), config, fields('1'))).table.unclaimed
  const { table, diagnostics } = compiler.compile(resourceSet(...served(), fields('2')))
  expect(diagnostics.map(({ code }) => code)).toEqual(['config-map-missing'])
  expect(diagnostics[0]?.message).toContain('what it last said holds')
  expect(table.unclaimed.policies.accessLists.denied).toEqual(first.policies.accessLists.denied)
  expect(table.unclaimed.guardKey).toBe('accessLists')
  const sent = table.hosts[0]!.routes[0]!.policies.addHeaders.from?.fields
  expect(sent?.map(([name, { text }]) => [name, text])).toEqual([['X-A', '2']])
})

it('points out a ConfigMap that looks like that of a controller and is not read', () => {
  const data = { 'use-gzip': 'true' }
  const config = configMap({ namespace: 'ingress-nginx', name: 'my-ingress-nginx-controller', data })
  expect(compile([...served(), config]).codes).toEqual(['config-map-unread'])
  expect(compile([...served(), configMap({ name: 'ingress-nginx-tcp', data })]).codes).toEqual([])
})

it('keeps every host as it is while neither its objects nor the ConfigMap change', () => {
  const compiler = createCompiler(
    compileOptions({ ...options, defaultBackendService: { namespace: 'default', name: 'web' } }),
  )
  const data = { 'load-balance': 'ewma', 'custom-http-errors': '503' }
  const resources = [...served(), configMap({ namespace: 'ingress', name: 'nginx', data })]
  const [first, second] = [1, 2].map(() => compiler.compile(resourceSet(...resources)).table)
  expect(second!.hosts[0]).toBe(first!.hosts[0])
  expect(second!.defaultUpstream).toBe(first!.defaultUpstream)
  expect(second!.defaultUpstream?.key).not.toBe('default/web:80')
})

it('plans Ingresses anew only when the ConfigMap changes', () => {
  const compiler = createCompiler(compileOptions(options))
  const config = configMap({ namespace: 'ingress', name: 'nginx', data: { 'disable-access-log': 'true' } })
  const [web, ...rest] = served()
  const first = compiler.compile(resourceSet(web!, ...rest, config)).table
  const other = configMap({ name: 'other', data: {} })
  const second = compiler.compile(resourceSet(web!, ...rest, config, other)).table
  expect(second.hosts[0]).toBe(first.hosts[0])
  expect(second.unclaimed).toBe(first.unclaimed)
  const changed = configMap({ namespace: 'ingress', name: 'nginx', data: {} })
  const third = compiler.compile(resourceSet(web!, ...rest, changed)).table
  expect(third.hosts[0]!.routes[0]!.policies.accessLog.disabled).toBe(false)
})

it('reports error pages that nobody makes once, where the ConfigMap asks for them', () => {
  const other = ingress({ name: 'other', rules: { 'bar.com': ['P / web:80'] } })
  const config = configMap({ namespace: 'ingress', name: 'nginx', data: { 'custom-http-errors': '503' } })
  const { diagnostics } = compile([...served(), other, config], options)
  expect(diagnostics.map(({ code, object, place }) => [code, object, place])).toEqual([
    ['error-pages-missing', 'ConfigMap ingress/nginx', config.data.get('custom-http-errors')!.place],
  ])
})
