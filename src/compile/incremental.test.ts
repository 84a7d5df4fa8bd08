// Compiling snapshot after snapshot gives what compiling each from scratch gives: reuse must never show.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileOptions } from '../../test/support/compile.ts'
import { matchIn } from '../../test/support/match-in.ts'
import { configMap, endpoints, ingress, resourceSet, service, slice } from '../../test/support/resources.ts'
import type { Resource } from '../resources/resource.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { buildMatcher, type Matcher } from '../routing/matcher.ts'
import type { RoutingTable } from '../routing/table.ts'
import { createCompiler } from './compile.ts'

const nginx = 'nginx.ingress.kubernetes.io/'
const hosts = ['a.com', 'b.com', '*.a.com', '']
const serviceNames = ['one', 'two', 'three']

const serviceName = fc.constantFrom(...serviceNames)
const rule = fc
  .tuple(
    fc.constantFrom('P', 'E', 'I'),
    fc.constantFrom('/', '/x', '/x/'),
    serviceName,
    fc.constantFrom('80', 'http', '81'),
  )
  .map(([type, path, name, port]) => `${type} ${path} ${name}:${port}`)

const annotations = fc.constantFrom<Record<string, string>>(
  {},
  { [`${nginx}canary`]: 'true', [`${nginx}canary-weight`]: '60' },
  { [`${nginx}use-regex`]: 'true' },
  { [`${nginx}auth-url`]: 'http://auth.local' },
  { [`${nginx}server-alias`]: 'b.com,c.com,~^d', [`${nginx}from-to-www-redirect`]: 'true' },
  { [`${nginx}default-backend`]: 'three', [`${nginx}custom-http-errors`]: '503' },
  { [`${nginx}service-upstream`]: 'true' },
  { [`${nginx}load-balance`]: 'ewma' },
  { [`${nginx}auth-url`]: 'http://auth.local', [`${nginx}auth-proxy-set-headers`]: 'fields' },
)

const someIngress = fc
  .record({
    name: fc.constantFrom('i', 'j', 'k', 'l'),
    annotations,
    rules: fc.dictionary(fc.constantFrom(...hosts), fc.array(rule, { maxLength: 3 }), {
      noNullPrototype: true,
    }),
    defaultBackend: fc.option(
      serviceName.map(name => `${name}:80`),
      { nil: undefined },
    ),
    created: fc.constantFrom(undefined, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
    tls: fc.constantFrom([], [{ hosts: ['a.com'], secret: 'missing' }]),
  })
  .map(ingress)

const someService = fc
  .record({
    name: serviceName,
    ports: fc.constantFrom<Record<string, number>>({ '': 80 }, { http: 80, other: 81 }),
  })
  .map(input => service(input))
const someSlice = fc
  .tuple(serviceName, fc.subarray(['10.0.0.1', '!10.0.0.2']), fc.constantFrom('s', 't'))
  .map(([name, addresses, sliceName]) => slice(name, addresses, { '': 1 }, { name: `${name}-${sliceName}` }))
const someEndpoints = serviceName.map(name => endpoints(name, ['10.0.1.1'], { http: 2 }))
const someConfigMap = fc
  .constantFrom('a', 'b')
  .map(from => configMap({ name: 'fields', data: { 'X-From': from } }))
const someResource = fc.oneof<fc.Arbitrary<Resource>[]>(
  someIngress,
  someIngress,
  someService,
  someSlice,
  someEndpoints,
  someConfigMap,
)

/** One object per kind and name; a later one replaces the earlier, the others keep their identity. */
function put(objects: ReadonlyMap<string, Resource>, resource: Resource): ReadonlyMap<string, Resource> {
  return new Map([...objects, [`${resource.kind} ${resource.meta.name}`, resource]])
}

function remove(objects: ReadonlyMap<string, Resource>, index: number): ReadonlyMap<string, Resource> {
  return new Map([...objects].filter((_, position) => position !== index % Math.max(objects.size, 1)))
}

/** Live state is kept by upstream; two objects for one would be reconciled against each other. */
function expectOneObjectPerUpstream({ hosts, upstreams }: RoutingTable): void {
  const routes = hosts.flatMap(({ routes, fallback }) =>
    fallback === undefined ? routes : [...routes, fallback],
  )
  const backends = routes.flatMap(({ backend, canaries, errorBackends }) => [
    backend,
    ...canaries.map(canary => canary.backend),
    errorBackends?.standIn,
    errorBackends?.pages,
  ])
  for (const backend of backends) {
    if (backend?.upstream !== undefined) expect(upstreams.get(backend.upstream.key)).toBe(backend.upstream)
  }
}

it('gives the same table and findings as compiling from scratch, with one object per upstream', () => {
  const step = fc.oneof(fc.record({ put: someResource }), fc.record({ remove: fc.nat(20) }))
  fc.assert(
    fc.property(
      fc.array(someResource, { maxLength: 12 }),
      fc.array(step, { maxLength: 6 }),
      (start, steps) => {
        const compiler = createCompiler(compileOptions())
        let objects = start.reduce(put, new Map<string, Resource>())
        let matcher: Matcher | undefined
        for (const change of [undefined, ...steps]) {
          if (change !== undefined)
            objects = 'put' in change ? put(objects, change.put) : remove(objects, change.remove)
          const snapshot = resourceSet(...objects.values())
          const incremental = compiler.compile(snapshot)
          const fromScratch = createCompiler(compileOptions()).compile(snapshot)
          // What they were made of has functions, and no two of those are equal.
          expect({ ...incremental, from: undefined }).toEqual({ ...fromScratch, from: undefined })
          expectOneObjectPerUpstream(incremental.table)
          matcher = buildMatcher(incremental.table, matcher)
          const fresh = buildMatcher(fromScratch.table)
          for (const host of ['a.com', 'x.a.com', 'c.com', 'www.b.com', 'dx', 'other']) {
            expect(matchIn(matcher, host, '/x')?.id).toBe(matchIn(fresh, host, '/x')?.id)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})

it('holds on to no snapshot but the last, whatever its plans have looked at', async () => {
  const compiler = createCompiler(compileOptions())
  const resources = [
    ingress({
      rules: { 'a.com': ['P / one:80'] },
      annotations: {
        [`${nginx}auth-url`]: 'http://one.default.svc.cluster.local',
        [`${nginx}auth-proxy-set-headers`]: 'fields',
      },
    }),
    service({ name: 'one' }),
    configMap({ name: 'fields', data: { 'X-From': 'a' } }),
  ]
  const compiled = (): WeakRef<ResourceSet> => {
    const snapshot = resourceSet(...resources)
    compiler.compile(snapshot)
    return new WeakRef(snapshot)
  }
  const [before, last] = [compiled(), compiled()]
  // What a WeakRef was asked for or made of stays until the task is over.
  await new Promise(resolve => setImmediate(resolve))
  collectGarbage()
  expect(before.deref()).toBeUndefined()
  expect(last.deref()).toBeDefined()
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
