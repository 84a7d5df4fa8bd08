// The command line of the benchmark.
import { parseArgs } from 'node:util'
import { allCases } from './cases/all.ts'
import type { BenchCase } from './cases/bench-case.ts'
import { contenders, porticoOf } from './contenders/all.ts'
import type { Contender } from './contenders/contender.ts'
import type { LoadTool } from './load/http-load.ts'
import { requireTools } from './tools.ts'

/** What was asked for. */
export interface BenchOptions {
  readonly cases: readonly BenchCase[]
  readonly contenders: readonly Contender[]
  readonly rounds: number
  readonly seconds: number
  readonly jsonFile: string | undefined
  readonly tool: LoadTool
}

/** How to call it. */
export const usage = `node bench/proxy/run.ts [--cases a,b] [--contenders a,b] [--rounds 7] [--seconds 3] [--json FILE]
                        [--portico DIR] [--tool wrk|autocannon]
cases:      ${allCases.map(({ name }) => name).join(', ')}
contenders: ${[...contenders.keys()].join(', ')}`

/** Reads the arguments; throws with a message for the caller when they make no sense. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      contenders: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      json: { type: 'string' },
      portico: { type: 'string', multiple: true, default: [] },
      tool: { type: 'string', default: 'wrk' },
    },
  })
  return {
    cases: casesOf(values.cases),
    contenders: [...contendersOf(values.contenders), ...values.portico.map(porticoOf)],
    rounds: positiveInteger('rounds', values.rounds),
    seconds: positiveInteger('seconds', values.seconds),
    jsonFile: values.json,
    tool: toolOf(values.tool),
  }
}

function casesOf(list: string | undefined): BenchCase[] {
  if (list === undefined) return [...allCases]
  return list.split(',').map(name =>
    known(
      'case',
      name,
      allCases.find(one => one.name === name),
    ),
  )
}

function contendersOf(list: string | undefined): Contender[] {
  const names = list === undefined ? [...contenders.keys()] : list.split(',')
  requireTools([...names, 'nginx', 'wrk', 'h2load', 'taskset', 'openssl'])
  return names.map(name => known('contender', name, contenders.get(name))())
}

function known<T>(what: string, name: string, found: T | undefined): T {
  if (found === undefined) throw new Error(`there is no ${what} "${name}"`)
  return found
}

function positiveInteger(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`--${name} must be a whole number of at least 1, not "${text}"`)
  return Number(text)
}

function toolOf(text: string): LoadTool {
  if (text !== 'wrk' && text !== 'autocannon')
    throw new Error(`--tool must be wrk or autocannon, not "${text}"`)
  return text
}
