// The programs of the end-to-end benchmark: a backend with a fixed answer, and the proxies in front of it, each pinned to
// a processor core.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A program that serves. */
export interface Program {
  readonly name: string
  readonly version: string
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

export const answer = 'hello world\n'
const here = import.meta.dirname
const root = join(here, '..')

/** nginx answering every request with 12 bytes; under `/echo` with the forwarded fields it got. */
export async function startBackend(core: number): Promise<Program> {
  const port = await freePort()
  const fields = [
    'request_id',
    'real_ip',
    'forwarded_for',
    'forwarded_host',
    'forwarded_port',
    'forwarded_proto',
  ]
  const echo = [
    ...fields.map(field => `$http_x_${field}`),
    '$http_x_forwarded_scheme',
    '$http_x_scheme',
  ].join('|')
  return startNginx('backend', core, port, {
    '/': `return 200 "${answer.trim()}\\n";`,
    '/echo': `return 200 "${echo}";`,
  })
}

/** nginx as a proxy, for comparison. */
export async function startNginxProxy(core: number, backend: Program): Promise<Program> {
  const port = await freePort()
  const fields = {
    Host: '$http_host',
    Connection: '""',
    'X-Request-ID': '$request_id',
    'X-Real-IP': '$remote_addr',
    'X-Forwarded-For': '$remote_addr',
    'X-Forwarded-Host': '$http_host',
    'X-Forwarded-Port': '$server_port',
    'X-Forwarded-Proto': '$scheme',
    'X-Forwarded-Scheme': '$scheme',
    'X-Scheme': '$scheme',
  }
  const lines = Object.entries(fields).map(([name, value]) => `proxy_set_header ${name} ${value};`)
  return startNginx(
    'nginx',
    core,
    port,
    { '/': `proxy_http_version 1.1; ${lines.join(' ')} proxy_pass http://backend;` },
    `upstream backend { server 127.0.0.1:${backend.port}; keepalive 320; keepalive_requests 100000000; }`,
  )
}

async function startNginx(
  name: string,
  core: number,
  port: number,
  locations: Record<string, string>,
  upstream = '',
): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), 'portico-bench-'))
  const blocks = Object.entries(locations).map(([path, text]) => `location ${path} { ${text} }`)
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${directory}/${kind};`).join(' ')}
  ${upstream}
  server { listen 127.0.0.1:${port} backlog=4096; ${blocks.join(' ')} }
}
`,
  )
  const child = spawnPinned(core, 'nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')])
  await untilListening(port)
  const version = nginxVersion()
  return programOf(name, version, child, port, () => rmSync(directory, { recursive: true, force: true }))
}

/** Portico, with a manifest for host `bench.test`. */
export async function startPortico(core: number, backend: Program): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), 'portico-bench-'))
  writeFileSync(join(directory, 'bench.yaml'), manifest(backend.port))
  const flags = ['--http-port', '0', '--https-port', '0', '--admin', 'off']
  const main = join(root, 'src/cli/main.ts')
  const child = spawnPinned(core, process.execPath, [main, 'run', directory, ...flags])
  const ready = JSON.parse(await firstLine(child, line => line.includes('"ready"'))) as { http: string }
  const port = Number(ready.http.slice(ready.http.lastIndexOf(':') + 1))
  const version = execFileSync('git', ['-C', root, 'describe', '--always', '--dirty', '--exclude', '*'])
  return programOf('portico', String(version).trim(), child, port, () =>
    rmSync(directory, { recursive: true, force: true }),
  )
}

function manifest(port: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: bench }
spec:
  rules:
    - host: bench.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: bench, port: { number: 80 } } }
---
apiVersion: v1
kind: Service
metadata: { name: bench, annotations: { portico/endpoints: "127.0.0.1:${port}" } }
spec: { ports: [{ port: 80 }] }
`
}

/** One of the Node libraries. */
export async function startPeer(
  name: 'http-proxy' | 'httpxy' | 'undici',
  core: number,
  backend: Program,
): Promise<Program> {
  const script = join(here, 'end-to-end-peer.ts')
  const child = spawnPinned(core, process.execPath, [script, name, String(backend.port)])
  const port = Number(await firstLine(child, line => /^\d+$/.test(line)))
  const { version } = (
    await import(join(root, 'node_modules', name, 'package.json'), { with: { type: 'json' } })
  ).default as { version: string }
  return programOf(name, version, child, port, () => {})
}

function spawnPinned(core: number, program: string, args: readonly string[]): ChildProcess {
  return spawn('taskset', ['-c', String(core), program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

function programOf(
  name: string,
  version: string,
  child: ChildProcess,
  port: number,
  cleanUp: () => void,
): Program {
  return {
    name,
    version,
    // `taskset` replaces itself by the program, so the process is the program's.
    pid: child.pid!,
    port,
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      cleanUp()
    },
  }
}

function nginxVersion(): string {
  const text = String(execFileSync('sh', ['-c', 'nginx -v 2>&1']))
  return /nginx\/([\d.]+)/.exec(text)?.[1] ?? 'unknown'
}

async function firstLine(child: ChildProcess, isWanted: (line: string) => boolean): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) if (isWanted(line)) return line
  throw new Error('a program of the benchmark ended before it was ready')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`)
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  throw new Error(`nothing listens on port ${port}`)
}
