// wrk as the load: one thread, raw requests from a file, results from its own counters.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rawRequest } from '../request-shape.ts'
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

const script = join(import.meta.dirname, 'wrk.lua')
const tlsConfiguration = join(import.meta.dirname, 'openssl.cnf')

/** Runs wrk; rejects when a status of 400 and above or a socket error was seen. */
export async function runWrk(load: HttpLoad): Promise<HttpLoadResult> {
  const requestFile = load.workspace.file('wrk-requests')
  const texts = load.requests.map(rawRequest)
  writeFileSync(requestFile, Buffer.concat(texts.flatMap(text => [Buffer.from(`${text.length}\n`), text])))
  const url = `${load.scheme}://127.0.0.1:${load.port}/`
  const shape = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '-s', script, url]
  const environment = { PORTICO_BENCH_REQUESTS: requestFile, OPENSSL_CONF: tlsConfiguration }
  const stdout = await load.workspace.run({ core: load.core, command: 'wrk', args: shape, environment })
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
