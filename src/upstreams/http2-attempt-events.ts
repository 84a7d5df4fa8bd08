// Hot path: runs for every request to a backend that is spoken to in HTTP/2.
// What Node's stream of an attempt says, handed to the attempt. The listeners are shared by all streams, and each finds its
// attempt on the stream: nine closures for each call were 2 to 3 % of its garbage, and collecting
// garbage is a quarter of what calls cost.
import type { ClientHttp2Stream } from 'node:http2'
import { Readable } from 'node:stream'
import { renderFieldObject } from '../http2/render-fields.ts'

/** What an attempt is told. `fields`: names and values in turn. */
export interface Http2Attempt {
  /** Trailers of the request, as lines. */
  readonly trailers: string
  /** The endpoint has said that nothing more comes. */
  isWhole: boolean
  onInterim(fields: readonly string[]): void
  onHead(fields: readonly string[], flags: number): void
  onData(chunk: Buffer): void
  onTrailers(fields: readonly string[]): void
  onEnd(): void
  onDrain(): void
  onClose(): void
}

const attempt = Symbol('attempt')

interface AttemptStream extends ClientHttp2Stream {
  [attempt]: Http2Attempt
}

/** Tells `listener` of all that happens on the stream, but for its body and for `drain`. */
export function listenTo(node: ClientHttp2Stream, listener: Http2Attempt, hasTrailers: boolean): void {
  const stream = node as AttemptStream
  stream[attempt] = listener
  stream.push = pushNotingEnd
  stream.on('headers', onInterim)
  stream.on('response', onHead)
  stream.on('trailers', onTrailers)
  stream.on('end', onEnd)
  stream.on('error', ignore)
  stream.on('close', onClose)
  if (hasTrailers) stream.on('wantTrailers', onWantTrailers)
}

/** Lets the body flow. */
export function listenToBody(stream: ClientHttp2Stream): void {
  stream.on('data', onData)
}

/** Tells once that what was written is out. */
export function awaitDrain(stream: ClientHttp2Stream): void {
  stream.once('drain', onDrain)
}

/**
 * Node ends a stream in the same way when the endpoint says that its response is whole and when it resets the stream with the
 * code for no error; only the former comes while the stream is not closed.
 */
function pushNotingEnd(this: unknown, chunk: unknown): boolean {
  const stream = this as AttemptStream
  if (chunk === null && !stream.closed) stream[attempt].isWhole = true
  return Readable.prototype.push.call(stream, chunk)
}

function onInterim(this: ClientHttp2Stream, _: unknown, _flags: number, list: unknown): void {
  ;(this as AttemptStream)[attempt].onInterim(list as string[])
}

function onHead(this: ClientHttp2Stream, _: unknown, flags: number, list: unknown): void {
  ;(this as AttemptStream)[attempt].onHead(list as string[], flags)
}

function onData(this: ClientHttp2Stream, chunk: Buffer): void {
  ;(this as AttemptStream)[attempt].onData(chunk)
}

function onTrailers(this: ClientHttp2Stream, _: unknown, _flags: number, list: unknown): void {
  ;(this as AttemptStream)[attempt].onTrailers(list as string[])
}

function onEnd(this: ClientHttp2Stream): void {
  ;(this as AttemptStream)[attempt].onEnd()
}

function onDrain(this: ClientHttp2Stream): void {
  ;(this as AttemptStream)[attempt].onDrain()
}

function onClose(this: ClientHttp2Stream): void {
  ;(this as AttemptStream)[attempt].onClose()
}

function onWantTrailers(this: ClientHttp2Stream): void {
  this.sendTrailers(renderFieldObject((this as AttemptStream)[attempt].trailers))
}

/** What is wrong with a stream shows in its code; without a listener it would be an exception. */
function ignore(): void {}
