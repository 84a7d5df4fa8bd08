// A stage that response bodies go through on their way from a backend to the client: compression, bandwidth. Stages are
// opened per response, only on routes with a policy that asks for one, and only for responses that have something to go
// through.
import type { OutgoingHead } from '../http/client-stream.ts'

/** Whatever takes a body: the next stage, or the client's stream at the end. */
export interface BodySink {
  /** As `ClientStream.sendBody`: on `false` the bytes are needed, and the source held, until `onBodyDrain` of the source. */
  sendBody(chunk: Buffer): boolean
  flush(): void
  /** The body is whole; `trailers` are lines, '' for none. */
  endBody(trailers: string): void
}

/** Who feeds a sink, and wants to know when it takes more. */
export interface BodySource {
  onBodyDrain(): void
  /** The stage can not go on: the response is cut. */
  onBodyFailure(): void
}

/** One stage. It may answer later than it is asked: what it has taken it passes on in order, also after `endBody`. */
export interface BodyFilter extends BodySink {
  /** The sink it feeds takes more. */
  onSinkDrain(): void
  /** The response is over before its end: gives everything back, passes nothing on any more. */
  destroy(): void
}

/** A stage ready to be used, and what the head of the response has become by it. */
export interface OpenedFilter {
  readonly head: OutgoingHead
  /** Makes the stage between its source and its sink; `undefined`: only the head is another. */
  readonly connect: ((source: BodySource, sink: BodySink) => BodyFilter) | undefined
}
