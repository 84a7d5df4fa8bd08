// h2load as the load: requests of HTTP/2 over TLS, so many at once on each connection.
import { readFileSync, rmSync } from 'node:fs'
import type { LoadResult } from '../measure-load.ts'
import { plainGet } from '../request-shape.ts'
import type { Workspace } from '../workspace.ts'
import { Latencies } from './latencies.ts'

/** What it is to do. */
export interface Http2Load {
  readonly port: number
  readonly connections: number
  readonly streams: number
  readonly seconds: number
  readonly core: number
  readonly workspace: Workspace
}

/** Runs h2load; rejects when anything but a status of 2xx came. */
export async function runH2load(load: Http2Load): Promise<LoadResult> {
  const { workspace, core, connections, streams, seconds, port } = load
  // A line for each request: when, status, microseconds.
  const logFile = workspace.file('h2load-log')
  const shape = ['-t', '1', '-c', String(connections), '-m', String(streams), '-D', String(seconds)]
  const to = [`--connect-to=127.0.0.1:${port}`, `--log-file=${logFile}`, `https://${plainGet.host}/`]
  const stdout = await workspace.run({ core, command: 'h2load', args: [...shape, ...to] })
  const [done, failed, errored] = ['done', 'failed', 'errored'].map(word =>
    Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1]),
  )
  // Answers under way at the end have their status and are not done.
  const isAllFine = /status codes: [1-9]\d* 2xx, 0 3xx, 0 4xx, 0 5xx/.test(stdout)
  const isHttp2 = stdout.includes('Application protocol: h2\n')
  if (!done || failed !== 0 || errored !== 0 || !isAllFine || !isHttp2)
    throw new Error(`the load met errors:\n${stdout}`)
  return summaryOf(logFile, seconds)
}

function summaryOf(logFile: string, seconds: number): LoadResult {
  const latencies = new Latencies()
  const lines = readFileSync(logFile, 'latin1').trimEnd().split('\n')
  for (const line of lines) latencies.add(Number(line.slice(line.lastIndexOf('\t') + 1)) / 1e3)
  rmSync(logFile)
  return latencies.report(seconds)
}
