// Cases in which clients speak HTTP/2: short answers, and calls of gRPC.
import { grpcMessage, grpcPath, shortAnswer } from '../backend.ts'
import { sendHttp2 } from '../http2-request.ts'
import { runH2load } from '../load/h2load.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import type { Program } from '../program.ts'
import { plainGet } from '../request-shape.ts'
import { type BenchCase, usual } from './bench-case.ts'

/** What makes one case differ from another. */
export interface Http2CaseShape {
  readonly connections: number
  /** On each connection at a time. */
  readonly streams: number
  /** `http` when not given. */
  readonly scheme?: 'http' | 'https'
  /** Unary calls to a backend of gRPC, instead of GET. */
  readonly isGrpc?: boolean
}

/** Makes a case of a shape; its title ends with the numbers of that. */
export function http2Case(name: string, what: string, shape: Http2CaseShape): BenchCase {
  const { connections, streams } = shape
  return {
    name,
    title: `${what}, ${connections} connections of ${streams === 1 ? '1 stream' : `${streams} streams`}`,
    needs: shape.scheme === 'https' ? ['tls', 'http2'] : ['http2'],
    columns: loadColumns,
    variants: [usual],
    backend: shape.isGrpc ? 'grpc-answers' : 'fixed-answers',
    share: 2 / 3,
    startsAnew: false,
    verify: program => verify(shape, program),
    measure({ program, workspace, seconds, loadCore: core }) {
      const load = { ...askedOf(shape, program), connections, streams, seconds, core, workspace }
      return measureLoad(program.pid, () => runH2load(load))
    },
  }
}

/** What is asked for, and where. */
function askedOf({ scheme = 'http', isGrpc = false }: Http2CaseShape, { ports }: Program) {
  const port = scheme === 'https' ? ports.https : ports.h2c
  return { scheme, port, path: isGrpc ? grpcPath : plainGet.path, isGrpc }
}

async function verify(shape: Http2CaseShape, program: Program): Promise<void> {
  const { scheme, port, path, isGrpc } = askedOf(shape, program)
  const url = `${scheme}://127.0.0.1:${port}${path}`
  const { status, body, trailers } = await sendHttp2(url, plainGet.host, isGrpc ? grpcMessage : undefined)
  const expected = isGrpc ? grpcMessage : Buffer.from(shortAnswer)
  if (status !== 200 || !body.equals(expected))
    throw new Error(`answered over HTTP/2 with ${status}: ${body}`)
  if (isGrpc && trailers['grpc-status'] !== '0')
    throw new Error(`ended a call with ${JSON.stringify(trailers)}`)
}
