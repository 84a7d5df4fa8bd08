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
import type { Deadlined } from '../sockets/deadlines.ts'
import { reportBug } from '../sockets/report-bug.ts'
import { SocketWriter, type SocketWriterOwner } from '../sockets/socket-writer.ts'
import { type ClientReadsOwner, Memory } from './client-reads.ts'
import { Http1Responses } from './http1-responses.ts'
import type { ListenerContext } from './listener-context.ts'
import { lingeringMs, maxDiscardedBytes, Receiving } from './receiving.ts'

/** One client connection; made when a listener accepts, gone when its socket is. */
export class Http1Connection implements ClientStream, ClientReadsOwner, SocketWriterOwner, Deadlined {
  readonly head: RequestHead
  readonly connection: ConnectionFacts
  deadline: number
  readonly #socket: Socket
  readonly #context: ListenerContext
  readonly #handler: StreamHandler
  readonly #writer: SocketWriter
  readonly #reader = new RequestReader()
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
    this.head = this.#reader.head
    this.#socket = socket
    this.#writer = new SocketWriter(socket, this)
    this.#responses = new Http1Responses(this.#writer, this.head)
    this.connection = connection
    this.#context = context
    this.deadline = context.deadlines.after(context.timeouts.headMs)
    this.#handler = context.openStream(this)
    context.connections.add(this)
    context.deadlines.add(this)
    socket.on('end', () => this.#onEnd())
    socket.on('error', () => this.#onClose())
    socket.on('close', () => this.#onClose())
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
    else if (this.#reader.hasUnread) this.#expectRestOfHead()
    return read === true
  }

  /** The clock of a head starts with its first byte; a byte now and then does not move it. */
  #expectRestOfHead(): void {
    const deadline = this.#context.deadlines.after(this.#context.timeouts.headMs)
    if (deadline < this.deadline) this.deadline = deadline
  }

  #startRequest(): void {
    const { head } = this
    this.#inFlight = true
    this.#responses.begin()
    this.#bodyPaused = false
    if (head.hasBody) {
      if (this.#inputIsShared) this.#reader.keepUnread()
      this.#receiving = Receiving.body
      this.#expectBody()
    } else {
      this.#receiving = Receiving.done
      this.deadline = Infinity
    }
    this.#handler.onRequest()
  }

  #receiveBody(): boolean {
    switch (this.#reader.readBody()) {
      case BodyEvent.more:
        return false
      case BodyEvent.data:
        this.#expectBody()
        if (!this.#handler.onRequestBody(this.#reader.bodyPiece) && this.#receiving === Receiving.body)
          this.pauseBody()
        return true
      case BodyEvent.end:
        this.#receiving = Receiving.done
        // A client whose trailers speak of the connection is not asked again on it.
        if (!this.head.keepAlive) this.#responses.keepAlive = false
        this.#allow(Infinity)
        this.#handler.onRequestEnd(this.#reader.trailers)
        return true
      case BodyEvent.error:
        this.#failBody('body-malformed', this.#reader.bodyError)
        return false
    }
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

  /** Sets the time until the next piece of body has to be there; how long a tunnel may be idle is the backend side's to say. */
  #expectBody(): void {
    this.#allow(this.#reader.isTunnel ? Infinity : this.#context.timeouts.bodyIdleMs)
  }

  get bodyAtHand(): boolean {
    return this.#receiving === Receiving.body && this.#reader.hasUnread
  }

  wantBody(): void {
    this.#responses.sendContinue()
  }

  pauseBody(): void {
    this.#bodyPaused = true
    this.#socket.pause()
    this.#allow(Infinity)
  }

  resumeBody(): void {
    if (!this.#bodyPaused) return
    this.#bodyPaused = false
    if (this.#receiving === Receiving.body) this.#expectBody()
    this.#socket.resume()
    this.#advance()
  }

  // --- writing -----------------------------------------------------------------------------------------------------

  sendInterim(status: number, reason: string, lines: string): void {
    this.#responses.sendInterim(status, reason, lines)
  }

  sendHead(head: OutgoingHead): void {
    if (this.#context.draining || this.#isBodyEndUnsure()) this.#responses.keepAlive = false
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
      this.#allow(lingeringMs)
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
    // Without framing (HTTP/1.0) only a reset tells the client that the end is not the end.
    // Over TLS the missing close_notify says the same.
    if (this.#responses.isUnframed && !this.connection.secure) this.#socket.resetAndDestroy()
    else this.flush()
    this.destroy()
  }

  startTunnel(lines: string): void {
    this.#reader.startTunnel()
    this.#receiving = Receiving.body
    this.deadline = Infinity
    this.#responses.startTunnel(lines)
    this.#socket.resume()
    this.#advance()
  }

  onWriterProgress(): void {
    this.deadline = this.#context.deadlines.after(this.#context.timeouts.writeIdleMs)
  }

  onWriterDrained(): void {
    this.#allow(this.#allowedMs())
    if (this.#inFlight) this.#handler.onClientDrain()
    else if (this.#receiving === Receiving.head) this.#readOn()
  }

  /** Time for what the client is to do next; while it has to read first, the time for that is running. */
  #allow(ms: number): void {
    if (!this.#writer.blocked) this.deadline = this.#context.deadlines.after(ms)
  }

  /** How long the client may take for what it is to do now. */
  #allowedMs(): number {
    const { timeouts } = this.#context
    switch (this.#receiving) {
      case Receiving.head:
        return timeouts.keepAliveMs
      case Receiving.body:
        return this.#bodyPaused || this.#reader.isTunnel ? Infinity : timeouts.bodyIdleMs
      case Receiving.done:
        return Infinity
      default:
        return lingeringMs
    }
  }

  // --- between requests and at the end -----------------------------------------------------------------------------

  #expectNextRequest(): void {
    if (this.#context.draining) {
      this.#linger()
      return
    }
    this.#receiving = Receiving.head
    this.#allow(this.#context.timeouts.keepAliveMs)
    this.#readOn()
  }

  #readOn(): void {
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#reader.hasUnread) this.#advance()
  }

  #refuseHead(error: MessageError): void {
    this.#handler.onRequestRefused(error.status, error.reason)
    this.#refuse(renderRefusal(error))
  }

  /** Answers a message that is not HTTP as we speak it, and closes. */
  #refuse(response: string): void {
    this.#responses.keepAlive = false
    this.#writer.addText(response)
    this.#writer.flush()
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
    else this.#refuse(renderRefusal(error, this.head.method))
  }

  /** Sends our FIN and waits a moment for the client's. */
  #linger(): void {
    this.#receiving = Receiving.lingering
    this.#discarded = 0
    // A slow reader still takes the end of its response: the moment begins when that is out.
    this.#allow(lingeringMs)
    this.#socket.end()
    this.#socket.resume()
  }

  #onEnd(): void {
    if (this.#receiving === Receiving.body && this.#reader.isTunnel) {
      this.#receiving = Receiving.done
      this.#handler.onRequestEnd('')
    } else if (this.#receiving === Receiving.head && this.#reader.hasUnread) {
      this.#refuseHead(messageErrors.truncated)
    } else {
      // As nginx does: a client that closes its side while it waits is taken to have left (499).
      this.destroy()
    }
  }

  onDeadline(): void {
    if (this.#writer.blocked) this.#failBody('write-timeout', undefined)
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
    this.#socket.destroy()
    this.#onClose()
  }

  #onClose(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.destroy()
    this.#context.connections.delete(this)
    this.#context.deadlines.delete(this)
    if (this.#inFlight) {
      this.#inFlight = false
      this.#handler.onClientAbort('closed')
    }
  }
}

const requestTimeout: MessageError = { status: 408, reason: 'the request took too long to arrive' }
