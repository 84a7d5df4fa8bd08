import { describe, expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'
import type { Ingress } from './ingress.ts'

/** Reads an Ingress whose spec is given, indented by two. The first line of the spec is line 5. */
function readSpec(
  spec: string,
  apiVersion = 'networking.k8s.io/v1',
): { ingress: Ingress | undefined; findings: string[] } {
  const { resources, findings } = readManifest(
    `apiVersion: ${apiVersion}\nkind: Ingress\nmetadata: { name: web }\nspec:\n${spec}`,
  )
  return { ingress: resources.ingresses[0], findings }
}

/** Reads one path given in flow style; the path stands on line 8 from column 7 on. */
function readPath(path: string, apiVersion?: string) {
  const { ingress, findings } = readSpec(
    `  rules:\n  - http:\n      paths:\n    - ${path}\n`.replace('    - {', '      - {'),
    apiVersion,
  )
  return { path: ingress?.rules[0]?.paths?.[0], findings, rules: ingress?.rules.length }
}

const service = 'backend: { service: { name: a, port: { number: 80 } } }'
const betas = ['networking.k8s.io/v1beta1', 'extensions/v1beta1']

test('reads everything an Ingress can say', () => {
  const { ingress, findings } = readSpec(`  ingressClassName: nginx
  defaultBackend: { service: { name: fallback, port: { name: http } } }
  tls:
  - hosts: [foo.com, "*.bar.com"]
    secretName: foo-tls
  - hosts: []
  rules:
  - host: foo.com
    http:
      paths:
      - { path: /a, pathType: Exact, ${service} }
      - { path: /b, pathType: Prefix, backend: { resource: { apiGroup: x.io, kind: Bucket, name: b } } }
  - host: "*.bar.com"
`)
  expect(findings).toEqual([])
  expect(ingress).toMatchObject({
    className: { value: 'nginx' },
    defaultBackend: { service: { name: 'fallback', port: { name: 'http' } } },
    tls: [
      { hosts: [{ value: 'foo.com' }, { value: '*.bar.com' }], secretName: { value: 'foo-tls' } },
      { hosts: [], secretName: undefined },
    ],
    rules: [
      {
        host: 'foo.com',
        paths: [
          { path: '/a', pathType: 'Exact', backend: { service: { name: 'a', port: { number: 80 } } } },
          {
            path: '/b',
            pathType: 'Prefix',
            backend: { service: undefined, resource: { kind: 'Bucket', name: 'b' } },
          },
        ],
      },
      { host: '*.bar.com', paths: undefined },
    ],
  })
})

describe('a path of v1', () => {
  test.each([
    [`{ path: /a, pathType: Prefix, ${service} }`, '/a', []],
    [`{ path: '/a(/|$)(.*)', pathType: ImplementationSpecific, ${service} }`, '/a(/|$)(.*)', []],
    [`{ pathType: ImplementationSpecific, ${service} }`, '/', []],
    [`{ path: /a, ${service} }`, '/a', ['8:9 warning path-type-missing']],
    [`{ pathType: Prefix, ${service} }`, '/', ['8:9 warning path-invalid']],
    [
      `{ path: 80, pathType: ImplementationSpecific, ${service} }`,
      undefined,
      ['8:17 warning field-type', '8:17 error path-invalid'],
    ],
    [`{ path: a, pathType: Prefix, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: a, pathType: ImplementationSpecific, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: /a//b, pathType: Exact, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: /a/../b, pathType: Prefix, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: /a/., pathType: Prefix, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: /a%2Fb, pathType: Prefix, ${service} }`, undefined, ['8:17 error path-invalid']],
    [`{ path: /a, pathType: prefix, ${service} }`, undefined, ['8:31 error field-value']],
    [`{ path: /a, pathtype: Prefix, pathType: Prefix, ${service} }`, '/a', ['8:21 warning field-unknown']],
    [`{ path: /a, pathType: Prefix }`, undefined, ['8:9 error field-missing']],
    [`{ path: [/a], pathType: Prefix, ${service} }`, undefined, ['8:17 error field-type']],
  ])('%s', (text, path, findings) => {
    const read = readPath(text)
    expect(read.path?.path).toBe(path)
    expect(read.findings).toEqual(findings)
    expect(read.rules).toBe(1)
  })
})

describe('a backend of v1', () => {
  const read = (backend: string) => readPath(`{ path: /, pathType: Prefix, backend: ${backend} }`)

  test.each([
    ['{ service: { name: a, port: { number: 80 } } }', { name: 'a', port: { number: 80 } }, []],
    ['{ service: { name: a, port: { name: http } } }', { name: 'a', port: { name: 'http' } }, []],
    [
      '{ service: { name: a, port: { number: "80" } } }',
      { name: 'a', port: { number: 80 } },
      ['warning field-type'],
    ],
    [
      '{ service: { name: A, port: { number: 80 } } }',
      { name: 'A', port: { number: 80 } },
      ['warning name-invalid'],
    ],
    [
      '{ serviceName: a, servicePort: 80 }',
      { name: 'a', port: { number: 80 } },
      ['warning api-version-mixed'],
    ],
    ['{ service: { name: a, port: 80 } }', undefined, ['error field-type']],
    ['{ service: { name: a, port: { number: 80, name: http } } }', undefined, ['error backend-invalid']],
    ['{ service: { name: a, port: {} } }', undefined, ['error backend-invalid']],
    ['{ service: { name: a, port: { number: 0 } } }', undefined, ['error field-value']],
    ['{ service: { name: a, port: { number: 8.5 } } }', undefined, ['error field-type']],
    ['{ service: { name: a } }', undefined, ['error field-missing']],
    ['{ service: { port: { number: 80 } } }', undefined, ['error field-missing']],
    ['{}', undefined, ['error backend-invalid']],
    [
      '{ service: { name: a, port: { number: 80 } }, resource: { kind: B, name: b } }',
      undefined,
      ['error backend-invalid'],
    ],
    [
      '{ service: { name: a, port: { number: 80 } }, serviceName: a, servicePort: 80 }',
      undefined,
      ['error backend-invalid'],
    ],
  ])('%s', (backend, expected, findings) => {
    const { path, findings: found } = read(backend)
    expect(path?.backend.service).toEqual(expected)
    expect(found.map(finding => finding.replace(/^\S+ /, ''))).toEqual(findings)
  })
})

describe.each(betas)('%s', apiVersion => {
  test.each([
    ['{ backend: { serviceName: a, servicePort: 80 } }', '/', { name: 'a', port: { number: 80 } }, []],
    [
      '{ path: "", pathType: Prefix, backend: { serviceName: a, servicePort: http } }',
      '/',
      { name: 'a', port: { name: 'http' } },
      [],
    ],
    [
      '{ path: /a, backend: { serviceName: a, servicePort: "80" } }',
      '/a',
      { name: 'a', port: { name: '80' } },
      [],
    ],
    [`{ path: /a, ${service} }`, '/a', { name: 'a', port: { number: 80 } }, ['warning api-version-mixed']],
  ])('reads %s', (text, path, backend, findings) => {
    const read = readPath(text, apiVersion)
    expect(read.path).toMatchObject({ path, backend: { service: backend } })
    expect(read.findings.map(finding => finding.replace(/^\S+ /, ''))).toEqual(findings)
  })

  test('has its default backend under "backend"', () => {
    const { ingress, findings } = readSpec('  backend: { serviceName: a, servicePort: 80 }\n', apiVersion)
    expect(ingress?.defaultBackend?.service?.name).toBe('a')
    expect(findings).toEqual([])
  })
})

test('takes the default backend of the other API generation with a warning', () => {
  const { ingress, findings } = readSpec('  backend: { service: { name: a, port: { number: 80 } } }\n')
  expect(ingress?.defaultBackend?.service?.name).toBe('a')
  expect(findings).toEqual(['5:12 warning api-version-mixed'])
})

test.each([
  ['FOO.com', 'foo.com', ['6:11 warning host-case']],
  ['foo.com:8080', undefined, ['6:11 error host-invalid']],
  ['10.0.0.1', undefined, ['6:11 error host-invalid']],
  ['"*"', undefined, ['6:11 error host-invalid']],
  ['[foo.com]', undefined, ['6:11 error field-type']],
])('reads the host %s', (text, host, findings) => {
  const { ingress, findings: found } = readSpec(`  rules:\n  - host: ${text}\n  - host: good.com\n`)
  expect(ingress?.rules.map(rule => rule.host)).toEqual(
    host === undefined ? ['good.com'] : [host, 'good.com'],
  )
  expect(found).toEqual(findings)
})

test('drops only the bad host of a TLS entry, and an entry that has no good one', () => {
  const { ingress, findings } = readSpec(`  tls:
  - { hosts: [a.com, 1.2.3.4], secretName: a }
  - { hosts: ["*"], secretName: b }
  rules:
  - host: a.com
`)
  expect(ingress?.tls.map(({ hosts }) => hosts.map(({ value }) => value))).toEqual([['a.com']])
  expect(findings).toEqual(['6:22 error host-invalid', '7:15 error host-invalid'])
})

test('keeps the hosts of a TLS entry whose Secret can not be named', () => {
  const { ingress, findings } = readSpec(`  tls:
  - { hosts: [a.com], secretName: [x] }
  rules:
  - host: a.com
`)
  expect(ingress?.tls).toMatchObject([{ hosts: [{ value: 'a.com' }], secretName: undefined }])
  expect(findings).toEqual(['6:35 error field-type'])
})

test('reads a single host of a TLS entry as a list of one, and leaves an empty one out', () => {
  const { ingress, findings } = readSpec(`  tls:
  - { hosts: a.com, secretName: a }
  - { hosts: ["", b.com, [c.com]], secretName: b }
  rules:
  - host: a.com
`)
  expect(ingress?.tls.map(({ hosts }) => hosts.map(({ value }) => value))).toEqual([['a.com'], ['b.com']])
  expect(findings).toEqual(['6:14 warning field-type', '7:15 error field-missing', '7:26 error field-type'])
})

test.each([
  [
    'no spec',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }',
    ['1:1 error field-missing'],
  ],
  [
    'no name',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {}\nspec: { rules: [] }',
    ['3:11 error field-missing'],
  ],
  [
    'no rules',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: { rules: [] }',
    ['4:7 error field-missing'],
  ],
])('does not serve an Ingress with %s', (_, text, findings) => {
  const read = readManifest(text)
  expect(read.resources.ingresses).toEqual([])
  expect(read.findings).toEqual(findings)
})

