import { describe, expect, it } from 'vitest'
import { compile, compileOptions } from '../../test/support/compile.ts'
import {
  endpoints,
  ingress,
  ingressClass,
  path,
  resourceSet,
  service,
  slice,
} from '../../test/support/resources.ts'
import { createCompiler } from './compile.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

/** Services with one ready endpoint each. */
function serving(...names: string[]) {
  return names.flatMap(name => [service({ name }), slice(name, ['127.0.0.1'])])
}

describe('rules', () => {
  it('lead to the endpoints of their Service', () => {
    const { route, codes } = compile([ingress({ rules: { 'a.com': ['P / web:80'] } }), ...serving('web')])
    expect(codes).toEqual([])
    expect(route('a.com', '/x')?.backend).toMatchObject({
      service: 'web',
      port: '80',
      problem: undefined,
      upstream: { key: 'default/web:80', endpoints: [{ address: '127.0.0.1', port: 3000 }] },
    })
    expect(route('a.com', '/x')?.id).toBe('default/web a.com/ Prefix')
  })

  it('of several Ingresses are merged by host', () => {
    const { service } = compile([
      ingress({ name: 'one', rules: { 'a.com': ['P /one one:80'] } }),
      ingress({ name: 'two', rules: { 'a.com': ['P /two two:80'] } }),
      ...serving('one', 'two'),
    ])
    expect([service('a.com', '/one'), service('a.com', '/two')]).toEqual(['one', 'two'])
  })

  it('that claim the same path go to the older Ingress and report the younger', () => {
    const young = ingress({
      name: 'young',
      created: '2026-02-02T00:00:00Z',
      rules: { 'a.com': ['P / young:80', 'P /y young:80'] },
    })
    const old = ingress({ name: 'old', created: '2026-01-01T00:00:00Z', rules: { 'a.com': ['P / old:80'] } })
    const { service, diagnostics } = compile([young, old, ...serving('young', 'old')])
    expect([service('a.com', '/'), service('a.com', '/y')]).toEqual(['old', 'young'])
    expect(diagnostics).toMatchObject([
      { code: 'path-conflict', severity: 'error', object: 'Ingress default/young' },
    ])
    expect(diagnostics[0]?.message).toContain('Ingress default/old (path.yaml:1:1)')
  })

  it('without timestamps go by source order, and come after those with one', () => {
    const untimed = ['first', 'second'].map(name => ingress({ name, rules: { 'a.com': [`P / ${name}:80`] } }))
    expect(compile([...untimed, ...serving('first', 'second')]).service('a.com', '/')).toBe('first')
    const timed = ingress({
      name: 'timed',
      created: '2026-01-01T00:00:00Z',
      rules: { 'a.com': ['P / timed:80'] },
    })
    expect(compile([...untimed, timed, ...serving('first', 'second', 'timed')]).service('a.com', '/')).toBe(
      'timed',
    )
  })

  it('with the same path but another kind live side by side', () => {
    const { service, codes } = compile([
      ingress({ rules: { 'a.com': ['P /a one:80', 'E /a two:80'] } }),
      ...serving('one', 'two'),
    ])
    expect([service('a.com', '/a'), service('a.com', '/a/b'), codes]).toEqual(['two', 'one', []])
  })

  it('report a path that another rule always beats', () => {
    const { codes } = compile([
      ingress({ rules: { 'a.com': ['P /a one:80', 'P /a/ two:80'] } }),
      ...serving('one', 'two'),
    ])
    expect(codes).toEqual(['path-shadowed'])
  })

  it('with a resource for a backend are left out', () => {
    const bad = {
      ...path('P /bucket web:80'),
      backend: { ...path('P / web:80').backend, service: undefined, resource: { kind: 'Bucket', name: 'b' } },
    }
    const web = ingress({ rules: { 'a.com': ['P /ok web:80'] } })
    const withResource = { ...web, rules: [{ ...web.rules[0]!, paths: [bad, ...web.rules[0]!.paths!] }] }
    const { codes, route } = compile([withResource, ...serving('web')])
    expect(codes).toEqual(['backend-resource-unsupported'])
    expect(route('a.com', '/bucket')?.backend).toBeUndefined()
    expect(route('a.com', '/ok')?.backend?.service).toBe('web')
  })
})

