import { expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'

function readSpec(spec: string) {
  const { resources, findings } = readManifest(
    `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: ${spec}`,
  )
  return {
    service: resources.services.get('default/a'),
    findings: findings.map(text => text.replace(/^\S+ /, '')),
  }
}

test('reads ports with their defaults', () => {
  const { service, findings } = readSpec(
    '{ clusterIP: None, ports: [{ name: http, port: 80, targetPort: web }, { name: dns, port: 53, protocol: UDP, targetPort: 5353, appProtocol: x }] }',
  )
  expect(findings).toEqual([])
  expect(service).toMatchObject({
    type: 'ClusterIP',
    clusterIp: 'None',
    clientIpAffinitySeconds: undefined,
    publishNotReadyAddresses: false,
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 'web', appProtocol: undefined },
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353, appProtocol: 'x' },
    ],
  })
})

test('uses the port itself as target port', () => {
  expect(readSpec('{ ports: [{ port: 80 }] }').service?.ports[0]).toMatchObject({ name: '', targetPort: 80 })
})

test('serves a Service in spite of fields that decide nothing here', () => {
  const { service, findings } = readSpec(
    '{ clusterIP: [10.0.0.1], ports: [{ port: 80, appProtocol: [http] }] }',
  )
  expect(service).toMatchObject({ clusterIp: undefined, ports: [{ port: 80, appProtocol: undefined }] })
  expect(findings).toEqual(['error field-type', 'error field-type'])
})

test.each([
  ['{ sessionAffinity: ClientIP }', 10_800],
  ['{ sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }', 60],
  ['{ sessionAffinity: None }', undefined],
])('reads the affinity of %s', (spec, seconds) => {
  expect(readSpec(spec.replace('{', '{ ports: [{ port: 80 }],')).service?.clientIpAffinitySeconds).toBe(
    seconds,
  )
})

test('reads an external name without its trailing dot; such a Service needs no ports', () => {
  const { service, findings } = readSpec('{ type: ExternalName, externalName: api.example.com. }')
  expect(service).toMatchObject({ type: 'ExternalName', externalName: 'api.example.com', ports: [] })
  expect(findings).toEqual([])
})

test.each([
  [
    '{ ports: [{ port: 80 }, { port: 70000 }] }',
    [80],
    ['warning field-missing', 'error field-value', 'warning field-missing'],
  ],
  ['{ ports: [{ name: a, port: 80 }, { name: a, port: 81 }] }', [80], ['error field-value']],
  ['{ ports: [{ port: 80, targetPort: "8080" }] }', [80], ['warning field-type']],
  ['{ ports: [{ port: 80, protocol: tcp }] }', [], ['error field-value']],
  ['{ ports: [{ targetPort: 80 }] }', [], ['error field-missing']],
  ['{ ports: [{ port: 80, targetport: 8080 }] }', [80], ['warning field-unknown']],
  ['{ type: Loadbalancer, ports: [{ port: 80 }] }', [80], ['error field-value']],
  ['{ selector: { app: a } }', [], ['warning field-missing']],
  [
    '{ ipFamilyPolicy: SingleStack, internalTrafficPolicy: Local, ports: [{ port: 80, nodePort: 30000 }] }',
    [80],
    [],
  ],
])('of %s keeps ports %j', (spec, ports, findings) => {
  const read = readSpec(spec)
  expect(read.service?.ports.map(({ port }) => port)).toEqual(ports)
  expect([...read.findings].sort()).toEqual([...findings].sort())
})

test('does not use an ExternalName Service without a name', () => {
  const { service, findings } = readSpec('{ type: ExternalName }')
  expect(service).toBeUndefined()
  expect(findings).toEqual(['error field-missing'])
})
