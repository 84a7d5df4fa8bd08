// nginx as a program: what the backend and the contender have in common. Says nothing of what is served.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Ports, type Program, startProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** A configuration for nginx: `http` is the content of its `http` block for the two ports. */
export interface NginxConfiguration {
  readonly name: string
  readonly core: number
  http(ports: Ports, directory: string): string
}

const temporaryKinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Starts nginx with one worker. */
export async function startNginx(workspace: Workspace, wanted: NginxConfiguration): Promise<Program> {
  const directory = workspace.directory(wanted.name)
  const ports = await freePorts()
  const file = join(directory, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid ${directory}/pid; error_log stderr error;
events { worker_connections 16384; }
http {
  keepalive_requests 100000000; keepalive_timeout 75s;
  ${temporaryKinds.map(kind => `${kind}_temp_path ${directory}/${kind};`).join(' ')}
  ${wanted.http(ports, directory)}
}
`,
  )
  const start = { core: wanted.core, command: 'nginx', args: ['-p', directory, '-c', file] }
  return startProgram(workspace, start, ports, { file: accessLogFile(directory) })
}

/** Where an nginx with this directory logs accesses to. */
export function accessLogFile(directory: string): string {
  return join(directory, 'access.log')
}

/** The version of the installed nginx. */
export function nginxVersion(): string {
  const text = String(execFileSync('sh', ['-c', 'nginx -v 2>&1']))
  return /nginx\/([\d.]+)/.exec(text)?.[1] ?? 'unknown'
}
