// Takes the processor time of a contender before and after a load. Never starts either.
import { type CpuTime, cpuTimeOf } from './accounting.ts'
import type { Column, Sample } from './cases/bench-case.ts'

/** The columns of `measureLoad`. */
export const loadColumns: readonly Column[] = [
  { key: 'cpuMicros', title: 'CPU µs', digits: 2 },
  { key: 'userMicros', title: 'user', digits: 2 },
  { key: 'systemMicros', title: 'system', digits: 2 },
  { key: 'perSecond', title: 'per second', digits: 0 },
  { key: 'p50Ms', title: 'p50 ms', digits: 2 },
  { key: 'p99Ms', title: 'p99 ms', digits: 2 },
  { key: 'busyPercent', title: 'core busy %', digits: 0 },
]

/** What a load did: how many units of work, in which time. */
export interface LoadResult {
  readonly units: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs a load and says what it cost the process `pid`: processor time per unit, and how busy its core was. */
export async function measureLoad(pid: number, run: () => Promise<LoadResult>): Promise<Sample> {
  const before = cpuTimeOf(pid)
  const { units, seconds, p50Ms, p99Ms } = await run()
  const used = difference(cpuTimeOf(pid), before)
  const micros = (share: number) => (used.total * share * 1e6) / units
  const userShare = used.user / (used.user + used.system)
  return {
    cpuMicros: micros(1),
    userMicros: micros(userShare),
    systemMicros: micros(1 - userShare),
    perSecond: units / seconds,
    p50Ms,
    p99Ms,
    busyPercent: (100 * used.total) / seconds,
  }
}

function difference(after: CpuTime, before: CpuTime): CpuTime {
  return {
    total: after.total - before.total,
    user: after.user - before.user,
    system: after.system - before.system,
  }
}
