import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import fc from 'fast-check'
import { loadAll } from 'js-yaml'
import { expect, test } from 'vitest'
import { compileManifest } from '../../../test/support/compile-manifest.ts'
import { serving } from '../../../test/support/serving.ts'
import { everyPolicy } from '../all.ts'
import type { AnySetting } from '../define-policy.ts'
import { editorSchemas } from './editor-schemas.ts'
import { annotationLedger } from './ledger.ts'

// Editors read keywords beyond the standard's, which ajv is not to complain about.
const ajv = new Ajv({ strict: false, allErrors: true })
const manifests = ajv.compile(editorSchemas.manifests())
const configMap = ajv.compile(editorSchemas.configmap())

const settings = everyPolicy.flatMap(policy => Object.values<AnySetting>(policy.settings))

function ingressWith(annotations: Record<string, unknown>): unknown {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web', annotations } }
}

function accepts(validate: ValidateFunction, document: unknown): boolean {
  return validate(document)
}

test('every word that an editor offers is taken', () => {
  const offered = settings.flatMap(setting => (setting.choices ?? []).map(word => ({ setting, word })))
  const refused = offered.filter(({ setting, word }) => 'problem' in setting.parse(word))
  expect(offered.length).toBeGreaterThan(100)
  expect(refused).toEqual([])
})

/** Texts that look like values, and ones that do not. */
const texts = fc.oneof(
  fc.constantFrom(
    'true',
    'on',
    'off',
    'yes',
    '10m',
    '1.5s',
    '-1',
    '+5',
    '20%',
    'HTTPS',
    'grpc',
    'Lax',
    '5',
    '0.5',
    '301',
  ),
  fc.string({ unit: fc.constantFrom(...'0123456789kmgsBKM%.+-_~/:aTrue'), maxLength: 6 }),
  fc.string(),
)

test('what the schema refuses, the settings refuse', () => {
  const annotated = settings.filter(({ annotation }) => annotation !== undefined)
  fc.assert(
    fc.property(fc.constantFrom(...annotated), texts, (setting, text) => {
      if (text === '' || accepts(manifests, ingressWith({ [setting.annotation!]: text }))) return
      expect(setting.parse(text)).toHaveProperty('problem')
    }),
    { numRuns: 5_000 },
  )
  const keyed = settings.filter(({ configKey }) => configKey !== undefined)
  fc.assert(
    fc.property(fc.constantFrom(...keyed), texts, (setting, text) => {
      if (text === '' || accepts(configMap, { kind: 'ConfigMap', data: { [setting.configKey!]: text } }))
        return
      expect(setting.parse(text)).toHaveProperty('problem')
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['a value that is no word of the setting', { 'nginx.ingress.kubernetes.io/enable-cors': 'yes' }],
  ['a value of another form', { 'nginx.ingress.kubernetes.io/proxy-body-size': '10 MB' }],
  ['a unit where there is none', { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '60s' }],
  ['a misspelt name', { 'nginx.ingress.kubernetes.io/rewrite-traget': '/' }],
  ['a misspelt name of our own', { 'portico/match-header': 'a' }],
])('%s is refused by the schema, and found by check', (_, annotations) => {
  expect(accepts(manifests, ingressWith(annotations))).toBe(false)
  const { diagnostics } = compileManifest(serving('a.test', '127.0.0.1:3000', { annotations }))
  expect(diagnostics.map(({ severity }) => severity)).not.toEqual([])
})

test('a value without quotes that YAML takes for a boolean is refused', () => {
  expect(accepts(manifests, ingressWith({ 'nginx.ingress.kubernetes.io/enable-cors': true }))).toBe(false)
})

test('other names, other kinds and empty values are nobody’s business', () => {
  const annotations = { 'example.com/anything': 'yes', 'nginx.ingress.kubernetes.io/enable-cors': '' }
  expect(accepts(manifests, ingressWith(annotations))).toBe(true)
  expect(accepts(manifests, { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } })).toBe(true)
})

test('the examples are accepted', () => {
  const root = join(import.meta.dirname, '../../../manifests')
  const documents = globSync('**/*.yaml', { cwd: root }).flatMap(file =>
    loadAll(readFileSync(join(root, file), 'utf8')),
  )
  expect(documents.length).toBeGreaterThan(30)
  expect(documents.filter(document => !accepts(manifests, document))).toEqual([])
})

test('every annotation is known by the schema, and none that is not obeyed goes unmarked', () => {
  for (const { name, on, policy } of annotationLedger()) {
    if (on === 'Service') continue
    expect(accepts(manifests, ingressWith({ [name]: '' })), name).toBe(true)
    const marked = JSON.stringify(editorSchemas.manifests()).includes(
      `${JSON.stringify(name)}:{"type":"string","description"`,
    )
    if (policy === '') expect(marked, name).toBe(true)
  }
})
