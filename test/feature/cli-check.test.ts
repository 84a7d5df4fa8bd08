// `portico check` and `portico routes`: the same compile as `run`, told and not served.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPortico } from '../support/portico-process.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-check-'))
})
afterEach(() => rm(directory, { recursive: true }))

const service = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
`

function ingress(name: string, serviceName = 'web'): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}}
spec:
  rules:
    - host: ${name}.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: ${serviceName}, port: {number: 80}}}
`
}

const mapped = ['--map', 'web=127.0.0.1:3000']

/** The file name and line of each finding. */
function places(stderr: string): string[] {
  return [...stderr.matchAll(/^.*?([^/]+\.yaml:\d+):\d+ (?:error|warning|note) /gm)].map(match => match[1]!)
}

describe('check', () => {
  it('ends with 0 when there is nothing to say', async () => {
    await writeFile(join(directory, 'a.yaml'), `${service}---\n${ingress('shop')}`)
    const { code, stdout, stderr } = await runPortico(['check', directory, ...mapped])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^1 Ingress: /)
  })

  it('ends with 1 when there is an error, told on standard error in the order of files and lines', async () => {
    await writeFile(join(directory, 'b.yaml'), ingress('b', 'lost'))
    await writeFile(join(directory, 'a.yaml'), `${ingress('a', 'lost')}---\n${ingress('c', 'lost')}`)
    const { code, stdout, stderr } = await runPortico(['check', directory])
    expect(code).toBe(1)
    expect(places(stderr)).toEqual(['a.yaml:11', 'a.yaml:23', 'b.yaml:11'])
    expect(stderr).toMatch(/ error backend-service-missing Ingress default\/a: /)
    expect(stdout).toMatch(/^3 Ingresses: 3 errors/)
  })

  it('ends with 0 for warnings, and with 1 when strict', async () => {
    await writeFile(join(directory, 'a.yaml'), `${service}---\n${ingress('shop')}`)
    const lenient = await runPortico(['check', directory])
    expect(lenient.stderr).toContain(' warning endpoints-missing ')
    expect(lenient.code).toBe(0)
    expect((await runPortico(['check', directory, '--strict'])).code).toBe(1)
  })

  it('ends with 2 for a path that is not there', async () => {
    expect((await runPortico(['check', join(directory, 'nowhere')])).code).toBe(2)
    expect((await runPortico(['check'], { cwd: directory })).code).toBe(2)
  })

  it('reads standard input', async () => {
    const { code, stderr } = await runPortico(['check', '-'], { stdin: ingress('shop', 'lost') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^<stdin>:\d+:\d+ error /)
  })

  it('prints JSON for programs', async () => {
    await writeFile(join(directory, 'a.yaml'), ingress('shop', 'lost'))
    const { stdout, stderr } = await runPortico(['check', directory, '-o', 'json'])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject([
      { line: 11, severity: 'error', code: 'backend-service-missing', object: 'Ingress default/shop' },
    ])
  })

  it('leaves out what is ignored and that Secrets are missing, and then ends with 0', async () => {
    const text = ingress('shop', 'lost').replace(
      'spec:',
      'spec:\n  tls: [{hosts: [shop.test], secretName: a}]',
    )
    await writeFile(join(directory, 'a.yaml'), text)
    const flags = ['-o', 'github', '--no-secrets']
    const all = await runPortico(['check', directory, ...flags])
    expect(all.code).toBe(1)
    expect(all.stdout).toMatch(
      /^::error file=\S+a\.yaml,line=12,col=22,title=backend-service-missing::Ingress /,
    )
    const some = await runPortico(['check', directory, ...flags, '--ignore', 'backend-service-missing'])
    expect({ code: some.code, stderr: some.stderr }).toEqual({ code: 0, stderr: '' })
    expect(some.stdout).toBe('1 Ingress: no problems; 1 ignored, 1 about missing Secrets left out\n')
    const unknown = await runPortico(['check', directory, '--ignore', 'backend-service-mising'])
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('Did you mean backend-service-missing?')
  })

  it('tells with --compat what ingress-nginx would do differently, and what becomes of the names in use', async () => {
    const regex = ingress('api')
      .replace('path: /', 'path: /api(/|$)(.*)')
      .replace('Prefix', 'ImplementationSpecific')
    const rewriting = regex.replace(
      '{name: api}',
      '{name: api, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}',
    )
    const exact = ingress('cart').replace('path: /', 'path: /cart').replace('Prefix', 'Exact')
    const hosts = [rewriting, exact].map(text => text.replace(/host: .*/, 'host: shop.test'))
    await writeFile(join(directory, 'a.yaml'), [service, ...hosts].join('---\n'))
    const asked = ['check', directory, ...mapped, '--compat', 'ingress-nginx']
    const { code, stdout, stderr } = await runPortico(asked)
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^\S+a\.yaml:\d+:\d+ warning compat-regex-host-wide .*`curl -i http:\/\/shop\.test\/cart\/` here: 404/,
    )
    expect(stdout).toContain('On ingress-nginx: 1 difference; 0 of 1 name in use implemented, 1 approximated')
    const json = await runPortico([...asked, '--strict', '-o', 'json'])
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: [{ code: 'compat-regex-host-wide', severity: 'warning' }],
      compat: {
        names: { approximated: 1 },
        inUse: [{ name: 'nginx.ingress.kubernetes.io/rewrite-target', count: 1 }],
        differences: [{ request: { url: 'http://shop.test/cart/' }, here: '404 (no path)' }],
      },
    })
  })
})

