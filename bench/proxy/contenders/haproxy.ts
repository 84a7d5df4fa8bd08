// HAProxy with one thread: keep-alive on both sides, shared connections to the backend, timeouts as in its documentation.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Ports, type Program, startProgram } from '../program.ts'
import { type Contender, idleBackendConnections, maxBodyBytes, type Setup } from './contender.ts'

/** HAProxy as it is installed. */
export function haproxy(): Contender {
  return {
    name: 'haproxy',
    version: /version ([\d.]+)/.exec(String(execFileSync('haproxy', ['-v'])))?.[1] ?? 'unknown',
    abilities: new Set(['tls', 'many-rules', 'access-log', 'web-socket', 'http2']),
    start,
  }
}

async function start(setup: Setup): Promise<Program> {
  const { workspace, core } = setup
  const directory = workspace.directory('haproxy')
  const ports = await freePorts()
  const file = join(directory, 'haproxy.cfg')
  writeFileSync(join(directory, 'hosts.map'), `${setup.hosts.map(host => `${host} backend`).join('\n')}\n`)
  writeFileSync(file, configuration(setup, ports, directory))
  return startProgram(workspace, { core, command: 'haproxy', args: ['-db', '-f', file] }, ports)
}

function configuration(setup: Setup, ports: Ports, directory: string): string {
  const log = setup.accessLog === 'off' ? '' : 'log stdout format raw local0\n  option httplog'
  return `
global
  nbthread 1
  # Twice this many descriptors may be more than the system allows; HAProxy then takes what there is.
  maxconn 12000
  no strict-limits
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  ${log}
  option http-keep-alive
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout http-request 60s
  timeout http-keep-alive 75s
  timeout tunnel 1h
${frontend('http', `127.0.0.1:${ports.http}`, ports.http, directory)}
  bind 127.0.0.1:${ports.h2c} backlog 4096 proto h2
${frontend('https', `127.0.0.1:${ports.https} ssl crt ${setup.certificate.bundle} alpn h2,http/1.1`, ports.https, directory)}
backend backend
  http-reuse always
  server backend 127.0.0.1:${setup.backendPort} pool-max-conn ${idleBackendConnections}${setup.backendProtocol === 'grpc' ? ' proto h2' : ''}
`
}

function frontend(scheme: string, bind: string, port: number, directory: string): string {
  const fields = {
    'X-Request-ID': '%[uuid()]',
    'X-Real-IP': '%[src]',
    'X-Forwarded-For': '%[src]',
    'X-Forwarded-Host': '%[req.hdr(host)]',
    'X-Forwarded-Port': String(port),
    'X-Forwarded-Proto': scheme,
    'X-Forwarded-Scheme': scheme,
    'X-Scheme': scheme,
  }
  const lines = Object.entries(fields).map(([name, value]) => `  http-request set-header ${name} ${value}`)
  return `frontend ${scheme}
  bind ${bind} backlog 4096
  http-request deny status 413 if { req.hdr_val(content-length) gt ${maxBodyBytes} }
${lines.join('\n')}
  use_backend %[req.hdr(host),lower,map(${directory}/hosts.map)]`
}
