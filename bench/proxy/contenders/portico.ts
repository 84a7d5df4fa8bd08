// Portico of this checkout, or of another one, as users start it.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePorts, type Program, startProgram } from '../program.ts'
import type { Contender, Setup } from './contender.ts'

/** Portico as the directory `checkout` has it. */
export function portico(name: string, checkout: string): Contender {
  const root = resolve(checkout)
  return {
    name,
    version: versionOf(root),
    abilities: new Set(['tls', 'many-rules', 'access-log', 'json-log', 'web-socket', 'http2']),
    start: setup => start(root, setup),
  }
}

async function start(root: string, setup: Setup): Promise<Program> {
  const { workspace, core } = setup
  const directory = workspace.directory('portico')
  writeFileSync(join(directory, 'bench.yaml'), manifest(setup))
  const free = await freePorts()
  const ports = { ...free, h2c: free.http }
  const listening = ['--http-port', String(ports.http), '--https-port', String(ports.https), '--admin', 'off']
  const certificates = ['--default-ssl-certificate', 'default/bench', '--cert-dir', join(directory, 'ca')]
  const logFile = join(directory, 'access.log')
  const log = ['--access-log', logFormats[setup.accessLog]]
  if (setup.accessLog === 'json') log.push('--access-log-file', logFile)
  const args = ['run', directory, ...listening, ...certificates, ...log]
  const accessLog = setup.accessLog === 'json' ? { file: logFile } : 'stderr'
  return startProgram(workspace, { core, command: join(root, 'bin/portico'), args }, ports, accessLog)
}

const logFormats = { off: 'off', buffered: 'nginx', unbuffered: 'nginx', json: 'json' } as const

function manifest({ hosts, backendPort, backendProtocol, certificate }: Setup): string {
  const secret = { 'tls.crt': base64(certificate.certificate), 'tls.key': base64(certificate.key) }
  const annotations = { 'portico/endpoints': `127.0.0.1:${backendPort}` }
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bench' },
      type: 'kubernetes.io/tls',
      data: secret,
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'bench', annotations },
      spec: { ports: [{ port: 80 }] },
    },
    ...hosts.map((host, i) => ingressFor(host, i, backendProtocol)),
  ]
  // JSON is YAML.
  return objects.map(object => JSON.stringify(object)).join('\n---\n')
}

function ingressFor(host: string, index: number, protocol: Setup['backendProtocol']): object {
  const backend = { service: { name: 'bench', port: { number: 80 } } }
  const paths = [{ path: '/', pathType: 'Prefix', backend }]
  const annotations = protocol === 'grpc' ? { 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPC' } : {}
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: `bench-${index}`, annotations },
    spec: { rules: [{ host, http: { paths } }] },
  }
}

function base64(file: string): string {
  return readFileSync(file).toString('base64')
}

function versionOf(root: string): string {
  return String(execFileSync('git', ['-C', root, 'describe', '--always', '--dirty', '--exclude', '*'])).trim()
}