test('takes no name or path with control characters: they go into logs and header fields', () => {
  const named = (metadata: string) =>
    readManifest(
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: ${metadata}\nspec: { rules: [{ host: a.com }] }\n`,
    )
  for (const metadata of ['{ name: "a\\r\\nX: y" }', '{ name: a, namespace: "b\\e[31m" }']) {
    const { resources, findings } = named(metadata)
    expect(resources.ingresses).toEqual([])
    expect(findings).toEqual([expect.stringContaining('error name-invalid')])
  }
  const backend = 'backend: { service: { name: "a\\nb", port: { number: 80 } } }'
  const { path, findings } = readPath(`{ path: /, pathType: Prefix, ${backend} }`)
  expect([path, findings]).toEqual([undefined, [expect.stringContaining('error name-invalid')]])
  for (const pathType of ['Prefix', 'ImplementationSpecific']) {
    const { path, findings } = readPath(`{ path: "/a\\r\\nX: y", pathType: ${pathType}, ${service} }`)
    expect([path, findings]).toEqual([undefined, [expect.stringContaining('error path-invalid')]])
  }
  const fallback = readSpec('  defaultBackend: { service: { name: "a\\nb", port: { number: 80 } } }\n')
  expect(fallback.ingress?.defaultBackend).toBeUndefined()
  const tls = readSpec('  tls: [{ hosts: [a.com], secretName: "a\\nb" }]\n  rules: [{ host: a.com }]\n')
  expect(tls.ingress?.tls).toMatchObject([{ secretName: undefined }])
})

test('drops a rule whose paths are empty', () => {
  const { ingress, findings } = readSpec(
    '  rules:\n  - host: a.com\n    http: { paths: [] }\n  - host: b.com\n',
  )
  expect(ingress?.rules.map(({ host }) => host)).toEqual(['b.com'])
  expect(findings).toEqual(['7:20 error field-missing'])
})

test('takes annotations that are no strings by their text, with warnings', () => {
  const { resources, findings } = readManifest(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  creationTimestamp: 2026-01-02T03:04:05Z
  annotations:
    number: 600
    boolean: true
    word: yes
    quoted: "yes"
    list: [a]
spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }
`)
  const { annotations, annotationsWithoutText, creationTimestampMs, namespace } = resources.ingresses[0]!.meta
  expect([...annotations].map(([key, { value }]) => [key, value])).toEqual([
    ['number', '600'],
    ['boolean', 'true'],
    ['word', 'yes'],
    ['quoted', 'yes'],
  ])
  expect([...annotationsWithoutText.keys()]).toEqual(['list'])
  expect(creationTimestampMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5))
  expect(namespace).toBe('default')
  expect(findings).toEqual([
    '7:13 warning field-type',
    '8:14 warning field-type',
    '9:11 warning yaml-boolean',
    '11:11 error field-type',
  ])
})