describe('a backend', () => {
  const web = (backend: string) => ingress({ rules: { 'a.com': [`P / ${backend}`] } })

  it('without its Service gets 503 and an error', () => {
    const { route, codes } = compile([web('web:80')])
    expect(codes).toEqual(['backend-service-missing'])
    expect(route('a.com', '/')?.backend).toMatchObject({
      upstream: undefined,
      problem: 'Service "web" does not exist',
    })
  })

  it('whose Service lives in another namespace says so', () => {
    const { diagnostics } = compile([web('web:80'), service({ namespace: 'shop' })])
    expect(diagnostics[0]?.message).toContain('namespace shop')
  })

  it('with an unknown port gets 503 and the ports there are', () => {
    const { diagnostics, route } = compile([web('web:81'), service({ ports: { http: 8080, ajp: 8009 } })])
    expect(diagnostics).toMatchObject([{ code: 'backend-port-missing', severity: 'error' }])
    expect(diagnostics[0]?.message).toContain('http 8080, ajp 8009')
    expect(route('a.com', '/')?.backend?.upstream).toBeUndefined()
  })

  it('names its port by number or by name', () => {
    const objects = [
      service({ ports: { http: 8080, ajp: 8009 } }),
      slice('web', ['10.0.0.1'], { http: 3000, ajp: 4000 }),
    ]
    const portOf = (backend: string) =>
      compile([web(backend), ...objects]).route('a.com', '/')?.backend?.upstream?.endpoints
    expect(portOf('web:8009')).toEqual([{ address: '10.0.0.1', port: 4000 }])
    expect(portOf('web:http')).toEqual([{ address: '10.0.0.1', port: 3000 }])
  })

  it('takes a port name of digits for the number, with a warning', () => {
    const { route, codes } = compile([web('web:"80"'), ...serving('web')])
    expect(codes).toEqual(['backend-port-digits'])
    expect(route('a.com', '/')?.backend?.upstream?.key).toBe('default/web:80')
  })

  it('without ready endpoints gets 503 and a warning', () => {
    const { route, codes } = compile([web('web:80'), service(), slice('web', ['!10.0.0.1'])])
    expect(codes).toEqual(['endpoints-missing'])
    expect(route('a.com', '/')?.backend).toMatchObject({ upstream: { endpoints: [], notReadyCount: 1 } })
    expect(route('a.com', '/')?.backend?.problem).toBeDefined()
  })

  it('whose endpoints list other port names is told which', () => {
    const { diagnostics } = compile([
      web('web:80'),
      service({ ports: { http: 80 } }),
      slice('web', ['10.0.0.1'], { web: 1 }),
    ])
    expect(diagnostics).toMatchObject([{ code: 'endpoints-missing' }])
    expect(diagnostics[0]?.message).toContain('"web"')
  })

  it('named in two ways is one upstream', () => {
    const { table } = compile([
      ingress({ rules: { 'a.com': ['P /a web:80', 'P /b web:http'] } }),
      service({ ports: { http: 80 } }),
    ])
    const [a, b] = table.hosts[0]!.routes
    expect(a!.backend!.upstream).toBe(b!.backend!.upstream)
    expect([...table.upstreams.keys()]).toEqual(['default/web:80'])
  })
})

