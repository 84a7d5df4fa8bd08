// One HTTP/2 connection to an endpoint (RFC 9113), shared by many requests at a time: how it is opened, how many streams it
// takes, when it is doubted, and how it ends. What goes over a stream is the stream's business.
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Deadlined } from '../sockets/deadlines.ts'
import { type AttemptFailure, connectFailureOf } from './attempt-failure.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { AttemptTimeouts, EndpointHandler } from './endpoint-stream.ts'
import type { Http2EndpointSessions } from './http2-endpoint-sessions.ts'
import { Http2EndpointStream } from './http2-endpoint-stream.ts'
import type { TlsTransport } from './tls-transport.ts'

const State = { connecting: 0, open: 1, draining: 2, closed: 3 } as const
type State = (typeof State)[keyof typeof State]

/** So many streams at most, whatever the endpoint allows: more than that in one connection wait for each other. */
export const maxStreams = 128
/** What a session may receive before its streams give room again; a stream's own window stays at 64 KiB. */
const sessionWindowBytes = 1024 * 1024
/** A session that has said nothing for so long is asked whether it is alive when it gets its next request. */
const quietMs = 30_000
const pingTimeoutMs = 5_000
/** Servers of gRPC close connections that are pinged too often without need. */
const minPingIntervalMs = 10_000
/**
 * Servers end connections on which too many requests are taken back (CVE-2023-44487), and with them the requests of everybody
 * else: Netty at 200 in 30 s, Node at 1,000. What has taken back so many gets no new ones.
 */
const maxCancelled = 100
/** The kernel finds out about hosts that vanished while nothing is to be sent. */
const keepAliveMs = 60_000
/** One idle session serves the next request; what a burst has opened beside it stays for so long. */
const surplusIdleMs = 5_000

const sessionOptions = {
  settings: { enablePush: false, maxHeaderListSize: 65_535 },
  /**
   * As many as the size allows (RFC 9113 §6.5.2). Node resets streams with more, in a way that looks like the endpoint's doing; the
   * limit for heads is kept when they are read.
   */
  maxHeaderListPairs: 2048,
  /** A field that came twice goes on twice. */
  strictSingleValueFields: false,
}
/** Node wants to know where it connects to; each request says itself whom it is for. */
const anywhere = new URL('http://endpoint')

/** A session with an endpoint. Made by `Http2EndpointSessions`, which hears of its end. */
export class Http2EndpointSession implements Deadlined {
  deadline: number
  readonly endpoint: EndpointState
  readonly tls: TlsTransport | undefined
  readonly #sessions: Http2EndpointSessions
  readonly #socket: Socket
  readonly #timeouts: AttemptTimeouts
  /** On the clock of the deadlines. */
  readonly openedAt: number
  readonly #streams = new Set<Http2EndpointStream>()
  #state: State = State.connecting
  #http2: ClientHttp2Session | undefined
  /** The endpoint has taken the connection; over TLS more is to follow before it can be used. */
  #isTcpOpen = false
  /** What the endpoint allows; until it has said so, what it allowed before. */
  #allowedStreams: number
  /** So many for now: fewer where it has refused one. */
  #maxStreams: number
  #requests = 0
  #cancelled = 0
  /** Whether any response has come over it. */
  hasAnswered = false
  #heardAt: number
  #pingedAt = -Infinity
  #isPinging = false
  /** It is alive for all that is known, but gets no new requests until it has answered a ping. */
  #isDoubted = false
  /** Streams above it were never looked at, says the endpoint's GOAWAY. */
  #lastProcessedId = Infinity

  /** Begins to connect; `timeouts` are those of the request it is opened for. */
  constructor(sessions: Http2EndpointSessions, timeouts: AttemptTimeouts) {
    const { endpoint, tls, deadlines } = sessions
    this.#sessions = sessions
    this.#timeouts = timeouts
    this.#allowedStreams = sessions.usualMaxStreams
    this.#maxStreams = sessions.usualMaxStreams
    this.endpoint = endpoint
    this.tls = tls
    this.openedAt = deadlines.now
    this.#heardAt = deadlines.now
    this.deadline = deadlines.after(timeouts.connectMs)
    deadlines.add(this)
    this.#socket = tls === undefined ? this.#openPlain() : this.#openSecure(tls)
    this.#socket.on('error', error => this.#onDialFailure(this.#dialFailureOf(error)))
    this.#socket.on('close', () => this.#onDialFailure(this.#dialFailureOf(undefined)))
  }

  #openPlain(): Socket {
    const { address, port } = this.endpoint
    return connect({ host: address, port, noDelay: true }).on('connect', () => this.#onConnect())
  }

  #openSecure(tls: TlsTransport): Socket {
    const { endpoint } = this
    const socket = tls.connect(endpoint.address, endpoint.port, endpoint.tlsSession)
    socket.on('connect', () => {
      this.#isTcpOpen = true
    })
    return socket.on('secureConnect', () => this.#onSecureConnect(tls, socket))
  }

