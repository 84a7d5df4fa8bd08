// Caddy as a reverse proxy: one thread by its pinning, keep-alive to the backend, the limits of its documentation.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Ports, type Program, startProgram } from '../program.ts'
import { type Contender, idleBackendConnections, type Setup } from './contender.ts'

/** Caddy as it is installed. */
export function caddy(): Contender {
  return {
    name: 'caddy',
    version: String(execFileSync('caddy', ['version']))
      .trim()
      .split(' ')[0]!,
    abilities: new Set(['tls', 'access-log', 'web-socket', 'http2']),
    start,
  }
}

async function start(setup: Setup): Promise<Program> {
  const { workspace, core } = setup
  const directory = workspace.directory('caddy')
  const free = await freePorts()
  const ports = { ...free, h2c: free.http }
  const file = join(directory, 'Caddyfile')
  const accessLogFile = join(directory, 'access.log')
  writeFileSync(file, configuration(setup, ports, accessLogFile))
  const environment = { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }
  const args = ['run', '--config', file, '--adapter', 'caddyfile']
  return startProgram(workspace, { core, command: 'caddy', args, environment }, ports, {
    file: accessLogFile,
  })
}

function configuration(setup: Setup, { http, https }: Ports, logFile: string): string {
  const { certificate, key } = setup.certificate
  return `{
  admin off
  auto_https off
  grace_period 1s
  log {
    level ERROR
  }
  servers {
    protocols h1 h2 h2c
    timeouts {
      read_header 60s
      idle 75s
    }
  }
}
${site('http', http, setup, logFile, '')}
${site('https', https, setup, logFile, `tls ${certificate} ${key}`)}
`
}

function site(scheme: string, port: number, setup: Setup, logFile: string, tls: string): string {
  const fields = {
    'X-Request-ID': '{http.request.uuid}',
    'X-Real-IP': '{http.request.remote.host}',
    'X-Forwarded-Port': port,
    'X-Forwarded-Scheme': scheme,
    'X-Scheme': scheme,
  }
  const lines = Object.entries(fields).map(([name, value]) => `    header_up ${name} ${value}`)
  return `${scheme}://:${port} {
  ${tls}
  ${setup.accessLog === 'off' ? '' : `log {\n    output file ${logFile}\n  }`}
  request_body {
    max_size 1MiB
  }
  reverse_proxy 127.0.0.1:${setup.backendPort} {
${lines.join('\n')}
    transport http {
      ${setup.backendProtocol === 'grpc' ? 'versions h2c' : ''}
      keepalive_idle_conns_per_host ${idleBackendConnections}
    }
  }
}`
}
