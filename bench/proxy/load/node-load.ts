// The loads of our own, each a program of its own on the load's core that prints one line of JSON. This side runs them.
import { join } from 'node:path'
import type { Measuring } from '../cases/bench-case.ts'
import type { Start } from '../workspace.ts'

/** What each of them prints. */
export interface NodeLoadReport {
  /** What was done, in whatever unit the load counts. */
  readonly units: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs the program `name` of this folder on the load's core; rejects when it ends with an error. */
export async function runNodeLoad<Report extends NodeLoadReport>(
  name: string,
  { workspace, loadCore }: Measuring,
  args: readonly number[],
): Promise<Report> {
  return JSON.parse(await workspace.run(nodeLoad(name, loadCore, args)))
}

/** How to start the program `name` of this folder. */
export function nodeLoad(name: string, core: number, args: readonly number[]): Start {
  const program = join(import.meta.dirname, `${name}.ts`)
  return { core, command: process.execPath, args: [program, ...args.map(String)] }
}
