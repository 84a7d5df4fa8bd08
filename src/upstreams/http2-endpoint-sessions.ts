// Hot path: runs for every request to a backend that is spoken to in HTTP/2.
// The HTTP/2 connections to one endpoint: which of them takes a request, and when another is opened.
import type { Deadlines } from '../sockets/deadlines.ts'
import type { DialLimit } from './dial-limit.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { AttemptTimeouts, EndpointHandler } from './endpoint-stream.ts'
import { Http2EndpointSession, maxStreams } from './http2-endpoint-session.ts'
import type { Http2EndpointStream } from './http2-endpoint-stream.ts'
import type { TlsTransport } from './tls-transport.ts'

/** The sessions of one endpoint, open or being opened. */
export class Http2EndpointSessions {
  readonly endpoint: EndpointState
  readonly deadlines: Deadlines
  readonly tls: TlsTransport | undefined
  readonly #dials: DialLimit
  /** The oldest first: it takes requests while it has room, so that the surplus of a burst falls idle and ages away. */
  readonly #sessions = new Set<Http2EndpointSession>()
  /** As many streams as the endpoint took at a time when it last said so: new sessions are expected to take as many. */
  usualMaxStreams = maxStreams
  /** New sessions serve only those who wait for them. */
  isRetired = false
  #lostAt = -Infinity

  /** Without `tls` connections are plain. */
  constructor(
    endpoint: EndpointState,
    tls: TlsTransport | undefined,
    deadlines: Deadlines,
    dials: DialLimit,
  ) {
    this.endpoint = endpoint
    this.tls = tls
    this.deadlines = deadlines
    this.#dials = dials
  }

  get idle(): number {
    let count = 0
    for (const session of this.#sessions) if (session.isIdle) count++
    return count
  }

  get busy(): number {
    return this.#sessions.size - this.idle
  }

  /** A stream of an open session with room, or `undefined`. */
  take(handler: EndpointHandler, timeouts: AttemptTimeouts): Http2EndpointStream | undefined {
    return this.#openSession()?.take(handler, timeouts)
  }

  /**
   * A stream of a session that is being opened, or of one that has room all the same where an attempt over another has failed; the
   * handler hears when it can be used.
   */
  connect(handler: EndpointHandler, timeouts: AttemptTimeouts): Http2EndpointStream {
    for (const session of this.#sessions) {
      if (!session.hasRoom) continue
      if (session.isConnecting) return session.take(handler, timeouts)
      if (session.isOpen && session.openedAt > this.#lostAt) return beginSoon(session.take(handler, timeouts))
    }
    return this.#dial(timeouts).take(handler, timeouts)
  }

  /** Finds room for streams that a session turned out to have none for. */
  place(streams: readonly Http2EndpointStream[]): void {
    for (const stream of streams) {
      const session = this.#openSession() ?? this.#connectingSession()
      if (session !== undefined) session.adopt(stream)
      else if (this.#dials.isReached) stream.onDialFailure('local-limit')
      else this.#dial(stream.timeouts).adopt(stream)
    }
  }

  #openSession(): Http2EndpointSession | undefined {
    for (const session of this.#sessions) if (session.isOpen && session.hasRoom) return session
    return undefined
  }

  #connectingSession(): Http2EndpointSession | undefined {
    for (const session of this.#sessions) if (session.isConnecting && session.hasRoom) return session
    return undefined
  }

  #dial(timeouts: AttemptTimeouts): Http2EndpointSession {
    this.#dials.open++
    const session = new Http2EndpointSession(this, timeouts)
    this.#sessions.add(session)
    return session
  }

  /** A session was lost with requests on it: those as old may be no better. */
  noteLoss(): void {
    this.#lostAt = this.deadlines.now
  }

  /** A session has closed. */
  forget(session: Http2EndpointSession): void {
    if (this.#sessions.delete(session)) this.#dials.open--
  }

  /** Sessions get no new requests, and close when those under way are over. */
  retire(): void {
    this.isRetired = true
    for (const session of [...this.#sessions]) session.retire()
  }

  /** Closes what serves nobody. */
  closeIdle(): void {
    for (const session of [...this.#sessions]) if (session.isIdle) session.retire()
  }
}

function beginSoon(stream: Http2EndpointStream): Http2EndpointStream {
  setImmediate(() => stream.begin())
  return stream
}