test('does not serve an Ingress whose annotations can not be read: one of them may guard it', () => {
  const { resources, findings } = readManifest(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    - nginx.ingress.kubernetes.io/auth-type: basic
spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }
`)
  expect(resources.ingresses).toEqual([])
  expect(findings).toEqual(['6:5 error field-type'])
})

test('warns about annotations longer than a cluster takes', () => {
  const manifest = (bytes: number) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: { key: "${'x'.repeat(bytes - 3)}" }
spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }
`
  expect(readManifest(manifest(262_144)).findings).toEqual([])
  expect(readManifest(manifest(262_145)).findings).toEqual(['5:16 warning annotations-too-long'])
})

test('does not serve an Ingress some of whose annotations are lost to a key that occurs twice', () => {
  const spec = 'spec: { rules: [{ host: a.com }] }\n'
  const guard = 'annotations: { nginx.ingress.kubernetes.io/auth-type: basic }'
  const texts = [
    `metadata:\n  name: a\n  ${guard}\n  annotations: {}\n`,
    `metadata: { name: a, ${guard} }\nmetadata: { name: a }\n`,
  ]
  for (const text of texts) {
    const head = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\n'
    const { resources, findings } = readManifest(head + text + spec)
    expect(resources.ingresses).toEqual([])
    expect(findings.filter(finding => finding.endsWith('error duplicate-key'))).toHaveLength(2)
  }
})

test('warns when class field and class annotation differ', () => {
  const { findings } = readManifest(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { kubernetes.io/ingress.class: other } }
spec:
  ingressClassName: nginx
  defaultBackend: { service: { name: a, port: { number: 80 } } }
`)
  expect(findings).toEqual(['5:21 warning class-ambiguous'])
})
