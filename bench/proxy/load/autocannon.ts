// autocannon as the load. It can neither send chunked bodies nor go through many requests; cases with those need wrk.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HttpLoad, HttpLoadResult } from './http-load.ts'

interface AutocannonReport {
  readonly duration: number
  readonly errors: number
  readonly timeouts: number
  readonly non2xx: number
  readonly requests: { readonly total: number }
  readonly throughput: { readonly total: number }
  readonly latency: { readonly p50: number; readonly p99: number }
}

const program = join(import.meta.dirname, '../../../node_modules/autocannon/autocannon.js')

/** Runs autocannon; rejects when anything but a status of 2xx came. Its latencies are whole milliseconds. */
export async function runAutocannon(load: HttpLoad): Promise<HttpLoadResult> {
  const [request, another] = load.requests
  if (another !== undefined || request!.bodyFraming === 'chunked')
    throw new Error('autocannon can not send such requests; use --tool wrk')
  const { host, fields, method, path, bodyBytes } = request!
  const bodyFile = load.workspace.file('autocannon-body')
  writeFileSync(bodyFile, Buffer.alloc(bodyBytes, 'x'))
  const shape = ['--json', '-c', String(load.connections), '-d', String(load.seconds), '-m', method]
  const headers = Object.entries({ Host: host, ...fields }).flatMap(([name, value]) => [
    '-H',
    `${name}=${value}`,
  ])
  const body = bodyBytes > 0 ? ['-i', bodyFile] : []
  const url = `${load.scheme}://127.0.0.1:${load.port}${path}`
  const args = [program, ...shape, ...headers, ...body, url]
  const stdout = await load.workspace.run({ core: load.core, command: process.execPath, args })
  const report = JSON.parse(stdout) as AutocannonReport
  if (report.errors + report.timeouts + report.non2xx > 0)
    throw new Error(`the load met ${report.errors} errors and ${report.non2xx} bad statuses`)
  return {
    requests: report.requests.total,
    seconds: report.duration,
    bytes: report.throughput.total,
    p50Ms: report.latency.p50,
    p99Ms: report.latency.p99,
  }
}
