// Holds the readings from /proc against a process tree that works and takes memory. Linux only, like the benchmark.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { cpuTimeOf, memoryOf } from './accounting.ts'

const grandchildProgram = `
  globalThis.held = Buffer.alloc(64 * 1024 * 1024, 1)
  const start = process.cpuUsage().user
  while (process.cpuUsage().user - start < 200_000);
  console.log('done')
  setInterval(() => {}, 1000)`

test.runIf(process.platform === 'linux')('counts time and memory of a grandchild', async () => {
  // The shell stays, because something follows the command.
  const child = spawn('sh', ['-c', '"$0" -e "$1"; true', process.execPath, grandchildProgram], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void process.kill(-child.pid!))
  await once(child.stdout, 'data')
  const { total, user } = cpuTimeOf(child.pid!)
  expect(total).toBeGreaterThan(0.2)
  expect(user).toBeGreaterThan(0.1)
  const { resident, proportional } = memoryOf(child.pid!)
  expect(proportional).toBeGreaterThan(64 * 1024 * 1024)
  expect(resident).toBeGreaterThanOrEqual(proportional)
})
