// Hot path on routes with limit-rate.
// The stage that keeps a response body to its rate: passes on what may be sent by now, and holds its source meanwhile.
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'
import type { Deadlined, Deadlines } from '../sockets/deadlines.ts'
import type { BodyFilter, BodySink, BodySource, OpenedFilter } from './body-filter.ts'
import { Pace } from './pace.ts'
import type { RequestState } from './request-state.ts'

/** Waiting is for this share of a second's worth at least, so that small rates do not become single bytes. */
const leastShare = 0.1

/** Opens the stage for a response that has a body; `undefined` where no rate is set. */
export function openPace(request: RequestState, head: OutgoingHead): OpenedFilter | undefined {
  const { bytesPerSecond, freeBytes } = request.policies.limitRate
  if (bytesPerSecond === 0 || request.method === 'HEAD' || head.framing === Framing.none) return undefined
  const { deadlines } = request.proxy
  return {
    head,
    connect: (source, sink) =>
      new PacedBody(
        source,
        sink,
        deadlines,
        new Pace(bytesPerSecond, freeBytes, deadlines.now),
        bytesPerSecond,
      ),
  }
}

/**
 * One body on its way, at its pace. It holds no bytes of its own: what waits is the source's. A source that says the end while
 * its last piece waits (an encoder does) keeps it until it is out.
 */
export class PacedBody implements BodyFilter, Deadlined {
  deadline = Infinity
  readonly #source: BodySource
  readonly #sink: BodySink
  readonly #deadlines: Deadlines
  readonly #pace: Pace
  readonly #leastBytes: number
  #held: Buffer | undefined
  #isSinkBlocked = false
  /** Set when the source has said the end and its last piece is still held. */
  #trailers: string | undefined

  constructor(source: BodySource, sink: BodySink, deadlines: Deadlines, pace: Pace, bytesPerSecond: number) {
    this.#source = source
    this.#sink = sink
    this.#deadlines = deadlines
    this.#pace = pace
    this.#leastBytes = Math.ceil(bytesPerSecond * leastShare)
    deadlines.add(this)
  }

  sendBody(chunk: Buffer): boolean {
    this.#held = chunk
    return this.#pass()
  }

  /** Passes on what may go now; whether the source is to go on. */
  #pass(): boolean {
    this.deadline = Infinity
    while (this.#held !== undefined) {
      if (this.#isSinkBlocked) return false
      const { now } = this.#deadlines
      const held = this.#held
      const allowance = this.#pace.allowance(now)
      if (allowance === 0) {
        this.deadline = now + this.#pace.msUntil(Math.min(held.length, this.#leastBytes), now)
        return false
      }
      this.#held = allowance < held.length ? held.subarray(allowance) : undefined
      this.#pace.note(Math.min(allowance, held.length))
      this.#isSinkBlocked = !this.#sink.sendBody(held.subarray(0, allowance))
    }
    return !this.#isSinkBlocked
  }

  onDeadline(): void {
    this.#goOn()
  }

  onSinkDrain(): void {
    this.#isSinkBlocked = false
    this.#goOn()
  }

  #goOn(): void {
    const goesOn = this.#pass()
    if (this.#trailers !== undefined && this.#held === undefined) return this.#end(this.#trailers)
    this.#sink.flush()
    if (goesOn) this.#source.onBodyDrain()
  }

  flush(): void {
    this.#sink.flush()
  }

  endBody(trailers: string): void {
    if (this.#held === undefined) this.#end(trailers)
    else this.#trailers = trailers
  }

  #end(trailers: string): void {
    this.destroy()
    this.#sink.endBody(trailers)
  }

  destroy(): void {
    this.#held = undefined
    this.#trailers = undefined
    this.#deadlines.delete(this)
  }
}
