// Cases in which connections send one request after the other: what most of the benchmark is made of.
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
  /** Bytes that the answer's body has at least. */
  readonly answerBytes: number
  readonly connections: number
  readonly scheme: 'http' | 'https'
  readonly variants: readonly Variant[]
  readonly share: number
  /** What a unit of work is, in requests: 1, or less when the work is counted in megabytes. */
  readonly unitsPerRequest: number
}

/** Makes a case of a shape. */
export function httpCase(shape: HttpCaseShape): BenchCase {
  return {
    name: shape.name,
    title: shape.title,
    needs: shape.scheme === 'https' ? ['tls'] : [],
    columns: loadColumns,
    variants: shape.variants,
    share: shape.share,
    verify: program => verify(shape, program),
    measure: measuring => measure(shape, measuring),
  }
}

async function verify(shape: HttpCaseShape, program: Program): Promise<void> {
  const { status, body } = await send(shape.request, shape.scheme, portOf(shape, program))
  if (status !== 200) throw new Error(`${shape.name}: answered with ${status}`)
  if (shape.answerBytes > 0 && body.length !== shape.answerBytes)
    throw new Error(`${shape.name}: answered with ${body.length} bytes`)
  if (shape.request.bodyBytes > Number(body.toString()) && shape.request.method === 'POST')
    throw new Error(`${shape.name}: the backend saw ${body} of ${shape.request.bodyBytes} bytes`)
}

function measure(shape: HttpCaseShape, measuring: Measuring): Promise<Sample> {
  const { program, workspace, seconds, loadCore } = measuring
  return measureLoad(program.pid, async () => {
    const result = await runWrk({
      scheme: shape.scheme,
      port: portOf(shape, program),
      connections: shape.connections,
      seconds: Math.max(1, Math.round(seconds * shape.share)),
      requests: [shape.request],
      core: loadCore,
      workspace,
    })
    if (result.bytes < result.requests * shape.answerBytes)
      throw new Error(`${shape.name}: only ${result.bytes} bytes came of ${result.requests} requests`)
    return { ...result, units: result.requests * shape.unitsPerRequest }
  })
}

function portOf(shape: HttpCaseShape, program: Program): number {
  return shape.scheme === 'https' ? program.ports.https : program.ports.http
}
