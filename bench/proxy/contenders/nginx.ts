// nginx as a reverse proxy: one worker, upstream keep-alive, its own default limits and timeouts (60 s; 1 MB bodies).
import { accessLogFile, nginxVersion, startNginx } from '../nginx.ts'
import type { Ports, Program } from '../program.ts'
import { type Contender, idleBackendConnections, type Setup } from './contender.ts'

/** nginx as it is installed. */
export function nginx(): Contender {
  return {
    name: 'nginx',
    version: nginxVersion(),
    abilities: new Set(['tls', 'many-rules', 'access-log', 'unbuffered-log', 'web-socket', 'http2']),
    start,
  }
}

const fields = {
  Host: '$http_host',
  'X-Request-ID': '$request_id',
  'X-Real-IP': '$remote_addr',
  'X-Forwarded-For': '$remote_addr',
  'X-Forwarded-Host': '$http_host',
  'X-Forwarded-Port': '$server_port',
  'X-Forwarded-Proto': '$scheme',
  'X-Forwarded-Scheme': '$scheme',
  'X-Scheme': '$scheme',
}

const upgradeFields = { Upgrade: '$http_upgrade', Connection: '$connection_field' }

// ingress-nginx's format for the upstream's part of a line is left out of "combined"; Portico writes it, so nginx does too.
const logFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" ' +
  '$request_length $request_time $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $request_id'

function start(setup: Setup): Promise<Program> {
  return startNginx(setup.workspace, {
    name: 'nginx',
    core: setup.core,
    http: (ports, directory) => `
  map $http_upgrade $connection_field { default upgrade; '' ''; }
  log_format ingress '${logFormat}';
  ${accessLog(setup, accessLogFile(directory))}
  server_names_hash_max_size 65536; server_names_hash_bucket_size 128;
  ssl_certificate ${setup.certificate.certificate}; ssl_certificate_key ${setup.certificate.key};
  ssl_protocols TLSv1.2 TLSv1.3;
  upstream backend {
    server 127.0.0.1:${setup.backendPort};
    keepalive ${idleBackendConnections}; keepalive_requests 100000000;
  }
  ${setup.hosts.map((host, i) => serverFor(host, setup.backendProtocol, ports, i === 0 ? ' backlog=4096' : '')).join('\n  ')}`,
  })
}

/** Bodies are passed on as they come, like everybody else here does: nothing waits on a disk. */
function serverFor(host: string, protocol: Setup['backendProtocol'], ports: Ports, backlog: string): string {
  return `server {
    listen 127.0.0.1:${ports.http}${backlog}; listen 127.0.0.1:${ports.https} ssl http2${backlog};
    listen 127.0.0.1:${ports.h2c} http2${backlog}; server_name ${host};
    location / { ${protocol === 'grpc' ? passingGrpc() : passingHttp()} }
  }`
}

function passingHttp(): string {
  const lines = Object.entries({ ...fields, ...upgradeFields }).map(
    ([name, value]) => `proxy_set_header ${name} ${value};`,
  )
  return `proxy_http_version 1.1; proxy_request_buffering off; proxy_max_temp_file_size 0; ${lines.join(' ')}
      proxy_pass http://backend;`
}

function passingGrpc(): string {
  const lines = Object.entries(fields).map(([name, value]) => `grpc_set_header ${name} ${value};`)
  return `${lines.join(' ')} grpc_pass grpc://backend;`
}

function accessLog({ accessLog }: Setup, file: string): string {
  if (accessLog === 'off') return 'access_log off;'
  return `access_log ${file} ingress${accessLog === 'buffered' ? ' buffer=64k flush=1s' : ''};`
}
