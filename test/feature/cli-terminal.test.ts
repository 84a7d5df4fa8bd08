// `portico run` and `portico demo` on a terminal: what SIGHUP means there, and that a closed terminal leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fetchFrom } from '../support/fetch.ts'
import { hasPty, type PtyProcess, startOnTerminal } from '../support/pty-process.ts'

let directory: string
let portico: PtyProcess | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-terminal-'))
})
afterEach(async () => {
  portico?.kill()
  await portico?.exited
  portico = undefined
  await rm(directory, { recursive: true })
})

const anyPorts = ['--http-port', '0', '--https-port', '0', '--admin', 'off']

async function start(...args: string[]): Promise<PtyProcess> {
  portico = await startOnTerminal([...args, ...anyPorts], { PORTICO_CERT_DIR: join(directory, 'certs') })
  return portico
}

it.skipIf(!hasPty)('ends when its terminal is closed', async () => {
  const running = await start('run', directory)
  await running.seen(/ready in/)
  running.hangUp()
  expect(await running.exited).toBe(129)
})

it.skipIf(!hasPty)(
  'looks again on a SIGHUP from somebody else, and still ends with its terminal',
  async () => {
    const running = await start('run', directory)
    await running.seen(/ready in/)
    process.kill(running.pid, 'SIGHUP')
    await running.seen(/looked again/)
    running.hangUp()
    expect(await running.exited).toBe(129)
  },
)

it.skipIf(!hasPty)('serves while its terminal is stopped, and shows the log when it goes on', async () => {
  const running = await start('run', directory, '--access-log', 'pretty')
  // All of what is said at the start: Portico itself waits for a terminal that is stopped in the middle of it.
  const banner = await running.seen(/every request gets 404\r?\n/)
  const [, port] = /http {4}http:\/\/127\.0\.0\.1:(\d+)/.exec(banner)!
  // Ctrl-S; far more than a terminal takes follows before Ctrl-Q.
  running.type('\x13')
  for (let turn = 1; turn <= 50; turn++) {
    const path = `/turn-${turn}/${'x'.repeat(2_000)}`
    expect((await fetchFrom({ port: Number(port), host: 'nobody.test', path })).status).toBe(404)
  }
  running.type('\x11')
  await running.seen(/nobody\.test\/turn-50\//)
  running.hangUp()
  expect(await running.exited).toBe(129)
})

it.skipIf(!hasPty)('introduces the demo, and takes its backends along', async () => {
  const running = await start('demo')
  await running.seen(/on purpose/)
  const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(await running.seen(/curl .*no-such-rule/))!
  const pids: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    const headers = { accept: 'application/json' }
    const { body } = await fetchFrom({ port: Number(port), host: 'dev.cbuc.cn', headers })
    pids.push(JSON.parse(body).pid)
  }
  running.hangUp()
  expect(await running.exited).toBe(129)
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
