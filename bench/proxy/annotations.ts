// What annotations cost: processor time of one Portico for requests of a host that has some, beside one that has none. Linux
// only.
// Run: node bench/proxy/annotations.ts [ROUNDS]
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuTimeOf, machineName } from './accounting.ts'
import { startBackend } from './backend.ts'
import { runWrk } from './load/wrk.ts'
import { freePorts, type Program, startProgram } from './program.ts'
import { plainGet } from './request-shape.ts'
import { loadCore } from './run-case.ts'
import { median } from './statistics.ts'
import { Workspace } from './workspace.ts'

const nginx = 'nginx.ingress.kubernetes.io/'
const proxyCore = 0
const seconds = 1

/** Annotations whose cost is told apart; their Ingress has the row's index in its host. */
const rows: readonly Readonly<Record<string, string>>[] = [
  { [`${nginx}proxy-read-timeout`]: '30', [`${nginx}proxy-body-size`]: '8m' },
  { [`${nginx}allowlist-source-range`]: '10.0.0.0/8,127.0.0.0/8' },
  { [`${nginx}limit-rps`]: '1000000' },
  { [`${nginx}limit-connections`]: '100000' },
  { [`${nginx}enable-cors`]: 'true', [`${nginx}cors-allow-origin`]: 'https://a.example' },
  { [`${nginx}upstream-vhost`]: 'other.test' },
  { [`${nginx}rewrite-target`]: '/?again=1' },
  { [`${nginx}proxy-cookie-path`]: '/a /b' },
  { [`${nginx}affinity`]: 'cookie' },
  { [`${nginx}upstream-hash-by`]: '$request_uri' },
  { [`${nginx}load-balance`]: 'ewma' },
  { 'portico/circuit-breaker-failures': '1000' },
  { 'portico/match-headers': 'x-a=1' },
  { [`${nginx}auth-type`]: 'basic', [`${nginx}auth-secret`]: 'users' },
  {
    [`${nginx}auth-url`]: 'http://backend.default.svc.cluster.local/',
    [`${nginx}auth-cache-key`]: '$remote_addr',
  },
  { [`${nginx}auth-url`]: 'http://backend.default.svc.cluster.local/' },
  { [`${nginx}mirror-target`]: 'http://backend.default.svc.cluster.local/' },
]

/** Whatever one of the rows looks at. `test` is the password. */
const fields = {
  Authorization: `Basic ${Buffer.from('ann:test').toString('base64')}`,
  Origin: 'https://a.example',
  'X-A': '1',
}
const users = { auth: 'ann:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=' }
const hostWithout = 'without.test'

function manifests(backendPort: number): string {
  const endpoints = { 'portico/endpoints': `127.0.0.1:${backendPort}` }
  const objects = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'users' }, stringData: users },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'backend', annotations: endpoints },
      spec: { ports: [{ port: 80 }] },
    },
    ingress('without', {}),
    ...rows.map((annotations, index) => ingress(`row-${index}`, annotations)),
  ]
  // JSON is YAML.
  return objects.map(object => JSON.stringify(object)).join('\n---\n')
}

function ingress(name: string, annotations: Readonly<Record<string, string>>): object {
  const backend = { service: { name: 'backend', port: { number: 80 } } }
  const rule = { host: `${name}.test`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { rules: [rule] },
  }
}

async function startPortico(workspace: Workspace, backendPort: number): Promise<Program> {
  const directory = workspace.directory('portico')
  writeFileSync(join(directory, 'bench.yaml'), manifests(backendPort))
  const ports = await freePorts()
  const listening = ['--http-port', String(ports.http), '--https-port', String(ports.https), '--admin', 'off']
  const args = ['run', directory, ...listening, '--cert-dir', join(directory, 'ca')]
  const command = join(import.meta.dirname, '../../bin/portico')
  return startProgram(workspace, { core: proxyCore, command, args }, ports, 'stderr')
}

/** Microseconds of processor time for a request of the host. */
async function costOf(host: string, portico: Program, workspace: Workspace): Promise<number> {
  const requests = [{ ...plainGet, host, fields }]
  const before = cpuTimeOf(portico.pid).total
  const load = { scheme: 'http', port: portico.ports.http, connections: 64, seconds, core: loadCore } as const
  const result = await runWrk({ ...load, requests, workspace })
  return ((cpuTimeOf(portico.pid).total - before) / result.requests) * 1e6
}

async function run(rounds: number, workspace: Workspace): Promise<void> {
  const backend = await startBackend(workspace, loadCore, [])
  const portico = await startPortico(workspace, backend.ports.http)
  await costOf(hostWithout, portico, workspace)
  const without: number[] = []
  const more = rows.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, differences] of more.entries()) {
      // Side by side, so that what slows the machine for a while cancels.
      const plain = await costOf(hostWithout, portico, workspace)
      differences.push((await costOf(`row-${index}.test`, portico, workspace)) - plain)
      without.push(plain)
    }
  }
  console.log(`${machineName()}; node ${process.version}; medians of ${rounds} rounds\n`)
  console.log('| annotations | CPU µs a request more |\n|---|---:|')
  for (const [index, annotations] of rows.entries()) {
    const written = Object.entries(annotations).map(
      ([key, value]) => `\`${key.replace(nginx, '')}: ${value}\``,
    )
    console.log(`| ${written.join(', ')} | ${median(more[index]!).toFixed(1)} |`)
  }
  console.log(`\nWithout any: ${median(without).toFixed(1)} µs.`)
}

const workspace = new Workspace()
try {
  await run(Number(process.argv[2] ?? 5), workspace)
} finally {
  await workspace.close()
}
