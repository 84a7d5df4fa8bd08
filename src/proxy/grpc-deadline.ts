// The time that a client of gRPC gives its request (grpc-timeout). The backend is told, and may obey; when the time is over the
// request ends here in any case, whatever it is waiting for.
import type { Deadlined, Deadlines } from '../sockets/deadlines.ts'
import { isGrpc, parseGrpcTimeout } from './grpc.ts'
import type { RequestState } from './request-state.ts'

/** One request's time. Must be ended with the request. */
export class GrpcDeadline implements Deadlined {
  deadline: number
  readonly #deadlines: Deadlines
  readonly #onOver: () => void

  constructor(deadlines: Deadlines, ms: number, onOver: () => void) {
    this.#deadlines = deadlines
    this.#onOver = onOver
    this.deadline = deadlines.after(ms)
    deadlines.add(this)
  }

  onDeadline(): void {
    this.#onOver()
  }

  end(): void {
    this.#deadlines.delete(this)
  }
}

/** Starts the time of a request that has one. */
export function startGrpcDeadline(request: RequestState, onOver: () => void): GrpcDeadline | undefined {
  if (!isGrpc(request)) return undefined
  const ms = parseGrpcTimeout(request.header('grpc-timeout') ?? '')
  return ms === undefined ? undefined : new GrpcDeadline(request.proxy.deadlines, ms, onOver)
}
