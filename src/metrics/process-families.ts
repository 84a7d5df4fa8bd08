// Metrics of the process: by the names that all exporters have, by Node's, and by ingress-nginx's of its nginx processes.
import { getHeapStatistics } from 'node:v8'
import type { Counters } from './counters.ts'
import { countOpenDescriptors } from './descriptors.ts'
import { type Family, histogramFamily, plainFamily, singleFamily } from './family.ts'
import { readDiskReadBytes, readDiskWrittenBytes, readVirtualBytes } from './proc-figures.ts'

/** What is asked for at the moment it is shown. */
export interface ProcessFigures {
  readonly openClientConnections: () => number
  /** `undefined` when the system does not say. */
  readonly descriptorLimit: number | undefined
}

const startedAt = Math.floor(performance.timeOrigin) / 1000

/** `common`: labels of the controller, as `labelText` gives them. */
export function processFamilies(counters: Counters, live: ProcessFigures, common: string): Family[] {
  return [...commonFamilies(live), ...nodeFamilies(counters), ...nginxFamilies(counters, live, common)]
}

function commonFamilies({ descriptorLimit }: ProcessFigures): Family[] {
  return [
    singleFamily('counter', 'process_cpu_seconds_total', 'Processor time, of user and system.', cpuSeconds),
    singleFamily('gauge', 'process_resident_memory_bytes', 'Resident memory.', residentBytes),
    singleFamily('gauge', 'process_virtual_memory_bytes', 'Virtual memory.', readVirtualBytes),
    singleFamily(
      'gauge',
      'process_start_time_seconds',
      'When the process was started, since the epoch.',
      () => startedAt,
    ),
    singleFamily('gauge', 'process_open_fds', 'Open file descriptors.', countOpenDescriptors),
    singleFamily('gauge', 'process_max_fds', 'Limit of open file descriptors.', () => descriptorLimit),
  ]
}

function nodeFamilies({ eventLoopDelays }: Counters): Family[] {
  return [
    singleFamily(
      'gauge',
      'nodejs_heap_size_total_bytes',
      'Memory of the heap.',
      () => getHeapStatistics().total_heap_size,
    ),
    singleFamily(
      'gauge',
      'nodejs_heap_size_used_bytes',
      'Of it what objects take.',
      () => getHeapStatistics().used_heap_size,
    ),
    singleFamily(
      'gauge',
      'nodejs_external_memory_bytes',
      'Memory beside the heap: buffers.',
      () => getHeapStatistics().external_memory,
    ),
    singleFamily(
      'counter',
      'portico_event_loop_active_seconds_total',
      'Time that the thread was busy; its rate is the used share of the thread.',
      () => performance.eventLoopUtilization().active / 1000,
    ),
    histogramFamily(
      'portico_event_loop_delay_seconds',
      'How much later a timer came than it was to, ten times a second: how long requests wait for the thread.',
      eventLoopDelays,
    ),
  ]
}

function nginxFamilies(counters: Counters, live: ProcessFigures, common: string): Family[] {
  const named = (name: string) => `nginx_ingress_controller_nginx_process_${name}`
  const single = (type: 'counter' | 'gauge', name: string, help: string, read: () => number | undefined) =>
    singleFamily(type, named(name), help, read, common)
  return [
    plainFamily(
      'gauge',
      named('connections'),
      'Client connections: active is all of them, writing have a request under way, waiting have none. Heads being read are not told apart: reading is 0.',
      ['state'],
      () => {
        const active = live.openClientConnections()
        const writing = Math.min(counters.requestsInFlight, active)
        const waiting = active - writing
        return Object.entries({ active, reading: 0, writing, waiting }).map(([state, n]) => [[state], n])
      },
      common,
    ),
    plainFamily(
      'counter',
      named('connections_total'),
      'Client connections that came (accepted), and those of them that were taken (handled).',
      ['state'],
      () => [
        [['accepted'], counters.connectionsAccepted + counters.connectionsDropped],
        [['handled'], counters.connectionsAccepted],
      ],
      common,
    ),
    single('counter', 'requests_total', 'Requests whose head was read.', () => counters.requestsBegun),
    single('gauge', 'num_procs', 'Processes.', () => 1),
    single('counter', 'cpu_seconds_total', 'Processor time, of user and system.', cpuSeconds),
    single('gauge', 'resident_memory_bytes', 'Resident memory.', residentBytes),
    single('gauge', 'virtual_memory_bytes', 'Virtual memory.', readVirtualBytes),
    single(
      'gauge',
      'oldest_start_time_seconds',
      'When the process was started, since the epoch.',
      () => startedAt,
    ),
    single('counter', 'read_bytes_total', 'Bytes read from disks.', readDiskReadBytes),
    single('counter', 'write_bytes_total', 'Bytes written to disks.', readDiskWrittenBytes),
  ]
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function residentBytes(): number {
  return process.memoryUsage.rss()
}
