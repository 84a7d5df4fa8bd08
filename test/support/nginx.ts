// A real nginx for tests that hold a claim about it against it. Not everybody has one: ask `hasNginx` first.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

/** Whether there is an nginx to start. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0

/** What nginx answered. */
export interface NginxAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

/** Asks for a path of a host. */
export type AskNginx = (host: string, path: string) => Promise<NginxAnswer>

/**
 * Starts nginx with these `server` blocks (without `listen`), each listening where the answer's function asks. Requests that are
 * passed to `http://echo` come back as 200 with their field X-Location for a body. Stopped when the test is over.
 */
export async function startNginx(servers: readonly string[]): Promise<AskNginx> {
  const dir = mkdtempSync(join(tmpdir(), 'portico-nginx-'))
  const [front, echo, pid] = ['front.sock', 'echo.sock', 'nginx.pid'].map(name => join(dir, name))
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    `worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${pid};
error_log ${join(dir, 'error.log')};
events { worker_connections 256; }
http {
  access_log off;
  server_names_hash_bucket_size 128;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${dir};`).join(' ')}
  upstream echo { server unix:${echo}; }
  server { listen unix:${echo}; return 200 $http_x_location; }
  ${servers.map(server => server.replace('{', `{ listen unix:${front};`)).join('\n')}
}
`,
  )
  // It returns when it listens.
  await promisify(execFile)('nginx', ['-p', dir, '-c', file])
  const master = Number(readFileSync(pid!, 'utf8'))
  onTestFinished(() => {
    process.kill(master, 'SIGTERM')
    rmSync(dir, { recursive: true, force: true })
  })
  return (host, path) => ask(front!, host, path)
}

function ask(socketPath: string, host: string, path: string): Promise<NginxAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers: { host }, agent: false }, async response => {
      const body = (await response.toArray()).join('')
      resolve({ status: response.statusCode!, location: response.headers.location, body })
    })
    sent.on('error', reject).end()
  })
}