describe('routes', () => {
  beforeEach(() => writeFile(join(directory, 'a.yaml'), `${service}---\n${ingress('shop')}`))

  it('prints a row per route with its endpoints and where it was written', async () => {
    const { code, stdout } = await runPortico(['routes', directory, ...mapped])
    const [header, row] = stdout.split('\n')
    expect(code).toBe(0)
    expect(header!.split(/ +/)).toEqual([
      'HOST',
      'PATH',
      'TYPE',
      'SERVICE',
      'ENDPOINTS',
      'TLS',
      'CANARY',
      'FROM',
    ])
    expect(row!.split(/ +/).slice(0, 7)).toEqual(['shop.test', '/', 'Prefix', 'web:80', '1/1', '-', '-'])
    expect(row).toMatch(/a\.yaml:14$/)
  })

  it('counts what several maps of one Service add up to, from the environment too', async () => {
    const env = { PORTICO_MAP: 'web=127.0.0.1:3000,default/web:80=[::1]:3001' }
    const { stdout } = await runPortico(['routes', directory, '-o', 'json'], { env })
    expect(JSON.parse(stdout)).toMatchObject([
      { host: 'shop.test', path: '/', service: 'web:80', endpoints: { ready: 2, total: 2 } },
    ])
  })

  it('shows conditions, variants, and what the ConfigMap says', async () => {
    const annotated = (name: string, annotations: string) =>
      ingress('shop').replace('{name: shop}', `{name: ${name}, annotations: {${annotations}}}`)
    const canary = 'nginx.ingress.kubernetes.io/canary'
    const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx}\ndata: {use-gzipp: "true"}\n'
    const documents = [
      service,
      service.replace('web', 'v2'),
      annotated('main', 'portico/match-methods: "GET, HEAD", portico/variant: v1'),
      annotated(
        'beta',
        `${canary}: "true", ${canary}-weight: "5", portico/variant: v2, portico/match-methods: "HEAD, GET"`,
      ).replace('name: web', 'name: v2'),
      configMap,
    ]
    await writeFile(join(directory, 'a.yaml'), documents.join('---\n'))
    const maps = [...mapped, '--map', 'v2=127.0.0.1:3000']
    const { stdout } = await runPortico(['routes', directory, ...maps])
    expect(stdout).toContain('/ [GET|HEAD]')
    expect(stdout).toContain('v2: 5%')
    const json = await runPortico(['routes', directory, ...maps, '-o', 'json'])
    expect(JSON.parse(json.stdout)).toMatchObject([
      { conditions: 'GET|HEAD', variant: 'v1', canaries: [{ variant: 'v2' }] },
    ])
    const checked = await runPortico(['check', directory, ...maps, '--config-map', 'default/nginx'])
    expect(checked.stderr).toMatch(
      /a\.yaml:\d+:\d+ error config-key-unknown ConfigMap default\/nginx: .*use-gzip\?/,
    )
    const env = { PORTICO_CONFIG_MAP: 'default/lost' }
    expect((await runPortico(['check', directory, ...maps], { env })).stderr).toContain('config-map-missing')
  })

  it('shows as closed what an annotation that can not be obeyed closes', async () => {
    const snippet = 'annotations: {nginx.ingress.kubernetes.io/server-snippet: "deny all;"}'
    const guarded = ingress('shop').replace('{name: shop}', `{name: shop, ${snippet}}`)
    await writeFile(join(directory, 'a.yaml'), `${service}---\n${guarded}`)
    const { stdout } = await runPortico(['routes', directory, ...mapped])
    expect(stdout.split('\n')[1]!.split(/ +/).slice(0, 5)).toEqual([
      'shop.test',
      '/',
      'Prefix',
      'web:80',
      'closed',
    ])
    const json = await runPortico(['routes', directory, ...mapped, '-o', 'json'])
    expect(JSON.parse(json.stdout)).toMatchObject([{ closed: expect.stringContaining('server-snippet') }])
  })

  it('shows only the classes asked for', async () => {
    const { stdout } = await runPortico(['routes', directory, '--ingress-class', 'other', '-o', 'json'])
    expect(JSON.parse(stdout)).toEqual([])
  })
})
