// Hot path: runs for every request.
// One client connection speaking HTTP/1.1: what is read and written when, how long it may take, and when the connection can
// be used again. Routing and backends are none of its business. No closures per request.
import type { Socket } from 'node:net'
import type {
  ClientAbort,
  ClientStream,
  ConnectionFacts,
  OutgoingHead,
  StreamHandler,
} from '../http/client-stream.ts'
import type { RequestHead } from '../http/request-head.ts'
import { BodyEvent } from '../http1/body-reader.ts'
import { type MessageError, messageErrors } from '../http1/message-error.ts'
import { renderRefusal } from '../http1/render-refusal.ts'
import { RequestReader } from '../http1/request-reader.ts'
import { reportBug } from '../sockets/report-bug.ts'
import { SocketWriter, type SocketWriterOwner } from '../sockets/socket-writer.ts'
import { ClientClock } from './client-clock.ts'
import { type ClientReadsOwner, Memory } from './client-reads.ts'
import { Http1Responses } from './http1-responses.ts'
import { Http2Connection } from './http2-connection.ts'
import type { ListenerContext } from './listener-context.ts'
import { allowedMs, lingeringMs, maxDiscardedBytes, Receiving, requestTimeout } from './receiving.ts'

/** One client connection; made when a listener accepts, gone when its socket is. */
export class Http1Connection implements ClientStream, ClientReadsOwner, SocketWriterOwner {
  readonly head: RequestHead
  readonly connection: ConnectionFacts
  readonly #socket: Socket
  readonly #context: ListenerContext
  readonly #handler: StreamHandler
  readonly #writer: SocketWriter
  readonly #clock: ClientClock
  readonly #reader: RequestReader
  readonly #responses: Http1Responses
  #receiving: Receiving = Receiving.head
  #discarded = 0
  #advancing = false
  #inputIsShared = false
  #bodyPaused = false
  /** A request was handed over and its response has not ended. */
  #inFlight = false
  #closed = false

