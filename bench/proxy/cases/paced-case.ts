// Latency below saturation: a constant rate of 70 % of what the same contender managed a moment before.
import { type NodeLoadReport, runNodeLoad } from '../load/node-load.ts'
import { runWrk } from '../load/wrk.ts'
import { measureLoad } from '../measure-load.ts'
import { plainGet } from '../request-shape.ts'
import { type BenchCase, type Measuring, type Sample, usual } from './bench-case.ts'

const connections = 64
const loadShare = 0.7
const calibrationSeconds = 1

interface PacedReport extends NodeLoadReport {
  /** How late the load itself was: latencies near this say nothing of the contender. */
  readonly loadLateP99Ms: number
}

/** 99th percentile at 70 % load. */
export const pacedCase: BenchCase = {
  name: 'paced',
  title: 'Latency at 70 % of the own saturation, GET, 12 bytes, 64 connections, open loop',
  needs: [],
  columns: [
    { key: 'p99Ms', title: 'p99 ms', digits: 2 },
    { key: 'p50Ms', title: 'p50 ms', digits: 2 },
    { key: 'perSecond', title: 'per second', digits: 0 },
    { key: 'cpuMicros', title: 'CPU µs', digits: 2 },
    { key: 'busyPercent', title: 'core busy %', digits: 0 },
    { key: 'loadLateP99Ms', title: 'load late p99 ms', digits: 2 },
  ],
  variants: [usual],
  backend: 'fixed-answers',
  share: 1 / 3,
  startsAnew: false,
  verify: async () => {},
  measure,
}

async function measure(measuring: Measuring): Promise<Sample> {
  const { program, workspace, loadCore, seconds } = measuring
  const port = program.ports.http
  const requests = [plainGet]
  const saturating = { scheme: 'http', port, connections, requests, core: loadCore, workspace } as const
  const saturated = await runWrk({ ...saturating, seconds: calibrationSeconds })
  const rate = Math.round((saturated.requests / saturated.seconds) * loadShare)
  let loadLateP99Ms = 0
  const sample = await measureLoad(program.pid, async () => {
    const report = await runNodeLoad<PacedReport>('paced-load', measuring, [port, connections, seconds, rate])
    loadLateP99Ms = report.loadLateP99Ms
    return report
  })
  return { ...sample, loadLateP99Ms }
}
