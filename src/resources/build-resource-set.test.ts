import { expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'

const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { key: ${value} }\n`

test('lets the first of two objects of one name count and reports the second', () => {
  const { resources, findings } = readManifest(`${configMap('a', 'first')}---\n${configMap('a', 'second')}`)
  expect(resources.configMaps.get('default/a')?.data.get('key')?.value).toBe('first')
  expect(findings).toEqual(['6:1 error duplicate-object'])
})

test('only notes an exact copy', () => {
  expect(readManifest(`${configMap('a', 'x')}---\n${configMap('a', 'x')}`).findings).toEqual([
    '6:1 note duplicate-object',
  ])
})

test('tells objects of different kinds or namespaces apart', () => {
  const elsewhere = configMap('a', 'x').replace('name: a', 'name: a, namespace: other')
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n'
  const { resources, findings } = readManifest([configMap('a', 'x'), elsewhere, secret].join('---\n'))
  expect(findings).toEqual([])
  expect([...resources.configMaps.keys(), ...resources.secrets.keys()]).toEqual([
    'default/a',
    'other/a',
    'default/a',
  ])
})

test('groups slices by their Service', () => {
  const slice = (name: string) =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: ${name}, labels: { kubernetes.io/service-name: a } }\naddressType: IPv4\nendpoints: []\n`
  const { resources } = readManifest([slice('a-1'), slice('a-2')].join('---\n'))
  expect(resources.endpointSlices.get('default/a')?.map(({ meta }) => meta.name)).toEqual(['a-1', 'a-2'])
})
