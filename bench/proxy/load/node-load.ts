// The loads of our own, each a program of its own on the load's core that prints one line of JSON. This side runs them.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What each of them prints. */
export interface NodeLoadReport {
  /** What was done, in whatever unit the load counts. */
  readonly units: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs the program `name` of this folder on `core`; rejects when it ends with an error. */
export async function runNodeLoad<Report extends NodeLoadReport>(
  name: string,
  core: number,
  args: readonly (string | number)[],
): Promise<Report> {
  const program = [process.execPath, join(import.meta.dirname, `${name}.ts`), ...args.map(String)]
  const { stdout } = await promisify(execFile)('taskset', ['-c', String(core), ...program])
  return JSON.parse(stdout)
}
