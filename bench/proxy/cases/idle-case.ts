// Memory with many idle connections: each has sent one request and waits.
import { type Memory, memoryOf } from '../accounting.ts'
import { nodeLoad } from '../load/node-load.ts'
import { freePorts, startProgram } from '../program.ts'
import { type BenchCase, type Measuring, type Sample, usual } from './bench-case.ts'

const connections = 10_000
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

async function measure(measuring: Measuring): Promise<Sample> {
  const before = memoryOf(measuring.program.pid)
  const held = await memoryWhileHeld(measuring)
  return {
    residentMb: held.resident / megabyte,
    proportionalMb: held.proportional / megabyte,
    startedMb: before.resident / megabyte,
    bytesPerConnection: (held.resident - before.resident) / connections,
  }
}

async function memoryWhileHeld({ program, workspace, loadCore }: Measuring): Promise<Memory> {
  const ports = await freePorts()
  const load = nodeLoad('idle-connections', loadCore, [program.ports.http, connections, ports.http])
  const holder = await startProgram(workspace, load, ports)
  const memory = memoryOf(program.pid)
  await holder.stop()
  return memory
}
