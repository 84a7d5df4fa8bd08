// wrk as the load: one thread, raw requests from a file, results from its own counters.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { HttpLoad, HttpLoadResult } from './http-load.ts'

interface WrkReport {
  readonly requests: number
  readonly durationMicros: number
  readonly bytes: number
  readonly badStatuses: number
  readonly socketErrors: number
  readonly p50Micros: number
  readonly p99Micros: number
}

const script = join(import.meta.dirname, 'wrk-fixed.lua')

/** Runs wrk; rejects when a status of 400 and above or a socket error was seen. */
export async function runWrk(load: HttpLoad): Promise<HttpLoadResult> {
  const url = `${load.scheme}://127.0.0.1:${load.port}/`
  const shape = [
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '-s',
    script,
    url,
    '--',
    load.requestFile,
  ]
  const { stdout } = await promisify(execFile)('taskset', ['-c', String(load.core), 'wrk', ...shape])
  const report = JSON.parse(/^\{.*\}$/m.exec(stdout)![0]) as WrkReport
  if (report.badStatuses > 0 || report.socketErrors > 0) throw new Error(`the load met errors:\n${stdout}`)
  return {
    requests: report.requests,
    seconds: report.durationMicros / 1e6,
    bytes: report.bytes,
    p50Ms: report.p50Micros / 1e3,
    p99Ms: report.p99Micros / 1e3,
  }
}
