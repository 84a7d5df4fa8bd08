// What the operating system's accounting (/proc) says of processes and of the machine. Linux only; measures nothing itself.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** Processor time, in seconds. */
export interface CpuTime {
  /** Nanosecond accounting of the scheduler. */
  readonly total: number
  /** The two parts as `stat` gives them, in ticks of 10 ms. */
  readonly user: number
  readonly system: number
}

/** Memory in bytes. `proportional` counts shared pages by their share. */
export interface Memory {
  readonly resident: number
  readonly proportional: number
}

/** What of the machine itself can disturb a measurement. */
export interface MachineNoise {
  readonly loadAverage: number
  /** Time that the hypervisor gave to others, in seconds, since the start of the machine. */
  readonly stolenSeconds: number
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']))

/** Processor time that a process, its threads and its descendants have used. */
export function cpuTimeOf(pid: number): CpuTime {
  let total = 0
  let user = 0
  let system = 0
  for (const process of processTree(pid)) {
    const fields = statFields(`/proc/${process}/stat`)
    user += Number(fields[11]) / ticksPerSecond
    system += Number(fields[12]) / ticksPerSecond
    for (const thread of readdirSync(`/proc/${process}/task`))
      total += Number(read(`/proc/${process}/task/${thread}/schedstat`).split(' ')[0]) / 1e9
  }
  return { total, user, system }
}

/** Memory of a process and its descendants. */
export function memoryOf(pid: number): Memory {
  let resident = 0
  let proportional = 0
  for (const process of processTree(pid)) {
    const rollup = read(`/proc/${process}/smaps_rollup`)
    resident += kilobytes(rollup, 'Rss')
    proportional += kilobytes(rollup, 'Pss')
  }
  return { resident, proportional }
}

/** Load average and stolen time now. */
export function machineNoise(): MachineNoise {
  const stolen = Number(/^cpu +(?:\d+ ){7}(\d+)/.exec(read('/proc/stat'))![1])
  return { loadAverage: loadavg()[0]!, stolenSeconds: stolen / ticksPerSecond }
}

/** Processor and kernel, in words. */
export function machineName(): string {
  const kernel = read('/proc/sys/kernel/osrelease').trim()
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, Linux ${kernel}`
}

function processTree(root: number): number[] {
  const tree = [root]
  const parents = new Map(allProcesses().map(pid => [pid, parentOf(pid)]))
  for (let i = 0; i < tree.length; i++)
    for (const [pid, parent] of parents) if (parent === tree[i]) tree.push(pid)
  return tree
}

function allProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function parentOf(pid: number): number {
  try {
    return Number(statFields(`/proc/${pid}/stat`)[1])
  } catch {
    return 0 // it ended meanwhile
  }
}

/** The fields after the command, which may itself hold spaces: state, parent, … */
function statFields(path: string): string[] {
  const text = read(path)
  return text.slice(text.lastIndexOf(') ') + 2).split(' ')
}

function kilobytes(rollup: string, field: string): number {
  return Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(rollup)![1]) * 1024
}

function read(path: string): string {
  return readFileSync(path, 'latin1')
}
