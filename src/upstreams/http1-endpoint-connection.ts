// Hot path: runs for every request.
// One connection to an endpoint, speaking HTTP/1.1: takes requests one after the other, reads their responses strictly,
// and is used again only when nothing about it is in doubt.
import { connect, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ResponseHead } from '../http/response-head.ts'
import { BodyEvent } from '../http1/body-reader.ts'
import { ResponseReader } from '../http1/response-reader.ts'
import type { Deadlined, Deadlines } from '../sockets/deadlines.ts'
import { reportBug } from '../sockets/report-bug.ts'
import { SocketWriter, type SocketWriterOwner } from '../sockets/socket-writer.ts'
import { type AttemptFailure, connectFailureOf } from './attempt-failure.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { AttemptTimeouts, EndpointHandler, EndpointStream, OutgoingRequest } from './endpoint-stream.ts'
import { renderHttp1Head } from './render-http1-head.ts'
import type { TlsTransport } from './tls-transport.ts'

const State = { connecting: 0, idle: 1, head: 2, body: 3, closed: 4 } as const
type State = (typeof State)[keyof typeof State]

/** One read's worth. It belongs to the connection, so a view of it stays good while reading is paused. */
const readBufferBytes = 64 * 1024

/** A connection to an endpoint. Made by `EndpointState`, which it returns to when a request ended without doubt. */
export class Http1EndpointConnection implements EndpointStream, SocketWriterOwner, Deadlined {
  deadline: number
  readonly endpoint: EndpointState
  readonly isSecure: boolean
  /** Whether the connection has served a request before the current one. */
  #reused = false
  /** Whether any byte of the current response has come. */
  #anyByteSeen = false
  readonly #deadlines: Deadlines
  readonly #socket: Socket
  readonly #writer: SocketWriter
  readonly #reader = new ResponseReader()
  #state: State = State.connecting
  #handler: EndpointHandler | undefined
  #timeouts: AttemptTimeouts
  #upgrade = ''
  /** The attempt, on the clock of the deadlines. */
  #beganAt: number
  /** The endpoint has taken the connection; over TLS more is to follow before it can be used. */
  #isTcpOpen = false
  /** When the connection was asked for, on the clock of the deadlines. */
  readonly #openedAt: number
  /** How many it has served; infinitely many when there must not be another. */
  #requests = 0
  #requestSent = false
  #tunnelling = false
  #processing = false
  #paused = false
  /** Bytes may wait in the kernel that the last read left there: it filled its buffer, or reading was paused after it. */
  #mayHoldMore = false
  /** The backend's end came while reading was paused. */
  #ended = false