describe('endpoints come from', () => {
  const web = ingress({ rules: { 'a.com': ['P / web:80'] } })
  const found = (...objects: Parameters<typeof compile>[0]) =>
    compile([web, ...objects])
      .route('a.com', '/')
      ?.backend?.upstream?.endpoints.map(({ address, port }) => `${address}:${port}`)

  it('slices, merged without duplicates', () => {
    expect(
      found(
        service(),
        slice('web', ['10.0.0.1', '10.0.0.2']),
        slice('web', ['10.0.0.2', '10.0.0.3'], { '': 3000 }, { name: 'b' }),
      ),
    ).toEqual(['10.0.0.1:3000', '10.0.0.2:3000', '10.0.0.3:3000'])
  })

  it('slices before Endpoints, never both', () => {
    expect(found(service(), slice('web', ['10.0.0.1']), endpoints('web', ['10.0.0.9']))).toEqual([
      '10.0.0.1:3000',
    ])
  })

  it('Endpoints: ready addresses on ports of the name of the Service port', () => {
    const listed = endpoints('web', ['10.0.0.1', '!10.0.0.2'], { http: 1, metrics: 2 })
    expect(found(service({ ports: { http: 80, metrics: 90 } }), listed)).toEqual(['10.0.0.1:1'])
  })

  it('the Service annotation before slices', () => {
    const annotated = service({
      annotations: { 'portico/endpoints': '127.0.0.1:3000, [::1]:3001, 3002, app.local:3003' },
    })
    expect(found(annotated, slice('web', ['10.0.0.1']))).toEqual([
      '127.0.0.1:3000',
      '::1:3001',
      '127.0.0.1:3002',
      'app.local:3003',
    ])
  })

  it('an external name', () => {
    expect(found(service({ externalName: 'api.example.com', ports: {} }))).toEqual(['api.example.com:80'])
    expect(found(service({ externalName: 'api.example.com', ports: { '': 80 } }))).toEqual([
      'api.example.com:80',
    ])
  })

  it('--map before everything, by port', () => {
    const map = {
      namespace: 'default',
      service: 'web',
      port: undefined,
      address: '127.0.0.1',
      endpointPort: 9000,
    }
    const objects = [web, service(), slice('web', ['10.0.0.1'])]
    const of = (port: string | undefined) =>
      compile(objects, { endpointMaps: [{ ...map, port }] }).route('a.com', '/')
    expect(of(undefined)?.backend?.upstream?.endpoints).toEqual([{ address: '127.0.0.1', port: 9000 }])
    expect(of('80')?.backend?.upstream?.endpoints).toEqual([{ address: '127.0.0.1', port: 9000 }])
    expect(of('81')?.backend?.upstream?.endpoints).toEqual([{ address: '10.0.0.1', port: 3000 }])
  })

  it('--map even without the Service, which is still an error', () => {
    const map = {
      namespace: 'default',
      service: 'web',
      port: undefined,
      address: '127.0.0.1',
      endpointPort: 9000,
    }
    const { codes, route } = compile([web], { endpointMaps: [map] })
    expect(codes).toEqual(['backend-service-missing'])
    expect(route('a.com', '/')?.backend?.upstream?.endpoints).toHaveLength(1)
  })

  it('an annotation with bad entries left out and reported', () => {
    const annotated = service({
      annotations: { 'portico/endpoints': '3000,nonsense,127.0.0.1:99999', 'portico/endpoint': '1' },
    })
    expect(found(annotated)).toEqual(['127.0.0.1:3000'])
    expect(compile([web, annotated]).codes).toEqual([
      'endpoints-annotation',
      'endpoints-annotation',
      'annotation-unknown',
    ])
  })
})

describe('a default backend', () => {
  it('alone is the catch-all', () => {
    const { service } = compile([ingress({ defaultBackend: 'web:80' }), ...serving('web')])
    expect(service('any.com', '/x')).toBe('web')
  })

  it('beside rules serves the hosts of its Ingress only', () => {
    const { service, route } = compile([
      ingress({ defaultBackend: 'rest:80', rules: { 'a.com': ['P /a web:80'], 'b.com': undefined } }),
      ...serving('web', 'rest'),
    ])
    expect([service('a.com', '/x'), service('b.com', '/'), service('a.com', '/a')]).toEqual([
      'rest',
      'rest',
      'web',
    ])
    expect(route('c.com', '/')).toBeUndefined()
  })

  it('beside a rule without host serves everything unclaimed', () => {
    const { service } = compile([
      ingress({ defaultBackend: 'rest:80', rules: { '': ['P /a web:80'] } }),
      ...serving('web', 'rest'),
    ])
    expect([service('any', '/x'), service('any', '/a')]).toEqual(['rest', 'web'])
  })

  it('of the oldest Ingress wins and the other is reported', () => {
    const { service, codes } = compile([
      ingress({ name: 'one', defaultBackend: 'one:80' }),
      ingress({ name: 'two', defaultBackend: 'two:80' }),
      ...serving('one', 'two'),
    ])
    expect([service('any', '/'), codes]).toEqual(['one', ['path-conflict']])
  })

  it('is absent on most hosts: their fallback carries the policies of the first Ingress and no backend', () => {
    const first = ingress({
      annotations: { [`${nginx}force-ssl-redirect`]: 'true' },
      rules: { 'a.com': ['P /a web:80'] },
    })
    const { host } = compile([
      first,
      ingress({ name: 'two', rules: { 'a.com': ['P /b web:80'] } }),
      ...serving('web'),
    ])
    expect(host('a.com')?.fallback).toMatchObject({
      backend: undefined,
      policies: { sslRedirect: { force: true } },
    })
  })

  it('for everything comes from --default-backend-service', () => {
    const defaultBackendService = { namespace: 'default', name: 'web' }
    expect(compile(serving('web'), { defaultBackendService }).table.defaultUpstream?.key).toBe(
      'default/web:80',
    )
    const missing = compile([], { defaultBackendService })
    expect([missing.table.defaultUpstream, missing.codes]).toEqual([undefined, ['backend-service-missing']])
  })
})

