// One client connection speaking HTTP/2: its session, the streams on it, and its end. Frames, compression and flow control are
// `node:http2`'s; what a request is, is http2-client-stream.ts's.
import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { ConnectionFacts } from '../http/client-stream.ts'
import type { Deadlined } from '../sockets/deadlines.ts'
import { reportBug } from '../sockets/report-bug.ts'
import { Http2ClientStream, type Http2StreamOwner } from './http2-client-stream.ts'
import { Http2Guard } from './http2-guard.ts'
import { sessionOptions } from './http2-options.ts'
import type { ListenerContext, OpenConnection } from './listener-context.ts'
import { lingeringMs } from './receiving.ts'

/** How often the times of streams are looked at. */
const sweepMs = 500
/**
 * What may be on its way to us over all streams. Node makes room again for whatever has come in, read or not; what holds an upload
 * that nobody takes is the window of its stream, Node's 64 KiB, behind the 48 KiB or so that Node reads ahead.
 */
const connectionWindowBytes = 1024 * 1024

/** One client connection; made when HTTP/2 was agreed on, gone when its socket is. */
export class Http2Connection implements OpenConnection, Deadlined, Http2StreamOwner {
  deadline: number
  readonly facts: ConnectionFacts
  readonly context: ListenerContext
  readonly #socket: Socket
  readonly #session: ServerHttp2Session
  readonly guard: Http2Guard
  readonly #open = new Set<Http2ClientStream>()
  /** Objects whose stream is over, for the next one. */
  readonly #spare: Http2ClientStream[] = []
  readonly #maxStreams: number
  #requests = 0

  /** `firstBytes`: what was read of the connection already. */
  constructor(socket: Socket, facts: ConnectionFacts, context: ListenerContext, firstBytes?: Buffer) {
    this.#socket = socket
    this.facts = facts
    this.context = context
    this.#maxStreams = context.http2.maxConcurrentStreams
    this.guard = new Http2Guard(context.deadlines)
    this.deadline = context.deadlines.after(context.timeouts.headMs)
    context.deadlines.add(this)
    context.connections.add(this)
    // A reset may come at any time, also before or after the session's own listeners.
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.on('close', this.#onClose)
    this.#session = performServerHandshake(socket, sessionOptions(context))
    this.#session.on('error', () => socket.destroy())
    this.#session.on('stream', this.#onStream)
    this.#session.once('remoteSettings', () => this.#awaitFirst())
    this.#session.setLocalWindowSize(connectionWindowBytes)
    // The session reads on the next tick what it finds in the socket then, before the socket could let it flow away.
    if (firstBytes !== undefined) socket.pause().unshift(firstBytes)
  }

  readonly #onStream = (
    nodeStream: ServerHttp2Stream,
    _: IncomingHttpHeaders,
    _flags: number,
    fields: string[],
  ): void => {
    // Reset in the very read that began it: no backend hears of it.
    if (nodeStream.destroyed || nodeStream.closed) {
      nodeStream.on('error', () => {})
      this.onStreamBroken()
      return
    }
    try {
      const stream = this.#spare.pop() ?? new Http2ClientStream(this)
      if (this.#open.size === 0) this.deadline = this.context.deadlines.after(sweepMs)
      this.#open.add(stream)
      stream.begin(nodeStream, fields)
    } catch (error) {
      reportBug(error)
      this.destroy()
    }
    if (++this.#requests >= this.context.maxRequests) this.#session.close()
  }

  get isCrowded(): boolean {
    return 2 * this.#open.size > this.#maxStreams
  }

  onStreamClosed(stream: Http2ClientStream, isReusable: boolean): void {
    this.#open.delete(stream)
    if (isReusable) this.#spare.push(stream)
    if (this.#open.size === 0) this.#rest()
  }

  /** The client is there; it may take its time to ask. */
  #awaitFirst(): void {
    const { keepAliveMs, headMs } = this.context.timeouts
    if (this.#requests === 0) this.deadline = this.context.deadlines.after(Math.max(keepAliveMs, headMs))
  }

  /** Nothing is asked for: the time runs in which the client may ask for more. */
  #rest(): void {
    if (this.#open.size > 0) return
    const ms = this.#session.closed ? lingeringMs : this.context.timeouts.keepAliveMs
    this.deadline = this.context.deadlines.after(ms)
    if (ms === 0) this.drain()
  }

  /** Each may have cost a backend a request. */
  onStreamBroken(): void {
    if (!this.guard.allowsReset()) this.#end(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  onDeadline(): void {
    if (this.#open.size === 0) {
      if (this.#session.closed) this.destroy()
      else this.drain()
      return
    }
    let unread = 0
    for (const stream of this.#open) unread += stream.unreadBytes
    if (!this.guard.allowsReceived(this.#socket.bytesRead, unread))
      return this.#end(constants.NGHTTP2_ENHANCE_YOUR_CALM)
    this.deadline = this.context.deadlines.after(sweepMs)
    const { now } = this.context.deadlines
    for (const stream of this.#open) stream.onSweep(now)
  }

  /** Sends GOAWAY: streams under way go on, later ones are the client's to ask for elsewhere. */
  drain(): void {
    if (!this.#session.closed) this.#session.close()
    this.#rest()
  }

  /** Cuts the connection, whatever it is doing. */
  destroy(): void {
    this.#end(constants.NGHTTP2_NO_ERROR)
    this.#socket.destroy()
  }

  /** Cuts what is under way and says GOAWAY with this code. */
  #end(code: number): void {
    if (this.#session.destroyed) return
    for (const stream of this.#open) stream.cut()
    // Without an error Node takes no code from its second argument.
    this.#session.destroy(code === constants.NGHTTP2_NO_ERROR ? undefined : new Error('cut'), code)
  }

  readonly #onClose = (): void => {
    this.context.connections.delete(this)
    this.context.deadlines.delete(this)
    if (!this.#session.destroyed) this.#session.destroy()
  }
}