  get isConnecting(): boolean {
    return this.#state === State.connecting
  }

  /** Whether requests may go over it now. */
  get isOpen(): boolean {
    return this.#state === State.open && !this.#isDoubted && this.#http2?.closed === false
  }

  /** Whether it has ended, or is about to with all its streams. */
  get isOver(): boolean {
    return this.#state === State.closed || this.#http2?.destroyed === true
  }

  get isIdle(): boolean {
    return this.#state !== State.connecting && this.#streams.size === 0
  }

  /** Whether it may take one more request. */
  get hasRoom(): boolean {
    const { requests, ageMs } = this.endpoint.lifetime
    const age = this.#sessions.deadlines.now - this.openedAt
    return this.#streams.size < this.#maxStreams && this.#requests < requests && age < ageMs
  }

  // --- requests ----------------------------------------------------------------------------------------------------

  /** A stream for one more request; of a session that is being opened it can be used later. */
  take(handler: EndpointHandler, timeouts: AttemptTimeouts): Http2EndpointStream {
    const { deadlines } = this.#sessions
    const stream = new Http2EndpointStream(this, handler, timeouts, deadlines)
    this.#add(stream)
    if (this.#state === State.open && deadlines.now - this.#heardAt >= quietMs) this.#ping()
    return stream
  }

  /** Takes a stream for which another session has no room. */
  adopt(stream: Http2EndpointStream): void {
    this.#add(stream)
    stream.moveTo(this)
    if (this.#state === State.open) stream.begin()
  }

  #add(stream: Http2EndpointStream): void {
    this.#streams.add(stream)
    this.#requests++
    if (this.#state === State.open && !this.#isPinging) this.deadline = Infinity
  }

  /** Opens the stream on the wire. Throws on fields that HTTP/2 does not allow, which is a bug. */
  request(fields: string[], endStream: boolean, waitForTrailers: boolean): ClientHttp2Stream {
    // Node's types know objects of fields only.
    return (this.#http2!.request as unknown as RequestWithList)(fields, { endStream, waitForTrailers })
  }

  /** A response head or a piece of body has come. */
  noteHeard(): void {
    this.hasAnswered = true
    this.#heardAt = this.#sessions.deadlines.now
  }

  /** A request went unanswered for too long: either its handler is slow, or nobody is there any more. */
  doubt(): void {
    if (this.#state !== State.open && this.#state !== State.draining) return
    this.#isDoubted = this.#ping()
  }

  /** The endpoint refused one of the streams under way: it gets no more than the others until they are all over. */
  noteRefusal(): void {
    this.#maxStreams = Math.max(1, Math.min(this.#maxStreams, this.#streams.size - 1))
  }

  /** A stream is about to be taken back. */
  noteCancelled(): void {
    if (++this.#cancelled >= maxCancelled) this.retire()
  }

  /** A stream is over. */
  leave(stream: Http2EndpointStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return
    this.#maxStreams = this.#allowedStreams
    if (this.#state === State.open && !this.#isPinging) this.#awaitRequest()
    // Nobody waits for the connection any more.
    else if (this.#state !== State.open) this.#close()
  }

  #awaitRequest(): void {
    const { deadlines } = this.#sessions
    const idleMs = this.endpoint.idleMsAfter(-1, this.#requests, deadlines.now - this.openedAt)
    if (idleMs <= 0) return this.retire()
    this.deadline = deadlines.after(this.#sessions.idle > 1 ? Math.min(surplusIdleMs, idleMs) : idleMs)
  }

  /** What became of a stream that closed without a whole response, and without a code that says so itself. */
  failureOfLost(id: number | undefined): AttemptFailure {
    if (id !== undefined && id > this.#lastProcessedId) return 'stream-refused'
    return 'reset-before-response'
  }

  // --- the connection ----------------------------------------------------------------------------------------------

  #onSecureConnect(tls: TlsTransport, socket: TLSSocket): void {
    if (this.#state !== State.connecting) return
    const refusal = tls.refusalOf(socket)
    if (refusal !== undefined) return this.#onDialFailure(refusal)
    tls.onSession(socket, session => {
      this.endpoint.tlsSession = session
    })
    this.#onConnect()
  }

  #onConnect(): void {
    if (this.#state !== State.connecting) return
    this.deadline = this.#sessions.deadlines.after(this.#timeouts.readMs)
    this.endpoint.health.noteConnected()
    this.#socket.setKeepAlive(true, keepAliveMs)
    this.#http2 = this.#beginHttp2()
  }

  /**
   * The endpoint's first frame, or a later one that changes what it said there. Nothing is asked for before the first: what is
   * more than the endpoint takes at a time would be refused.
   */
  #onSettings(maxConcurrentStreams: number | undefined): void {
    const allowed = Math.min(maxConcurrentStreams ?? maxStreams, maxStreams)
    this.#allowedStreams = allowed
    this.#maxStreams = allowed
    this.#sessions.usualMaxStreams = Math.max(1, allowed)
    if (this.#state !== State.connecting) return
    this.#state = this.#sessions.isRetired ? State.draining : State.open
    this.deadline = Infinity
    const waiting = [...this.#streams]
    // A GOAWAY may have come with it.
    if (allowed === 0 || this.#http2!.closed) return this.#refuse(waiting)
    const surplus = waiting.slice(allowed)
    for (const stream of surplus) this.#streams.delete(stream)
    for (const stream of waiting.slice(0, allowed)) stream.begin()
    this.#sessions.place(surplus)
  }

  /** The endpoint takes connections, but no requests for now. */
  #refuse(waiting: readonly Http2EndpointStream[]): void {
    this.#streams.clear()
    this.#close()
    for (const stream of waiting) stream.onDialFailure('stream-refused')
  }

  #beginHttp2(): ClientHttp2Session {
    const http2 = connectHttp2(anywhere, { ...sessionOptions, createConnection: () => this.#socket })
    http2.setLocalWindowSize(sessionWindowBytes)
    http2.on('remoteSettings', settings => this.#onSettings(settings.maxConcurrentStreams))
    http2.on('goaway', (_code, lastProcessedId) => {
      this.#lastProcessedId = lastProcessedId
      this.retire()
    })
    // Its streams tell what has become of them, once there are any.
    http2.on('error', error => this.#onDialFailure(this.#dialFailureOf(error)))
    http2.on('close', () => {
      this.#onDialFailure(this.#dialFailureOf(undefined))
      this.#close()
    })
    return http2
  }

  /** `true`: an answer is waited for. */
  #ping(): boolean {
    const { deadlines } = this.#sessions
    if (this.#isPinging) return true
    if (deadlines.now - this.#pingedAt < minPingIntervalMs || this.#http2?.destroyed !== false) return false
    this.#pingedAt = deadlines.now
    this.#isPinging = this.#http2.ping(error => this.#onPong(error))
    if (this.#isPinging) this.deadline = deadlines.after(pingTimeoutMs)
    return this.#isPinging
  }

  #onPong(error: Error | null): void {
    if (error !== null || this.#state === State.closed) return
    this.#isPinging = false
    this.#isDoubted = false
    this.#heardAt = this.#sessions.deadlines.now
    this.deadline = Infinity
    if (this.#streams.size === 0) this.#awaitRequest()
  }

  onDeadline(): void {
    if (this.#state === State.connecting)
      this.#onDialFailure(this.#http2 === undefined ? 'connect-timeout' : 'response-timeout')
    // Streams that were waiting for it find out themselves.
    else if (this.#isPinging) this.#close()
    else if (this.#streams.size === 0) this.retire()
  }

  /** Why there is no session; `error`: what the connection ended with, if anything. */
  #dialFailureOf(error: NodeJS.ErrnoException | undefined): AttemptFailure {
    if (this.#http2 === undefined) {
      if (error !== undefined) return connectFailureOf(error, this.#isTcpOpen)
      return this.#isTcpOpen ? 'tls-failed' : 'connect-failed'
    }
    if (error?.code?.startsWith('ERR_SSL')) return 'tls-alert'
    // The first frame must be SETTINGS: what sends something else speaks no HTTP/2.
    return this.#socket.bytesRead > 0 ? 'not-http2' : 'reset-before-response'
  }

  /** No connection came about: all requests that waited for it fail, which is one failure of the endpoint. */
  #onDialFailure(failure: AttemptFailure): void {
    if (this.#state !== State.connecting) return
    const { endpoint } = this
    const waiting = [...this.#streams]
    this.#streams.clear()
    this.#close()
    endpoint.noteFailure(failure, false, this.openedAt)
    for (const stream of waiting) stream.onDialFailure(failure)
  }

  /** Takes no new requests, and closes when those under way are over. */
  retire(): void {
    if (this.#state === State.connecting) return
    if (this.#state === State.open) this.#state = State.draining
    if (this.#streams.size === 0) this.#close()
  }

  #close(): void {
    if (this.#state === State.closed) return
    this.#state = State.closed
    if (this.#streams.size > 0) this.#sessions.noteLoss()
    this.deadline = Infinity
    this.#sessions.deadlines.delete(this)
    this.#sessions.forget(this)
    // Node would wait for the endpoint's end after a `close`, for ever if need be; what is to be sent is sent before.
    if (this.#http2 === undefined) this.#socket.destroy()
    else this.#http2.destroy()
  }
}

type RequestWithList = (
  fields: readonly string[],
  options: { readonly endStream: boolean; readonly waitForTrailers: boolean },
) => ClientHttp2Stream
