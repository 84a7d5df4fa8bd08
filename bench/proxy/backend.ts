// The backends of the benchmark: an nginx with fixed answers and with answers that tell what reached it; an nginx that
// answers calls of gRPC; a WebSocket echo.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startNginx } from './nginx.ts'
import { freePorts, type Program, startProgram } from './program.ts'
import type { Workspace } from './workspace.ts'

/** The answer of `/`. */
export const shortAnswer = 'hello world\n'

/** The fields that every contender adds, in the order in which `/fields` tells them. */
export const forwardedFields = [
  'X-Request-ID',
  'X-Real-IP',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Port',
  'X-Forwarded-Proto',
  'X-Forwarded-Scheme',
  'X-Scheme',
]

/**
 * Starts the backend: `/` gives 12 bytes, `/bytes/N` a file of N bytes, `/upload` the size of the request once all of it is
 * there, `/fields` the forwarded fields, `/connection` which connection it came on and as which request of it.
 */
export function startBackend(
  workspace: Workspace,
  core: number,
  fileSizes: readonly number[],
): Promise<Program> {
  return startNginx(workspace, {
    name: 'backend',
    core,
    http({ http }, directory) {
      writeFileSync(join(directory, 'upload'), '')
      for (const size of fileSizes) writeFileSync(join(directory, String(size)), Buffer.alloc(size, 'x'))
      return `
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=100; default_type text/plain;
  client_body_buffer_size 2m; client_max_body_size 0;
  server {
    listen 127.0.0.1:${http} backlog=4096;
    location / { return 200 "${shortAnswer.trim()}\\n"; }
    location /bytes/ { alias ${directory}/; }
    location = /fields { return 200 "${forwardedFields.map(variableOf).join('|')}"; }
    location = /connection { return 200 "$connection $connection_requests"; }
    # "mirror" reads the whole body before the answer, which "return" alone would not wait for. A file takes no POST, and
    # the page for that error is the answer.
    location = /upload { mirror /mirror; mirror_request_body on; error_page 405 = @uploaded; root ${directory}; }
    location = /mirror { internal; return 204; }
    location @uploaded { return 200 "$request_length\\n"; }
  }`
    },
  })
}

/** The path of the call that the gRPC backend answers. */
export const grpcPath = '/bench.Bench/Call'

/** A message of gRPC: not compressed, its length, and what a protobuf message of one short text would be. */
export const grpcMessage = Buffer.concat([Buffer.from([0, 0, 0, 0, 14, 10, 12]), Buffer.from(shortAnswer)])

/** Starts an nginx that answers calls of gRPC on `ports.http` (HTTP/2, no TLS) with `grpcMessage`, each read to its end before. */
export function startGrpcBackend(workspace: Workspace, core: number): Promise<Program> {
  return startNginx(workspace, {
    name: 'grpc-backend',
    core,
    http({ http }, directory) {
      const file = join(directory, grpcPath)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, grpcMessage)
      return `
  access_log off; open_file_cache max=100; etag off;
  server {
    listen 127.0.0.1:${http} http2 backlog=4096;
    root ${directory}; default_type application/grpc; add_trailer grpc-status 0;
    location = ${grpcPath} { mirror /mirror; mirror_request_body on; error_page 405 =200 /answer; }
    location = /answer { internal; alias ${file}; }
    location = /mirror { internal; return 204; }
  }`
    },
  })
}

/** Starts the program that sends every WebSocket message back. */
export async function startWebSocketEcho(workspace: Workspace, core: number): Promise<Program> {
  const ports = await freePorts()
  const program = join(import.meta.dirname, 'web-socket-echo.ts')
  const args = [program, String(ports.http)]
  return startProgram(workspace, { core, command: process.execPath, args }, ports)
}

function variableOf(field: string): string {
  return `$http_${field.toLowerCase().replaceAll('-', '_')}`
}
