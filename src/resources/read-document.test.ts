import { expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'
import { readDocument } from './read-document.ts'

const configMap = (name: string) => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} } }`

test('flattens lists at any depth', () => {
  const { resources } = readManifest(
    `{ apiVersion: v1, kind: List, items: [${configMap('a')}, { apiVersion: v1, kind: List, items: [${configMap('b')}] }] }`,
  )
  expect([...resources.configMaps.keys()]).toEqual(['default/a', 'default/b'])
})

test('reads typed lists, whose items need not say what they are', () => {
  const { resources, findings } = readManifest(
    '{ apiVersion: v1, kind: ServiceList, items: [{ metadata: { name: a }, spec: { ports: [{ port: 80 }] } }] }',
  )
  expect([...resources.services.keys()]).toEqual(['default/a'])
  expect(findings).toEqual([])
})

test('counts other kinds and never complains about them', () => {
  const { resources, findings } = readManifest(`apiVersion: apps/v1
kind: Deployment
spec: !odd [1]
spec: again
---
{ apiVersion: serving.knative.dev/v1, kind: Service, spec: 5 }
---
{ apiVersion: apps/v1, kind: Deployment }
---
{ apiVersion: v1, kind: PodList, items: [{}] }
`)
  expect(findings).toEqual([])
  expect([...resources.otherKinds]).toEqual([
    ['Deployment', 2],
    ['Service', 1],
    ['PodList', 1],
  ])
})

test.each([
  '',
  '# only a comment',
  '---\n---\n',
  'replicas: 3\nimage: { tag: x }',
  '- a\n- b',
  '- { name: play, tasks: [] }',
  'text',
  'apiVersion: v2\nname: chart\nversion: 1.0.0',
  'apiVersion: 1\ndatasources: []',
])('ignores %j', text => {
  const { resources, findings } = readManifest(text)
  expect(findings).toEqual([])
  expect(resources.otherKinds.size).toBe(0)
})

test.each([
  ['networking.k8s.io/v2', 'Ingress', '1:15 error api-version-unknown'],
  ['extensions/v1', 'Ingress', '1:15 error api-version-unknown'],
  ['v1', 'Ingress', '1:15 error api-version-unknown'],
  ['apps/v1', 'Service', '1:15 error api-version-unknown'],
  ['networking.k8s.io/v1', 'ingress', '1:43 error kind-unknown'],
])('reports %s %s', (apiVersion, kind, finding) => {
  const { findings } = readManifest(`{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: a } }`)
  expect(findings.map(text => text.replace(/^\d+:\d+ /, ''))).toEqual([finding.replace(/^\d+:\d+ /, '')])
})

test.each([
  ['apiVersion: v1\nkind: List\nitems: { a: b }', '3:8 error field-type'],
  ['apiVersion: v1\nkind: List', '1:1 error field-missing'],
  ['apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems: 5', '3:8 error field-type'],
  ['apiVersion: v1\nkind: List\nitems: [5]', '3:9 error field-type'],
  ['apiVersion: v1\nkind: List\nitems: [{ metadata: { name: a } }]', '3:9 error field-missing'],
  ['apiVersion: v1\nmetadata: { name: a }', '1:1 error field-missing'],
  ['apiVersion: networking.k8s.io/v1\nrules: []', '1:1 error field-missing'],
  ['apiVersion: apps/v1\nspec: {}', '1:1 warning field-missing'],
  ['apiVersion: v1\nkind: [Service]\nmetadata: { name: a }', '2:7 error field-type'],
  ['apiVersion: [v1]\nkind: Service\nmetadata: { name: a }', '1:13 error field-type'],
  ['kind: Ingres\nmetadata: { name: a }', '1:1 error field-missing'],
  ['kind: Deployment\nmetadata: { name: a }', '1:1 warning field-missing'],
  ['kind: pipeline\nsteps: []', '1:1 note field-missing'],
  ['kind: 5', '1:1 note field-missing'],
  ['apiVersion: networking.k8s.io/v1\nkind: Ingres', '2:7 error kind-unknown'],
  ['apiVersion: v1\nkind: Servces', '2:7 error kind-unknown'],
  ['apiVersion: extensions/v1beta1\nkind: Ingresss', '2:7 error kind-unknown'],
  ['apiVersion: discovery.k8s.io/v1\nkind: EndpointsSlice', '2:7 error kind-unknown'],
  ['apiVersion: apps/v1\nkind: service', '2:7 error kind-unknown'],
  ['apiVersion: v1\nkind: Podd', '2:7 warning kind-unknown'],
  ['apiVersion: v1\nkind: 5', '2:7 note kind-unknown'],
])('reports %j', (text, finding) => {
  const { resources, findings } = readManifest(text)
  expect(findings).toEqual([finding])
  expect(resources.services.size + resources.ingresses.length).toBe(0)
})

test.each([
  ['v1', 'ServiceAccount'],
  ['v1', 'Config'],
  ['v1', 'PodList'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['extensions/v1beta1', 'Deployment'],
  ['apps/v1', 'Ingres'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['networking.example.com/v1', 'ingress'],
])('counts %s %s', (apiVersion, kind) => {
  const { resources, findings } = readManifest(`apiVersion: ${apiVersion}\nkind: ${kind}\nspec: {}`)
  expect(findings).toEqual([])
  expect([...resources.otherKinds]).toEqual([[kind, 1]])
})

test('reads the objects of a list that is a document, with a warning', () => {
  const { resources, findings } = readManifest(`[${configMap('a')}, { name: x }, ${configMap('b')}]`)
  expect([...resources.configMaps.keys()]).toEqual(['default/a', 'default/b'])
  expect(findings).toEqual(['1:1 warning document-list'])
})

test('says where a document is neither object nor mapping', () => {
  const strayOf = (text: string) => readDocument({ file: 'a.yaml', text, startLine: 1 }).strayOffset
  expect(['text', '---\n- a\n', 'a: b', configMap('a'), '# nothing', '~'].map(strayOf)).toEqual([
    0,
    4,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('reports a known kind without apiVersion', () => {
  expect(readManifest('kind: Service\nmetadata: { name: a }').findings).toEqual(['1:1 error field-missing'])
})

test('reports findings of the syntax only where there is an object to serve', () => {
  expect(
    readManifest('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { x: a, x: b }').findings,
  ).toEqual(['4:15 error duplicate-key'])
})

test('reads the other documents of a file when one is no YAML', () => {
  const { resources, findings } = readManifest(`${configMap('a')}\n---\na: [\n---\n${configMap('b')}`)
  expect([...resources.configMaps.keys()]).toEqual(['default/a', 'default/b'])
  expect(findings).toEqual(['3:4 yaml-syntax'])
})

test('names IngressClasses without a namespace and knows the default one', () => {
  const { resources } = readManifest(`apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
spec: { controller: k8s.io/ingress-nginx }
`)
  expect(resources.ingressClasses.get('nginx')).toMatchObject({
    controller: 'k8s.io/ingress-nginx',
    isDefault: true,
    meta: { namespace: '' },
  })
})
