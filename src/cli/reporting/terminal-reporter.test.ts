import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppliedChange, RunningApp } from '../../app/events.ts'
import { compileOnce } from '../compile-once.ts'
import type { Reporter } from './reporter.ts'
import { createTerminalReporter } from './terminal-reporter.ts'

let directory: string
let lines: string[]
let reporter: Reporter
let generation: number
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-terminal-'))
  lines = []
  generation = 0
  reporter = createReporter('one')
})
afterEach(() => rm(directory, { recursive: true }))

function createReporter(examples: 'one' | 'all'): Reporter {
  return createTerminalReporter({
    print: line => lines.push(line),
    paint: (_, text) => text,
    version: '1.2.3',
    width: 100,
    startedAtMs: 0,
    examples,
    showsNotices: true,
  })
}

const app: RunningApp = {
  http: '127.0.0.1:8080',
  https: '0.0.0.0:8443',
  admin: undefined,
  caCertificateFile: '/certs/ca.crt',
  reopenLogs() {},
  rescan: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

function ingress(name: string, service: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}}
spec:
  rules:
    - host: "${name}.test"
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}]}
`
}

const service = `kind: Service
apiVersion: v1
metadata: {name: web, annotations: {portico/endpoints: "127.0.0.1:3000"}}
spec: {ports: [{port: 80}]}
---
`

/** What the app says after these manifests came to lie in the directory. */
async function changeTo(text: string, rest: Partial<AppliedChange> = {}): Promise<AppliedChange> {
  const file = join(directory, 'shop.yaml')
  await writeFile(file, text)
  const options = {
    ingressClasses: [],
    namespace: undefined,
    defaultBackendService: undefined,
    defaultSslCertificate: undefined,
    configMap: undefined,
    endpointMaps: [],
  }
  const { table, snapshot, diagnostics } = await compileOnce([directory], options)
  return {
    table,
    generation: ++generation,
    diagnostics,
    changedFiles: ['shop.yaml'],
    keptFiles: [],
    routes: { added: 2, changed: 1, removed: 0 },
    durationMs: 4.4,
    otherKinds: snapshot.resources.otherKinds,
    ingressCount: snapshot.resources.ingresses.length,
    ...rest,
  }
}

describe('the banner', () => {
  it('shows addresses, routes and a line to try, reached over loopback', async () => {
    reporter.applied(await changeTo(service + ingress('shop', 'web')))
    reporter.ready(app)
    expect(lines[0]).toMatch(/^Portico 1\.2\.3 {2}ready in \d+ ms$/)
    expect(lines).toContain('  http    http://127.0.0.1:8080')
    expect(lines).toContain('1 route from 1 Ingress in 1 file')
    expect(lines.filter(line => line.startsWith('shop.test   /'))).toHaveLength(1)
    expect(lines.at(-1)).toBe(
      'Try  curl --cacert /certs/ca.crt --resolve shop.test:8443:127.0.0.1 https://shop.test:8443/',
    )
  })

  it('cuts the routes at 20 and says how many there are', async () => {
    const many = Array.from({ length: 25 }, (_, index) => ingress(`shop${index}`, 'web')).join('---\n')
    reporter.applied(await changeTo(service + many))
    reporter.ready(app)
    expect(lines.filter(line => /^shop\d+\.test /.test(line))).toHaveLength(20)
    expect(lines.filter(line => line.startsWith('… and 5 more'))).toHaveLength(1)
  })

  it('shows the manifest where a problem is', async () => {
    reporter.applied(await changeTo(ingress('shop', 'lost')))
    reporter.ready(app)
    const problem = lines.findIndex(line => line.includes('backend-service-missing'))
    expect(lines[problem + 1]).toMatch(/^ {4}7 \| .*name: lost/)
    const column = Number(/:7:(\d+) /.exec(lines[problem]!)![1])
    expect(lines[problem + 2]!.indexOf('^')).toBe(lines[problem + 1]!.indexOf('| ') + 1 + column)
  })

  it('shows a line for each host and canary in the demo', async () => {
    reporter = createReporter('all')
    const canary = ingress('shop', 'web')
      .replace(
        '{name: shop}',
        '{name: beta, annotations: {nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-by-header: beta}}',
      )
      .replace('name: web', 'name: web2')
    const text = `${service}${service.replace('name: web', 'name: web2')}${ingress('shop', 'web')}---\n${canary}`
    reporter.applied(await changeTo(text))
    reporter.ready(app)
    expect(lines.slice(-2)).toEqual([
      'curl --resolve shop.test:8080:127.0.0.1 http://shop.test:8080/',
      "curl -H 'beta: always' --resolve shop.test:8080:127.0.0.1 http://shop.test:8080/",
    ])
  })
})

describe('a change', () => {
  beforeEach(async () => {
    reporter.applied(await changeTo(ingress('shop', 'lost')))
    reporter.ready(app)
    lines.length = 0
  })

  it('is one line, and findings told before are not repeated though their line moved', async () => {
    reporter.applied(await changeTo(`# moved\n${ingress('shop', 'lost')}`))
    expect(lines).toEqual(['applied shop.yaml: +2 routes ~1 -0 in 4 ms'])
  })

  it('says how many problems went away', async () => {
    reporter.applied(await changeTo(service + ingress('shop', 'web')))
    expect(lines).toEqual(['applied shop.yaml: +2 routes ~1 -0 in 4 ms', '1 problem resolved'])
  })

  it('that brings a problem shows it below', async () => {
    reporter.applied(await changeTo(`${ingress('shop', 'lost')}---\n${ingress('cart', 'lost')}`))
    expect(lines[1]).toMatch(/ error backend-service-missing Ingress default\/cart: /)
  })

  it('that was not taken over names the file that keeps its previous version', async () => {
    const keptFiles = [{ file: 'shop.yaml', since: new Date(0), brokenSince: new Date(1), errorCount: 2 }]
    reporter.applied(await changeTo(ingress('shop', 'lost'), { keptFiles }))
    expect(lines).toEqual(['kept the previous version of shop.yaml (2 errors)'])
  })

  it('beside a file that stays broken does not tell of that file again', async () => {
    const keptFiles = [{ file: 'a.yaml', since: new Date(0), brokenSince: new Date(1), errorCount: 2 }]
    reporter.applied(await changeTo(ingress('shop', 'lost'), { changedFiles: ['a.yaml'], keptFiles }))
    lines.length = 0
    reporter.applied(await changeTo(ingress('shop', 'lost'), { keptFiles }))
    expect(lines).toEqual(['applied shop.yaml: +2 routes ~1 -0 in 4 ms'])
  })

  it('that alters no route says so', async () => {
    const routes = { added: 0, changed: 0, removed: 0 }
    reporter.applied(await changeTo(`# why\n${ingress('shop', 'lost')}`, { routes }))
    expect(lines).toEqual(['applied shop.yaml: no route changed, in 4 ms'])
  })

  it('that a new look does not find is said, also while a file stays broken', async () => {
    const keptFiles = [{ file: 'a.yaml', since: new Date(0), brokenSince: new Date(1), errorCount: 2 }]
    reporter.applied(await changeTo(ingress('shop', 'lost'), { changedFiles: ['a.yaml'], keptFiles }))
    lines.length = 0
    reporter.applied(await changeTo(ingress('shop', 'lost'), { changedFiles: [], keptFiles }))
    expect(lines).toEqual(['looked again: nothing changed'])
  })

  it('of problems alone is told by them', async () => {
    const place = { document: { file: 'shop', text: '', startLine: 1 }, offset: 0 }
    const gone = {
      severity: 'error',
      code: 'path-missing',
      place,
      object: '',
      message: 'has vanished',
    } as const
    const before = await changeTo(ingress('shop', 'lost'), { changedFiles: [] })
    reporter.applied({ ...before, diagnostics: [...before.diagnostics, gone] })
    reporter.applied(before)
    expect(lines).toEqual(['shop:1:1 error path-missing has vanished', '1 problem resolved'])
  })

  it('of many files names three', async () => {
    const changedFiles = ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml', 'e.yaml']
    reporter.applied(await changeTo(ingress('shop', 'lost'), { changedFiles }))
    expect(lines[0]).toMatch(/^applied a\.yaml, b\.yaml, c\.yaml and 2 more files: /)
  })
})
