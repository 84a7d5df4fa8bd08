// How long `portico check` takes, from its start to its end, and how much memory: 10,000 Ingresses with and without findings.
// Run: node bench/check.ts
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printResult, printRuntime } from './median.ts'

const count = 10_000
const rounds = 3
const directory = mkdtempSync(join(tmpdir(), 'portico-bench-check-'))
const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')

function ingressText(index: number, service: string): string {
  const backend = `{service: {name: ${service}-${index}, port: {number: 80}}}`
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web-${index}
  namespace: team-${index % 50}
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "30"
    nginx.ingress.kubernetes.io/enable-cors: "true"
spec:
  ingressClassName: nginx
  rules:
    - host: host-${index}.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: ${backend}}
`
}

function serviceText(index: number): string {
  return `apiVersion: v1
kind: Service
metadata: {name: app-${index}, namespace: team-${index % 50}, annotations: {portico/endpoints: "127.0.0.1:3000"}}
spec: {ports: [{port: 80}]}
`
}

/** One document, in which every finding is far from the beginning. */
function listText(): string {
  const items = Array.from({ length: count }, (_, index) => {
    const backend = { service: { name: `lost-${index}`, port: { number: 80 } } }
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] }
    const spec = { rules: [{ host: `host-${index}.example.com`, http }] }
    return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: `web-${index}` }, spec }
  })
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)
}

function write(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, name))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, name, file), text)
}

function prepare(): void {
  const indices = Array.from({ length: count }, (_, index) => index)
  const whole = indices.map(index => `${ingressText(index, 'app')}---\n${serviceText(index)}`)
  write('one-file', { 'all.yaml': whole.join('---\n') })
  write('files', Object.fromEntries(whole.map((text, index) => [`${index}.yaml`, text])))
  write('findings', { 'all.yaml': indices.map(index => ingressText(index, 'lost')).join('---\n') })
  write('list', { 'all.json': listText() })
}

/** Tells what the process has used, once it ends. */
const tellUsage =
  'import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,JSON.stringify(process.resourceUsage())))'

function measure(what: string, name: string, code: number, flags: readonly string[]): void {
  const seconds: number[] = []
  const cpuSeconds: number[] = []
  let mostMb = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const args = [
      '--import',
      `data:text/javascript,${tellUsage}`,
      main,
      'check',
      join(directory, name),
      ...flags,
    ]
    const { status, output } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    })
    seconds.push((performance.now() - start) / 1_000)
    if (status !== code) throw new Error(`${what}: ended with ${status}: ${output[2]}`)
    const usage = JSON.parse(output[3]!.toString()) as NodeJS.ResourceUsage
    cpuSeconds.push((usage.userCPUTime + usage.systemCPUTime) / 1e6)
    mostMb = Math.max(mostMb, usage.maxRSS / 1_024)
  }
  printResult(what, medianOf(seconds), 3, 's')
  printResult('  time of CPU', medianOf(cpuSeconds), 3, 's')
  printResult('  memory', mostMb, 1_024, 'MB')
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}

printRuntime()
try {
  prepare()
  measure(`${count} Ingresses in one file`, 'one-file', 0, [])
  measure(`${count} Ingresses in ${count} files`, 'files', 0, [])
  measure(`${count} Ingresses in one file, --compat`, 'one-file', 0, ['--compat', 'ingress-nginx'])
  for (const format of ['text', 'pretty', 'github', 'sarif', 'json'])
    measure(`${count} findings, ${format}`, 'findings', 1, ['-o', format])
  measure(`${count} findings in one JSON list, pretty`, 'list', 1, ['-o', 'pretty'])
} finally {
  rmSync(directory, { recursive: true })
}