describe('class', () => {
  const one = ingress({ name: 'one', className: 'ours', rules: { 'one.com': ['P / web:80'] } })
  const two = ingress({
    name: 'two',
    annotations: { 'kubernetes.io/ingress.class': 'ours' },
    rules: { 'two.com': ['P / web:80'] },
  })
  const three = ingress({ name: 'three', rules: { 'three.com': ['P / web:80'] } })
  const four = ingress({ name: 'four', className: 'theirs', rules: { 'four.com': ['P / web:80'] } })
  const all = [one, two, three, four, ...serving('web')]
  const hostsOf = (...args: Parameters<typeof compile>) =>
    compile(...args).table.hosts.map(({ host }) => host)

  it('does not matter unless asked for', () => {
    expect(hostsOf(all)).toHaveLength(4)
  })

  it('is read from the field, the annotation and the default', () => {
    expect(hostsOf(all, { ingressClasses: ['ours'] })).toEqual(['one.com', 'two.com'])
    expect(hostsOf([...all, ingressClass('ours', true)], { ingressClasses: ['ours'] })).toEqual([
      'one.com',
      'two.com',
      'three.com',
    ])
    expect(hostsOf([...all, ingressClass('theirs', true)], { ingressClasses: ['ours'] })).toEqual([
      'one.com',
      'two.com',
    ])
    expect(compile(all, { ingressClasses: ['ours'] }).codes).toEqual(['class-not-served', 'class-not-served'])
  })

  it("with two defaults is nobody's default", () => {
    const ambiguous = [...all, ingressClass('ours', true), ingressClass('theirs', true)]
    expect(hostsOf(ambiguous, { ingressClasses: ['ours'] })).toEqual(['one.com', 'two.com'])
    expect(compile(ambiguous, { ingressClasses: ['ours'] }).codes).toContain('class-default-ambiguous')
  })

  it('and namespace narrow what is served', () => {
    const elsewhere = ingress({ name: 'x', namespace: 'shop', rules: { 'x.com': ['P / web:80'] } })
    expect(hostsOf([...all, elsewhere], { namespace: 'shop' })).toEqual(['x.com'])
  })
})

describe('the compiler', () => {
  it('names the line on which the winner of a conflict stands now', () => {
    const compiler = createCompiler(compileOptions())
    const winner = ingress({ name: 'one', rules: { 'a.com': ['P / one:80'] } })
    const resources = resourceSet(
      winner,
      ingress({ name: 'two', rules: { 'a.com': ['P / one:80'] } }),
      ...serving('one'),
    )
    const messageOf = () => compiler.compile(resources).diagnostics[0]?.message
    expect(messageOf()).toContain('path.yaml:1:1')
    winner.rules[0]!.paths![0]!.place.document.startLine = 7
    expect(messageOf()).toContain('path.yaml:7:1')
  })

  it('keeps host routes that nothing changed for, and only those', () => {
    const compiler = createCompiler(compileOptions())
    const objects = [
      ingress({ name: 'a', rules: { 'a.com': ['P / a:80'] } }),
      ingress({ name: 'b', rules: { 'b.com': ['P / b:80'] } }),
      ingress({ name: 'c', rules: { 'c.com': ['P / c:80'] } }),
      ...serving('a', 'b', 'c'),
    ]
    const before = compiler.compile(resourceSet(...objects)).table
    objects[0] = ingress({ name: 'a', rules: { 'a.com': ['P /new a:80'] } })
    objects[objects.length - 3] = slice('b', ['127.0.0.2'])
    const after = compiler.compile(resourceSet(...objects)).table
    expect(after.hosts.map((host, index) => host === before.hosts[index])).toEqual([false, false, true])
    expect(after.hosts[1]?.routes[0]?.backend?.upstream?.endpoints).toEqual([
      { address: '127.0.0.2', port: 3000 },
    ])
    expect(after.upstreams.get('default/c:80')).toBe(before.upstreams.get('default/c:80'))
  })
})
