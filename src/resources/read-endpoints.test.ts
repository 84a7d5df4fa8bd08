import { expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'

test('reads subsets, leaving out what is no address or port', () => {
  const { resources, findings } = readManifest(`apiVersion: v1
kind: Endpoints
metadata: { name: a }
subsets:
- addresses: [{ ip: 127.0.0.1 }, { ip: localhost }, { ip: "::1", nodeName: n }]
  notReadyAddresses: [{ ip: 127.0.0.2 }]
  ports: [{ name: http, port: 3000 }, { port: 0 }, { name: x }]
`)
  expect(resources.endpoints.get('default/a')?.subsets).toEqual([
    {
      addresses: ['127.0.0.1', '::1'],
      notReadyAddresses: ['127.0.0.2'],
      ports: [{ name: 'http', port: 3000, protocol: 'TCP', appProtocol: undefined }],
    },
  ])
  expect(findings).toEqual(['5:40 error field-value', '7:47 error field-value', '7:52 error field-missing'])
})

test.each(['discovery.k8s.io/v1', 'discovery.k8s.io/v1beta1'])('reads slices of %s', apiVersion => {
  const { resources, findings } = readManifest(`apiVersion: ${apiVersion}
kind: EndpointSlice
metadata: { name: a-1, labels: { kubernetes.io/service-name: a } }
addressType: IPv4
ports: [{ name: http, port: 3000 }, { name: any }]
endpoints:
- { addresses: [127.0.0.1] }
- { addresses: [127.0.0.2], conditions: { ready: false } }
- { addresses: [127.0.0.3], conditions: { ready: false, serving: true, terminating: true } }
- { addresses: ["::1"] }
- { addresses: [] }
`)
  const slice = resources.endpointSlices.get('default/a')?.[0]
  expect(slice?.endpoints).toEqual([
    { addresses: ['127.0.0.1'], ready: true, serving: true, terminating: false },
    { addresses: ['127.0.0.2'], ready: false, serving: false, terminating: false },
    { addresses: ['127.0.0.3'], ready: false, serving: true, terminating: true },
  ])
  expect(slice?.ports.map(({ name, port }) => [name, port])).toEqual([
    ['http', 3000],
    ['any', undefined],
  ])
  expect(findings).toEqual(['10:17 error field-value', '11:16 error field-missing'])
})

test('takes what is usable of endpoints with values of other types', () => {
  const { resources, findings } = readManifest(`apiVersion: v1
kind: Endpoints
metadata: { name: a }
subsets: [{ addresses: [{ ip: 127.0.0.1 }], notReadyAddresses: 5, ports: [{ port: 80, appProtocol: [x] }] }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: a-1, labels: { kubernetes.io/service-name: a } }
addressType: IPv4
endpoints: [{ addresses: 127.0.0.1 }]
`)
  expect(resources.endpoints.get('default/a')?.subsets).toMatchObject([
    { addresses: ['127.0.0.1'], notReadyAddresses: [], ports: [{ port: 80, appProtocol: undefined }] },
  ])
  expect(resources.endpointSlices.get('default/a')?.[0]?.endpoints).toMatchObject([
    { addresses: ['127.0.0.1'] },
  ])
  expect(findings).toEqual(['4:64 error field-type', '4:100 error field-type', '10:26 warning field-type'])
})

test('reports a slice that names no Service', () => {
  const { resources, findings } = readManifest(
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: a }\naddressType: IPv4\nendpoints: []\n',
  )
  expect(resources.endpointSlices.size).toBe(0)
  expect(findings).toEqual(['3:11 warning slice-without-service'])
})

test('needs an address type', () => {
  const { findings } = readManifest(
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: a }\naddressType: ipv4\nendpoints: []\n',
  )
  expect(findings).toEqual(['4:14 error field-value'])
})
