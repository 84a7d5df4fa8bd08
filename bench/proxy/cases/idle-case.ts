// Memory with many idle connections: each has sent one request and waits.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Memory, memoryOf } from '../accounting.ts'
import { type BenchCase, type Measuring, type Sample, usual } from './bench-case.ts'

const connections = 10_000
const holder = join(import.meta.dirname, '../load/idle-connections.ts')
const megabyte = 1024 * 1024

/** Memory after a start, and with the connections. */
export const idleCase: BenchCase = {
  name: 'idle-connections',
  title: 'Memory with 10,000 idle connections',
  needs: [],
  columns: [
    { key: 'residentMb', title: 'RSS MB', digits: 1 },
    { key: 'proportionalMb', title: 'PSS MB', digits: 1 },
    { key: 'startedMb', title: 'RSS MB before', digits: 1 },
    { key: 'bytesPerConnection', title: 'bytes per connection', digits: 0 },
  ],
  variants: [usual],
  backend: 'fixed-answers',
  share: 1,
  startsAnew: true,
  verify: async () => {},
  measure,
}

async function measure({ program, loadCore }: Measuring): Promise<Sample> {
  const before = memoryOf(program.pid)
  const held = await memoryWhileHeld(program.pid, program.ports.http, loadCore)
  return {
    residentMb: held.resident / megabyte,
    proportionalMb: held.proportional / megabyte,
    startedMb: before.resident / megabyte,
    bytesPerConnection: (held.resident - before.resident) / connections,
  }
}

async function memoryWhileHeld(pid: number, port: number, core: number): Promise<Memory> {
  const args = ['-c', String(core), process.execPath, holder, String(port), String(connections)]
  const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    const [said] = await Promise.race([once(child.stdout, 'data'), exited])
    if (String(said) !== 'held\n') throw new Error(`${connections} connections could not be held`)
    return memoryOf(pid)
  } finally {
    child.kill()
    await exited
  }
}
