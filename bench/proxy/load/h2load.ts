// h2load as the load for HTTP/2: one thread, results from its own counters and from the log it writes of every request.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { grpcMessage } from '../backend.ts'
import type { LoadResult } from '../measure-load.ts'
import { plainGet } from '../request-shape.ts'
import type { Workspace } from '../workspace.ts'
import { Latencies } from './latencies.ts'

/** A load over connections that each have a number of requests under way at any time. */
export interface Http2Load {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly streams: number
  readonly seconds: number
  /** Calls of gRPC, instead of GET. */
  readonly isGrpc: boolean
  readonly core: number
  readonly workspace: Workspace
}

const tlsConfiguration = join(import.meta.dirname, 'openssl.cnf')

/** Runs h2load; rejects when anything but a status of 2xx came, or HTTP/2 was not spoken. */
export async function runH2load(load: Http2Load): Promise<LoadResult> {
  const { workspace, core, connections, streams, seconds } = load
  const logFile = workspace.file('h2load-log')
  const shape = ['-t1', `-c${connections}`, `-m${streams}`, '-D', String(seconds), `--log-file=${logFile}`]
  const to = [`--connect-to=127.0.0.1:${load.port}`, `${load.scheme}://${plainGet.host}${load.path}`]
  const args = [...shape, ...(load.isGrpc ? grpcArguments(workspace) : []), ...to]
  const environment = { OPENSSL_CONF: tlsConfiguration }
  const stdout = await workspace.run({ core, command: 'h2load', args, environment })
  const [done, failed, errored] = ['done', 'failed', 'errored'].map(word =>
    Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1]),
  )
  // Answers under way at the end have their status and are not done.
  const isAllFine = /status codes: [1-9]\d* 2xx, 0 3xx, 0 4xx, 0 5xx/.test(stdout)
  const isHttp2 = /^Application protocol: h2c?$/m.test(stdout)
  if (!done || failed !== 0 || errored !== 0 || !isAllFine || !isHttp2)
    throw new Error(`the load met errors:\n${stdout}`)
  return { units: done, seconds, ...latenciesOf(logFile) }
}

function grpcArguments(workspace: Workspace): string[] {
  const messageFile = workspace.file('h2load-message')
  writeFileSync(messageFile, grpcMessage)
  return ['-d', messageFile, '-H', 'content-type: application/grpc', '-H', 'te: trailers']
}

/** A line for each request: when it began, its status, and its duration in microseconds. */
function latenciesOf(logFile: string): Pick<LoadResult, 'p50Ms' | 'p99Ms'> {
  const latencies = new Latencies()
  const lines = readFileSync(logFile, 'latin1').trimEnd().split('\n')
  for (const line of lines) latencies.add(Number(line.slice(line.lastIndexOf('\t') + 1)) / 1e3)
  rmSync(logFile)
  return { p50Ms: latencies.percentile(0.5), p99Ms: latencies.percentile(0.99) }
}
