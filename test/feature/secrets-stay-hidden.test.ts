// What Secrets hold, and what settings take from ConfigMaps, is in nothing that a command prints.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RouteList } from '../../src/admin/api/types.ts'
import { compileOnce } from '../../src/cli/compile-once.ts'
import { readAskedRequest } from '../../src/explain/asked-request.ts'
import { explain } from '../../src/explain/explain.ts'
import { rehearse } from '../../src/explain/rehearsal.ts'
import { TestAdminApi } from '../support/admin-api.ts'
import { createAuthority } from '../support/authority.ts'
import { selfSigned } from '../support/certificates.ts'
import { compileOptions } from '../support/compile.ts'
import { configMapText, documents, ingressText, serviceText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { runInProcess } from '../support/run-in-process.ts'

let directory: string
/** Texts that may not be seen anywhere. */
let planted: readonly string[]

const inConfigMaps = 'planted-in-a-config-map'
const password = 'planted-password'
/** In an annotation. */
const inUrl = 'planted-in-a-url'

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'portico-secrets-'))
  const pair = await selfSigned('a.test')
  const client = await selfSigned('client.test')
  const authority = await createAuthority('CN=Planted')
  const lines = (pem: string) => pem.split('\n').filter(line => line.length > 40)
  planted = [inConfigMaps, password, inUrl, ...lines(pair.keyPem), ...lines(client.keyPem)]
  const secret = (name: string, data: Record<string, string>) =>
    textOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: data })
  const fields = (name: string, header: string) => configMapText(name, { [header]: inConfigMaps })
  const config = {
    'proxy-set-headers': 'default/to-backends',
    'add-headers': 'default/to-clients',
    'global-allowed-response-headers': 'X-Own-Key',
  }
  const text = documents(
    ingressText({
      name: 'web',
      rules: { 'a.test': ['Prefix / web:80'] },
      tls: [{ hosts: ['a.test'], secretName: 'pair' }],
      annotations: nginx({
        'auth-type': 'basic',
        'auth-secret': 'users',
        'auth-url': 'http://auth.test/verify',
        'auth-proxy-set-headers': 'default/to-auth',
        'auth-tls-secret': 'default/clients',
        'auth-tls-verify-client': 'optional',
        'backend-protocol': 'HTTPS',
        'proxy-ssl-secret': 'default/client',
        'custom-headers': 'default/own',
        'ssl-redirect': 'false',
      }),
    }),
    ingressText({
      name: 'bad',
      rules: { 'b.test': ['Prefix / web:80'] },
      annotations: nginx({ 'auth-url': `http://al:${inUrl}@auth.test/`, 'auth-secret': 'users' }),
    }),
    ingressText({
      name: 'worse',
      rules: {
        [`http://al:${inUrl}@c.test/`]: ['Prefix / web:80'],
        'c.test': [`Prefix http://al:${inUrl}@c.test/ web:80`],
      },
      annotations: nginx({ 'auth-url': `http://al:a/${inUrl}@auth.test/ x` }),
    }),
    serviceText('lost', { endpoints: [`http://al:${inUrl}@c.test/`] }),
    secret('pair', { 'tls.crt': pair.certPem, 'tls.key': pair.keyPem }),
    secret('client', { 'tls.crt': client.certPem, 'tls.key': client.keyPem }),
    secret('clients', { 'ca.crt': authority.certPem, note: password }),
    secret('users', { auth: `al:{PLAIN}${password}` }),
    secret('opaque', { token: password }),
    fields('to-backends', 'X-Backend-Key'),
    fields('to-clients', 'X-Client-Key'),
    fields('to-auth', 'X-Auth-Key'),
    fields('own', 'X-Own-Key'),
    configMapText('config', config),
    serviceText('web', { endpoints: ['127.0.0.1:3000'] }),
  )
  writeFileSync(join(directory, 'all.yaml'), text)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const configMap = { namespace: 'default', name: 'config' }
const config = ['--config-map', 'default/config']

test.each([
  ['that is refused', 'https://a.test/', 'answered'],
  ['that is let in', `https://al:${password}@a.test/`, 'forwarded'],
])('nothing that is secret is in the explanation of a request %s', async (_, url, kind) => {
  const { table, from } = await compileOnce([directory], compileOptions({ configMap }))
  const rehearsal = rehearse(table)
  try {
    const asked = readAskedRequest({ url })
    if ('problem' in asked) throw new Error(asked.problem)
    const explanation = await explain(asked.value, rehearsal, { from })
    expect(explanation.outcome.kind).toBe(kind)
    if (kind === 'forwarded') expect(explanation.sent?.lines).toContain('X-Backend-Key: (not shown)')
    else expect(explanation.answer?.lines).toContain('X-Own-Key: (not shown)')
    expectNothingPlanted(JSON.stringify(explanation))
  } finally {
    rehearsal.close()
  }
})

describe('nothing that is secret is printed by', () => {
  test.each([
    ['dump', ['dump', ...config]],
    ['dump -o json', ['dump', '-o', 'json', ...config]],
    ['dump --effective', ['dump', '--effective', '--all', ...config]],
    ['dump --effective -o json', ['dump', '--effective', '--all', '-o', 'json', ...config]],
    ['routes', ['routes', '-o', 'json', ...config]],
    ['explain', ['explain', 'https://a.test/', ...config]],
  ])('%s', async (_, args) => {
    const { stdout, stderr } = await runInProcess([...args, directory])
    expect(stdout).toContain('a.test')
    expectNothingPlanted(stdout + stderr)
  })

  test.each([
    ['describe ingress', ['describe', 'ingress']],
    ['describe secret', ['describe', 'secret']],
    ['get ing,secret -o yaml', ['get', 'ing,secret', '-o', 'yaml']],
    ['get ing,secret -o json', ['get', 'ing,secret', '-o', 'json']],
  ])('%s', async (_, args) => {
    const { stdout, stderr } = await runInProcess([...args, '-f', directory])
    expect(stdout).not.toBe('')
    expectNothingPlanted(stdout + stderr)
  })
})

test.each(['pretty', 'text', 'json', 'github', 'sarif'])(
  'nothing that is secret is in what check -o %s finds',
  async format => {
    const { stdout, stderr } = await runInProcess(['check', '-o', format, ...config, directory])
    expect(stdout + stderr).toContain('auth-url')
    expectNothingPlanted(stdout + stderr)
  },
)

test('nothing that is secret is in what the admin port answers', async () => {
  const flags = { 'otlp-endpoint': `http://al:${inUrl}@collector.test/?token=${password}` }
  const proxy = await startProxy({ paths: [directory], app: { admin: {}, flags }, compile: { configMap } })
  const api = new TestAdminApi(proxy)
  const { routes } = await api.get<RouteList>('/api/routes')
  const questions = [
    ...['overview', 'routes', 'services', 'certificates', 'diagnostics', 'requests', 'config', 'annotations'],
    ...routes.map(({ id }) => `routes/${encodeURIComponent(id)}`),
    ...['dump', 'dump?effective&all', `explain?url=https://al:${password}@a.test/`],
  ]
  for (const question of questions)
    expectNothingPlanted((await api.ask('GET', `/api/${question}`)).text.replaceAll(`al:${password}@`, ''))
  const events = await api.events('requests&routes')
  await events.next('figures')
  expectNothingPlanted(events.text)
  const metrics = await fetch(`http://${proxy.app.admin}/metrics`)
  expectNothingPlanted(await metrics.text())
})

function expectNothingPlanted(text: string): void {
  for (const secret of planted) expect(text).not.toContain(secret)
}
