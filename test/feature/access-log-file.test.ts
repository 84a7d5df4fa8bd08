// The access log in files and pipes, and readers that stop: traffic waits for none of them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { noAccessLog } from '../../src/access-log/options.ts'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { followLog } from '../support/log-lines.ts'
import { readMetrics } from '../support/metrics.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServeOptions, type ServingProcess, serveInProcess } from '../support/serve-process.ts'
import { serving } from '../support/serving.ts'

async function serve(options: ServeOptions): Promise<ServingProcess> {
  const backend = await startEchoBackend('web', (_request, response) => response.end('hello'))
  return serveInProcess({ 'web.yaml': serving('a.test', backend.address, { namespace: 'shop' }) }, options)
}

async function ask({ httpPort }: ServingProcess, path: string): Promise<void> {
  expect((await fetchFrom({ port: httpPort, host: 'a.test', path })).body).toBe('hello')
}

/** Sends requests until lines of the log are lost. */
async function untilLost(portico: ServingProcess): Promise<void> {
  const client = await rawClient(portico.httpPort)
  const request = `GET /${'x'.repeat(7_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`
  let answered = 0
  do {
    client.send(request.repeat(200))
    answered += 200
    await client.until(received => received.split('hello').length > answered)
  } while ((await readMetrics(portico.admin)).get('portico_access_log_lines_dropped_total') === 0)
  client.socket.destroy()
}

test('writes JSON to a file, and to a new one when the old one was renamed', async () => {
  const { path: file, nextLine } = followLog()
  const portico = await serve({ flags: ['--access-log', 'json', '--access-log-file', file] })
  await ask(portico, '/one?token=s3cret')
  const first = await nextLine('/one')
  renameSync(file, `${file}.1`)
  portico.kill('SIGUSR1')
  // What comes before the signal is handled belongs to the old file.
  do await ask(portico, '/two')
  while (!existsSync(file))
  await ask(portico, '/three')
  portico.kill('SIGTERM')
  expect(await portico.exited).toBe(143)

  expect(readFileSync(`${file}.1`, 'utf8')).toContain('/one')
  expect(JSON.parse(first)).toMatchObject({
    client: '127.0.0.1',
    host: 'a.test',
    target: '/one?token=REDACTED',
    status: 200,
    namespace: 'shop',
    ingress: 'web',
    rule: { host: 'a.test', path: '/', type: 'Prefix', place: expect.stringMatching(/web\.yaml:\d+$/) },
    service: 'web',
    port: '80',
  })
  expect(readFileSync(file, 'utf8')).toContain('/three')
})

test('starts without a reader of its pipe, says that lines are lost, and serves', async () => {
  const { path: file } = followLog()
  execFileSync('mkfifo', [file])
  const portico = await serve({ flags: ['--access-log', 'nginx', '--access-log-file', file] })
  await ask(portico, '/one')
  await portico.nextMessage('loses lines: nobody reads the pipe')
  await ask(portico, '/two')
  portico.kill('SIGTERM')
  expect(await portico.exited).toBe(143)
})

test('serves while nobody reads the pipe that standard error is', async () => {
  const { path: file } = followLog()
  execFileSync('mkfifo', [file])
  const portico = await serve({ flags: ['--access-log', 'nginx'], shell: `exec "$@" 2<>'${file}'` })
  await untilLost(portico)
  portico.kill('SIGTERM')
  expect(await portico.exited).toBe(143)
})

test('does not start with a file that can not be written', async () => {
  const directory = dirname(followLog().path)
  const accessLog = { ...noAccessLog, format: 'nginx', file: directory } as const
  await expect(startProxy({ app: { accessLog } })).rejects.toThrow(/access log can not be written: EISDIR/)
})