  constructor(socket: Socket, connection: ConnectionFacts, context: ListenerContext) {
    this.#reader = new RequestReader(context)
    this.head = this.#reader.head
    this.#socket = socket
    this.#writer = new SocketWriter(socket, this)
    this.#responses = new Http1Responses(this.#writer, this.head, context)
    this.connection = connection
    this.#context = context
    this.#clock = new ClientClock(context, this.#writer, () => this.#onDeadline())
    this.#handler = context.openStream(this)
    context.connections.add(this)
    socket.on('end', this.#onEnd)
    for (const event of ['error', 'close']) socket.on(event, () => this.#onClose())
  }

  // --- reading -----------------------------------------------------------------------------------------------------

  onBytes(bytes: Buffer, size: number, memory: Memory): void {
    // A piece of body may be needed for longer than this call.
    const isCopied = memory === Memory.shared && this.#receiving === Receiving.body
    if (isCopied) this.#reader.push(Buffer.from(bytes.subarray(0, size)))
    else this.#reader.push(bytes, size, memory !== Memory.own)
    this.#inputIsShared = memory === Memory.shared && !isCopied
    this.#advance()
    this.#inputIsShared = false
  }

  get wantsOwnBuffer(): boolean {
    return this.#receiving === Receiving.body && !this.#reader.isTunnel
  }

  /** Reads as far as the bytes and the requests in flight allow. */
  #advance(): void {
    // A response that ends while its request is being handed over comes back here: the loop below goes on by itself.
    if (this.#advancing) return
    this.#advancing = true
    try {
      while (this.#receive()) {}
      if (this.#inFlight) this.#handler.onRequestFlush()
    } catch (error) {
      reportBug(error)
      this.destroy()
    }
    this.#advancing = false
    if (!this.#reader.hasUnread) {
      this.#reader.release()
      return
    }
    if (!this.#bodyPaused) this.#reader.keepUnread()
    if (this.#receiving === Receiving.done || this.#isHeldUp) this.#socket.pause()
  }

  /** One step; `false` when more bytes or the end of the response are needed first. */
  #receive(): boolean {
    if (this.#closed) return false
    switch (this.#receiving) {
      case Receiving.head:
        return !this.#isHeldUp && this.#receiveHead()
      case Receiving.body:
        return !this.#bodyPaused && this.#receiveBody()
      case Receiving.discard:
        return this.#discardBody()
      case Receiving.lingering:
        this.#discarded += this.#reader.drop()
        // A client that is made to wait reads what it was sent; a reset could take that away from it.
        if (this.#discarded > maxDiscardedBytes) this.#socket.pause()
        return false
      case Receiving.done:
        return false
    }
  }

  /** Whether the next request has to wait for the client to take the last response: whoever only asks fills no memory. */
  get #isHeldUp(): boolean {
    return this.#receiving === Receiving.head && this.#writer.blocked
  }

  #receiveHead(): boolean {
    const read = this.#reader.readHead()
    if (read === true) this.#startRequest()
    else if (read !== false) this.#refuseHead(read)
    else if (this.#reader.hasUnread) this.#clock.allowRestOfHead()
    return read === true
  }

  #startRequest(): void {
    const { head } = this
    this.#inFlight = true
    this.#clock.endHead()
    this.#responses.begin()
    this.#bodyPaused = false
    if (head.hasBody) {
      if (this.#inputIsShared) this.#reader.keepUnread()
      this.#receiving = Receiving.body
      this.#clock.allowBody()
    } else {
      this.#receiving = Receiving.done
    }
    this.#handler.onRequest()
  }

  #receiveBody(): boolean {
    switch (this.#reader.readBody()) {
      case BodyEvent.more:
        return false
      case BodyEvent.data:
        return this.#takeBody(this.#reader.bodyPiece)
      case BodyEvent.end:
        this.#receiving = Receiving.done
        // A client whose trailers speak of the connection is not asked again on it.
        if (!this.head.keepAlive) this.#responses.keepAlive = false
        this.#clock.allow(Infinity)
        this.#handler.onRequestEnd(this.#reader.trailers)
        return true
      case BodyEvent.error:
        this.#failBody('body-malformed', this.#reader.bodyError)
        return false
    }
  }

  #takeBody(piece: Buffer): boolean {
    if (!this.#reader.isTunnel) this.#clock.noteBody(piece.length)
    if (!this.#handler.onRequestBody(piece) && this.#receiving === Receiving.body) this.pauseBody()
    return true
  }

  #discardBody(): boolean {
    const event = this.#reader.readBody()
    if (event === BodyEvent.data) this.#discarded += this.#reader.bodyPiece.length
    if (event === BodyEvent.error || this.#discarded > maxDiscardedBytes) {
      this.#linger()
      return false
    }
    if (event !== BodyEvent.end) return event !== BodyEvent.more
    if (this.head.keepAlive) this.#expectNextRequest()
    else this.#linger()
    return true
  }

  get bodyAtHand(): boolean {
    return this.#receiving === Receiving.body && this.#reader.hasUnread
  }

  get headBytesSent(): number {
    return this.#responses.headBytes
  }

  wantBody(): void {
    this.#responses.sendContinue()
  }

  pauseBody(): void {
    this.#bodyPaused = true
    this.#socket.pause()
    this.#clock.allow(Infinity)
  }

  resumeBody(): void {
    if (!this.#bodyPaused) return
    this.#bodyPaused = false
    if (this.#receiving === Receiving.body && !this.#reader.isTunnel) this.#clock.allowBody()
    this.#socket.resume()
    this.#advance()
  }

  // --- writing -----------------------------------------------------------------------------------------------------

  sendInterim(status: number, reason: string, lines: string): void {
    this.#responses.sendInterim(status, reason, lines)
  }

  sendHead(head: OutgoingHead): void {
    // After a switch that did not take place the client may have sent bytes of the other protocol already.
    const isUnsure = head.closes === true || this.head.upgrade !== '' || this.#isBodyEndUnsure()
    if (this.#context.draining || isUnsure) this.#responses.keepAlive = false
    this.#responses.sendHead(head)
  }

  /**
   * Whether a response that begins now may leave us in the middle of a request body: one longer than we would discard,
   * or one that a client waiting for 100 Continue may or may not send.
   */
  #isBodyEndUnsure(): boolean {
    if (this.#receiving !== Receiving.body) return false
    return this.#responses.continueDue || !this.#reader.bodyEndsWithin(maxDiscardedBytes)
  }

  sendBody(chunk: Buffer): boolean {
    return this.#responses.sendBody(chunk)
  }

  end(trailers: string): void {
    this.#responses.end(trailers)
    this.#inFlight = false
    if (this.#receiving === Receiving.done) {
      if (this.#responses.keepAlive) this.#expectNextRequest()
      else this.#linger()
    } else if (this.#responses.keepAlive) {
      this.#discarded = 0
      this.#receiving = Receiving.discard
      this.#bodyPaused = false
      this.#clock.allow(lingeringMs)
      this.#socket.resume()
      this.#advance()
    } else {
      this.#linger()
    }
  }

  flush(): void {
    this.#writer.flush()
  }

  abort(): void {
    this.#inFlight = false
    this.flush()
    this.destroy()
  }

  startTunnel(lines: string): void {
    this.#reader.startTunnel()
    this.#receiving = Receiving.body
    this.#clock.allow(Infinity)
    this.#responses.startTunnel(lines)
    this.#socket.resume()
    this.#advance()
  }

  onWriterProgress(): void {
    this.#clock.awaitReader()
  }

  onWriterDrained(): void {
    const isBodyDue = !this.#bodyPaused && !this.#reader.isTunnel
    this.#clock.allow(allowedMs(this.#receiving, isBodyDue, this.#context.timeouts))
    if (this.#inFlight) this.#handler.onClientDrain()
    else if (this.#receiving === Receiving.head) this.#readOn()
  }

  // --- between requests and at the end -----------------------------------------------------------------------------

  #expectNextRequest(): void {
    if (this.#context.draining) return this.#linger()
    this.#receiving = Receiving.head
    this.#clock.allow(this.#context.timeouts.keepAliveMs)
    this.#readOn()
  }

  #readOn(): void {
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#reader.hasUnread) this.#advance()
  }

  #refuseHead(error: MessageError): void {
    // Over TLS it is agreed on by ALPN, or not spoken (RFC 9113 §3.2).
    const isOn = this.#context.http2.isOn && this.connection.tls === undefined
    const preface = isOn && error === messageErrors.version ? this.#reader.takePreface() : undefined
    if (preface !== undefined) return this.#speakHttp2(preface)
    this.#handler.onRequestRefused(error.status, error.reason)
    this.#refuse(error, '')
  }

  /** The client just began with HTTP/2 (prior knowledge): from its first byte on, the connection is another object's. */
  #speakHttp2(firstBytes: Buffer): void {
    this.#leave()
    this.#socket.removeAllListeners('data').off('end', this.#onEnd)
    new Http2Connection(this.#socket, this.connection, this.#context, firstBytes)
  }

  /** Answers a message that is not HTTP as we speak it, and closes. */
  #refuse(error: MessageError, method: string): void {
    this.#responses.keepAlive = false
    this.#writer.addText(renderRefusal(error, method))
    this.#linger()
  }

  /** The request broke off: its handler is told, the client too if it has not heard anything yet. */
  #failBody(abort: ClientAbort, error: MessageError | undefined): void {
    if (this.#inFlight) {
      this.#inFlight = false
      this.#handler.onClientAbort(abort)
    }
    if (error === undefined || this.#responses.headSent) this.abort()
    // The head was fine, so its method is known: the client of a HEAD would take content for the next response.
    else this.#refuse(error, this.head.method)
  }

  /** Sends our FIN and waits a moment for the client's; the moment begins when all is out. */
  #linger(): void {
    this.#receiving = Receiving.lingering
    this.#discarded = 0
    this.#writer.end()
    this.#clock.allow(lingeringMs)
    this.#socket.resume()
  }

  readonly #onEnd = (): void => {
    if (this.#receiving === Receiving.body && this.#reader.isTunnel) {
      this.#receiving = Receiving.done
      this.#handler.onRequestEnd('')
    } else if (this.#receiving === Receiving.head && this.#reader.hasUnread) {
      this.#refuseHead(messageErrors.truncated)
    } else if (this.#receiving === Receiving.body) {
      this.#failBody('body-malformed', messageErrors.truncated)
    } else if (!this.#inFlight && !this.#writer.isDone) {
      // It has nothing more to say and still takes the end of its response.
      if (this.#receiving !== Receiving.lingering) this.#linger()
    } else {
      // As nginx does: a client that closes its side while it waits is taken to have left (499).
      this.destroy()
    }
  }

  #onDeadline(): void {
    // Nobody is late who still has to read what we wrote: that has a time of its own.
    if (!this.#writer.blocked && !this.#writer.isDone) this.#writer.watch()
    else if (this.#writer.blocked) this.#failBody('write-timeout', undefined)
    else if (this.#receiving === Receiving.body) this.#failBody('body-timeout', requestTimeout)
    else if (this.#receiving === Receiving.head && this.#reader.hasUnread) this.#refuseHead(requestTimeout)
    else this.destroy()
  }

  /** Draining: a connection without a request in flight is closed now, any other after its response. */
  drain(): void {
    if (this.#receiving === Receiving.head && !this.#reader.hasUnread) this.#linger()
  }

  /** Cuts the connection, whatever it is doing. */
  destroy(): void {
    // A client without a length, chunks or close_notify (HTTP/1.0) would take what it has for all of its response.
    const isCutSilent = this.#responses.isUnframed && this.connection.tls === undefined
    const isCut = this.#receiving !== Receiving.lingering || !this.#writer.isDone
    if (isCutSilent && isCut) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
    this.#onClose()
  }

  #onClose(): void {
    if (this.#closed) return
    this.#leave()
    this.#socket.destroy()
    if (this.#inFlight) {
      this.#inFlight = false
      this.#handler.onClientAbort('closed')
    }
  }

  #leave(): void {
    this.#closed = true
    this.#context.connections.delete(this)
    this.#clock.stop()
  }
}
