// nginx as a program: what the backend and the contender have in common. Says nothing of what is served.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Program, untilListening } from './program.ts'
import { freePort, type Workspace } from './workspace.ts'

/** A configuration for nginx: `http` is the content of its `http` block for the two ports. */
export interface NginxConfiguration {
  readonly name: string
  readonly core: number
  http(ports: { http: number; https: number }, directory: string): string
}

const temporaryKinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Starts nginx with one worker. */
export async function startNginx(workspace: Workspace, wanted: NginxConfiguration): Promise<Program> {
  const directory = workspace.directory(wanted.name)
  const ports = { http: await freePort(), https: await freePort() }
  const file = join(directory, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid ${directory}/pid; error_log stderr error;
events { worker_connections 16384; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 75s;
  ${temporaryKinds.map(kind => `${kind}_temp_path ${directory}/${kind};`).join(' ')}
  ${wanted.http(ports, directory)}
}
`,
  )
  const child = workspace.spawn({ core: wanted.core, command: 'nginx', args: ['-p', directory, '-c', file] })
  await untilListening(child, ports.http)
  return {
    pid: child.pid!,
    httpPort: ports.http,
    httpsPort: ports.https,
    stop: () => workspace.stop(child),
  }
}

/** The version of the installed nginx. */
export function nginxVersion(): string {
  const text = String(execFileSync('sh', ['-c', 'nginx -v 2>&1']))
  return /nginx\/([\d.]+)/.exec(text)?.[1] ?? 'unknown'
}
