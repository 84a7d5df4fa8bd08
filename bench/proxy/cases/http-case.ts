// Cases in which connections send one request after the other: what most of the benchmark is made of.
import { statSync } from 'node:fs'
import type { Ability } from '../contenders/contender.ts'
import { runAutocannon } from '../load/autocannon.ts'
import { runWrk } from '../load/wrk.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import type { Program } from '../program.ts'
import { type RequestShape, send } from '../request-shape.ts'
import type { BenchCase, Measuring, Sample, Variant } from './bench-case.ts'

/** What makes one case differ from another. */
export interface HttpCaseShape {
  readonly name: string
  readonly title: string
  readonly request: RequestShape
  /** Bytes that the answer's body has; 0 for an upload, which is answered with what the backend counted. */
  readonly answerBytes: number
  readonly connections: number
  readonly scheme: 'http' | 'https'
  readonly needs?: readonly Ability[]
  readonly variants: readonly Variant[]
  readonly share: number
  /** Whether the requests go to all hosts in turn instead of to the first alone. */
  readonly cyclesHosts?: boolean
}

const cycleLength = 10_000
const leastLogLineBytes = 50
// Not near each other in any list, so that neither order nor caches help.
const cycleStep = 7_919

/** Makes a case of a shape. */
export function httpCase(shape: HttpCaseShape): BenchCase {
  return {
    name: shape.name,
    title: shape.title,
    needs: [...(shape.needs ?? []), ...(shape.scheme === 'https' ? (['tls'] as const) : [])],
    columns: loadColumns,
    variants: shape.variants,
    backend: 'fixed-answers',
    share: shape.share,
    startsAnew: false,
    verify: program => verify(shape, program),
    measure: measuring => measure(shape, measuring),
  }
}

async function verify({ request, scheme, answerBytes }: HttpCaseShape, program: Program): Promise<void> {
  const { status, body } = await send(request, scheme, program.ports[scheme])
  if (status !== 200) throw new Error(`answered with ${status}`)
  if (request.method === 'POST' && !(Number(body) > request.bodyBytes))
    throw new Error(`the backend saw ${body} bytes of a request with a body of ${request.bodyBytes}`)
  if (request.method === 'GET' && body.length !== answerBytes)
    throw new Error(`answered with ${body.length} bytes`)
}

function measure(shape: HttpCaseShape, measuring: Measuring): Promise<Sample> {
  const { program, variant, workspace, seconds, loadCore: core, tool } = measuring
  const { scheme, connections } = shape
  const runLoad = tool === 'wrk' ? runWrk : runAutocannon
  const requests = requestsOf(shape, measuring.hosts)
  const load = { scheme, port: program.ports[scheme], connections, seconds, requests, core, workspace }
  const logged = sizeOfLog(program)
  return measureLoad(program.pid, async () => {
    const result = await runLoad(load)
    if (result.bytes < result.requests * shape.answerBytes)
      throw new Error(`only ${result.bytes} bytes came of ${result.requests} requests`)
    if (variant.accessLog !== 'off' && sizeOfLog(program) - logged < result.requests * leastLogLineBytes)
      throw new Error(`the access log misses requests`)
    return { ...result, units: result.requests }
  })
}

function sizeOfLog({ accessLogFile }: Program): number {
  return statSync(accessLogFile, { throwIfNoEntry: false })?.size ?? 0
}

function requestsOf({ request, cyclesHosts }: HttpCaseShape, hosts: readonly string[]): RequestShape[] {
  if (!cyclesHosts) return [request]
  const hostAt = (i: number) => hosts[(i * cycleStep) % hosts.length]!
  return Array.from({ length: cycleLength }, (_, i) => ({ ...request, host: hostAt(i) }))
}
