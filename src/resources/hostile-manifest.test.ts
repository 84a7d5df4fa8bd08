// Whatever a manifest holds, reading it gives objects and findings, never an exception.
import fc from 'fast-check'
import { test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { readDocument } from './read-document.ts'

const metadata = {
  name: 'a',
  namespace: 'b',
  labels: { 'kubernetes.io/service-name': 's' },
  annotations: { x: 'y' },
}
const backend = { service: { name: 's', port: { number: 80 } } }
const rule = { host: 'a.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }
const manifests = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: 'c',
      defaultBackend: backend,
      tls: [{ hosts: ['a.com'], secretName: 't' }],
      rules: [rule],
    },
  },
  {
    apiVersion: 'extensions/v1beta1',
    kind: 'Ingress',
    metadata,
    spec: { backend: { serviceName: 's', servicePort: 80 } },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata, spec: { controller: 'x/y' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      ports: [{ name: 'p', port: 80, targetPort: 'p' }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ port: 80 }],
  },
  { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { a: 'aGk=' }, stringData: { b: 'c' } },
  {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } }],
  },
]

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    70_000,
    '',
    '/',
    '*',
    '\n',
    [],
    {},
    [null],
    [[]],
    { '': null },
    'yes',
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
)

test('reads manifests in which any value was replaced by anything', () => {
  const hostile = fc.tuple(
    fc.constantFrom(...manifests),
    fc.array(fc.tuple(fc.nat(), oddValue), { minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(hostile, ([manifest, replacements]) => {
      const copy = structuredClone(manifest)
      for (const [index, value] of replacements) replaceSlot(copy, index, value)
      const { diagnostics } = readDocument({ file: 'a.json', text: JSON.stringify(copy), startLine: 1 })
      for (const diagnostic of diagnostics) formatDiagnostic(diagnostic)
    }),
    { numRuns: 2000 },
  )
})

/** Replaces one of the values in a tree, counted in the order of the text. */
function replaceSlot(root: object, index: number, value: unknown): void {
  const slots: (() => void)[] = []
  const collect = (parent: object): void => {
    for (const [key, child] of Object.entries(parent)) {
      slots.push(() => Object.assign(parent, { [key]: structuredClone(value) }))
      if (typeof child === 'object' && child !== null) collect(child)
    }
  }
  collect(root)
  slots[index % Math.max(1, slots.length)]?.()
}