  /** Begins to connect, over TLS with a `transport`; `handler.onEndpointReady` or `onAttemptFailure` follows. */
  constructor(
    endpoint: EndpointState,
    handler: EndpointHandler,
    timeouts: AttemptTimeouts,
    deadlines: Deadlines,
    transport: TlsTransport | undefined,
  ) {
    this.endpoint = endpoint
    this.isSecure = transport !== undefined
    this.#handler = handler
    this.#timeouts = timeouts
    this.#deadlines = deadlines
    this.#beganAt = deadlines.now
    this.#openedAt = deadlines.now
    this.deadline = deadlines.after(timeouts.connectMs)
    deadlines.add(this)
    const socket = transport === undefined ? this.#openPlain() : this.#openSecure(transport)
    this.#socket = socket
    this.#writer = new SocketWriter(socket, this)
    socket.on('end', () => this.#onEnd())
    socket.on('error', error => this.#onError(error as NodeJS.ErrnoException))
    socket.on('close', () => this.#onEnd())
  }

  #openPlain(): Socket {
    const { address, port } = this.endpoint
    const socket = connect({
      host: address,
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes),
        callback: (size, buffer) => this.#onRead(size, buffer as Buffer),
      },
    })
    return socket.on('connect', () => this.#onConnect())
  }

  /** Without a read buffer of ours: TLS goes on handing over while reading is paused, and would overwrite what is needed. */
  #openSecure(transport: TlsTransport): Socket {
    const { endpoint } = this
    const socket = transport.connect(endpoint.address, endpoint.port, endpoint.tlsSession)
    socket.on('connect', () => {
      this.#isTcpOpen = true
    })
    socket.on('secureConnect', () => this.#onSecureConnect(transport, socket))
    socket.on('data', (bytes: Buffer) => {
      if (!this.#onRead(bytes.length, bytes)) socket.pause()
    })
    return socket
  }

  #onSecureConnect(transport: TlsTransport, socket: TLSSocket): void {
    if (this.#state !== State.connecting) return
    const refusal = transport.refusalOf(socket)
    if (refusal !== undefined) return this.#fail(refusal)
    transport.onSession(socket, session => {
      this.endpoint.tlsSession = session
    })
    this.#onConnect()
  }

  /** Takes a connection from its idle state for a new request. */
  attach(handler: EndpointHandler, timeouts: AttemptTimeouts): void {
    this.#handler = handler
    this.#timeouts = timeouts
    this.#reused = true
    this.#beganAt = this.#deadlines.now
    this.deadline = Infinity
  }

  /** Closes an idle connection sooner than the backend asks for. */
  idleAtMost(ms: number): void {
    this.deadline = Math.min(this.deadline, this.#deadlines.after(ms))
  }

  get usable(): boolean {
    return this.#state === State.idle && this.#socket.writable && !this.#socket.readableEnded
  }

  // --- the request -------------------------------------------------------------------------------------------------

  /** Sends the head; it leaves together with the first small piece of body, or at `flush`. */
  sendHead(request: OutgoingRequest): void {
    this.#state = State.head
    this.#anyByteSeen = false
    this.#reader.expect(request.method)
    this.#upgrade = request.upgrade
    this.#writer.chunked = request.chunked
    this.#requestSent = !request.hasBody
    if (request.closes) this.#requests = Number.POSITIVE_INFINITY
    this.#writer.addText(renderHttp1Head(request))
    if (this.#requestSent) {
      this.flush()
      this.#expectResponse()
    }
  }

  /** As `ClientStream.sendBody`: on `false` the bytes are needed until `onEndpointDrain`. */
  sendBody(chunk: Buffer): boolean {
    if (this.#tunnelling) this.#expectResponse()
    return this.#writer.addBody(chunk)
  }

  /** The request is whole; in a tunnel, the client has sent its last byte. */
  endRequest(trailers: string): void {
    if (this.#tunnelling) {
      this.flush()
      this.#socket.end()
      return
    }
    this.#writer.endBody(trailers)
    this.#requestSent = true
    this.#expectResponse()
  }

  flush(): void {
    this.#writer.flush()
  }

  onWriterProgress(): void {
    this.deadline = this.#deadlines.after(this.#timeouts.sendMs)
  }

  onWriterDrained(): void {
    this.deadline = Infinity
    this.#expectResponse()
    if (!this.#requestSent || this.#tunnelling) this.#handler?.onEndpointDrain()
  }

  /** Sets the time until something has to be read: from when the request is out, and while the client takes what was read. */
  #expectResponse(): void {
    if (this.#requestSent && !this.#writer.blocked && !this.#paused)
      this.deadline = this.#deadlines.after(this.#timeouts.readMs)
  }

  // --- the response ------------------------------------------------------------------------------------------------

  #onRead(size: number, buffer: Buffer): boolean {
    // Nobody asked for anything: whatever this is, it must not become the next request's response.
    if (this.#state !== State.head && this.#state !== State.body) {
      this.#close()
      return false
    }
    this.#anyByteSeen = true
    // One read of TLS can be several here: what follows comes in the same turn.
    this.#mayHoldMore = this.isSecure || size === readBufferBytes
    this.#reader.push(buffer, size, true)
    this.#expectResponse()
    this.#process()
    return !this.#paused
  }

  #process(): void {
    if (this.#processing) return
    this.#processing = true
    try {
      while (!this.#paused && this.#step()) {}
    } catch (error) {
      reportBug(error)
      this.#fail('internal-error')
    }
    this.#processing = false
    // The read buffer is about to be overwritten: an unfinished head moves to memory of its own.
    if (this.#state === State.head) this.#reader.keepUnread()
    this.#handler?.onResponseFlush()
  }

  #step(): boolean {
    if (this.#state === State.head) return this.#readHead()
    return this.#state === State.body && this.#readBody()
  }

  #readHead(): boolean {
    const read = this.#reader.readHead()
    if (read === true) return this.#takeHead(this.#reader.head)
    if (read !== false) this.#fail('response-malformed')
    return false
  }

  #takeHead(head: ResponseHead): boolean {
    if (head.status === 101) return this.#takeUpgrade(head)
    if (head.status >= 200) {
      this.#state = State.body
      this.endpoint.health.noteResponse()
      this.#handler!.onResponseHead(head)
    } else if (head.status !== 100) {
      // 100 Continue was asked for by nobody: Expect stops at Portico, which answers it itself.
      this.#handler!.onInterim(head)
    }
    return true
  }

  /** Only the protocol that was asked for may be switched to (RFC 9110 §7.8). */
  #takeUpgrade(head: ResponseHead): boolean {
    if (this.#upgrade === '' || head.upgrade !== this.#upgrade) {
      this.#fail('response-malformed')
      return false
    }
    this.#state = State.body
    this.endpoint.health.noteResponse()
    this.#tunnelling = true
    this.#writer.chunked = false
    this.#reader.startTunnel()
    this.#handler!.onUpgrade(head)
    return true
  }

  #readBody(): boolean {
    switch (this.#reader.readBody()) {
      case BodyEvent.more:
        return false
      case BodyEvent.data:
        if (!this.#handler!.onResponseBody(this.#reader.bodyPiece) && this.#state === State.body)
          this.pauseResponse()
        return true
      case BodyEvent.end:
        this.#finish()
        return false
      case BodyEvent.error:
        this.#fail('body-truncated')
        return false
    }
  }

  pauseResponse(): void {
    this.#paused = true
    this.#mayHoldMore = true
    this.#socket.pause()
    if (!this.#writer.blocked) this.deadline = Infinity
  }

  resumeResponse(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#expectResponse()
    this.#process()
    if (this.#paused || this.#state === State.closed) return
    if (this.#ended) this.#onEnd()
    else this.#socket.resume()
  }

  /** The response is whole. The connection is kept if both sides are done with it and nothing is left over. */
  #finish(): void {
    const handler = this.#handler!
    this.#handler = undefined
    const reader = this.#reader
    const { keepAlive, keepAliveSeconds } = reader.head
    const isClean = !reader.hasUnread && this.#requestSent && this.#writer.isDone
    const ageMs = this.#deadlines.now - this.#openedAt
    const idleMs = this.endpoint.idleMsAfter(keepAliveSeconds, ++this.#requests, ageMs)
    if (isClean && keepAlive && !reader.bodyEndsOnClose && idleMs > 0) {
      this.#state = State.idle
      this.deadline = this.#deadlines.after(idleMs)
      if (this.#mayHoldMore) setImmediate(awaitNextRead, this)
      else this.endpoint.release(this)
    } else {
      this.#close()
    }
    handler.onResponseEnd(reader.trailers)
  }

  // --- connection events -------------------------------------------------------------------------------------------

  #onConnect(): void {
    if (this.#state !== State.connecting) return
    this.deadline = Infinity
    this.#state = State.idle
    this.endpoint.health.noteConnected()
    this.#handler?.onEndpointReady()
  }

  #onEnd(): void {
    if (this.#state === State.closed) return
    // Bytes that wait for a slow client come before the end that followed them.
    if (this.#state === State.body && this.#paused) {
      this.#ended = true
      return
    }
    if (this.#state === State.body && this.#reader.bodyEndsOnClose) {
      this.#finish()
      return
    }
    this.#fail(this.#failureAtEnd())
  }

  #failureAtEnd(): AttemptFailure {
    if (this.#state === State.connecting) return this.#isTcpOpen ? 'tls-failed' : 'connect-failed'
    if (this.#state === State.body) return 'body-truncated'
    return this.#anyByteSeen ? 'head-truncated' : 'reset-before-response'
  }

  #onError(error: NodeJS.ErrnoException): void {
    if (this.#state === State.closed) return
    if (this.#state === State.connecting) this.#fail(connectFailureOf(error, this.#isTcpOpen))
    else if (this.#state === State.head && error.code?.startsWith('ERR_SSL')) this.#fail('tls-alert')
    else this.#fail(this.#state === State.body ? 'body-truncated' : this.#failureAtEnd())
  }

  onDeadline(): void {
    if (this.#state === State.idle) this.#close()
    else if (this.#state === State.connecting) this.#fail('connect-timeout')
    else if (this.#writer.blocked) this.#fail('send-timeout')
    else this.#fail('response-timeout')
  }

  #fail(failure: AttemptFailure): void {
    const handler = this.#handler
    this.#close()
    if (handler === undefined) return
    this.endpoint.noteFailure(failure, this.#reused, this.#beganAt)
    handler.onAttemptFailure(failure, this.#reused)
  }

  /** Ends the connection without telling the request: it is the one that wants this. */
  destroy(): void {
    this.#close()
  }

  #close(): void {
    if (this.#state === State.closed) return
    const wasConnecting = this.#state === State.connecting
    this.#state = State.closed
    this.#handler = undefined
    this.deadline = Infinity
    this.#deadlines.delete(this)
    this.endpoint.forget(this)
    // A request that stops halfway must not look finished: a reset says so, a FIN might not; over TLS it is the missing
    // close_notify. What is still being connected is simply given up: Node would wait for the connection before it resets it.
    if (this.#requestSent || wasConnecting || this.isSecure) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }
}

/** The next turn of the event loop reads what is there; what is found idle then has nothing left over. */
function awaitNextRead(connection: Http1EndpointConnection): void {
  setImmediate(release, connection)
}

function release(connection: Http1EndpointConnection): void {
  if (connection.usable) connection.endpoint.release(connection)
}
