// The two public listeners: plain HTTP, and HTTPS by server name. They accept and hand over; connections do the rest.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ConnectionFacts } from '../http/client-stream.ts'
import type { TlsFacts } from '../http/tls-facts.ts'
import { type ClientHelloReading, readClientHello } from './client-hello.ts'
import { ClientReads, Memory } from './client-reads.ts'
import type { HandshakeChoice, HandshakePlan } from './handshake-plan.ts'
import { Handshakes } from './handshakes.ts'
import { Http1Connection } from './http1-connection.ts'
import { Http2Connection } from './http2-connection.ts'
import type { ListenerContext } from './listener-context.ts'
import { type PrefaceReading, readPreface } from './preface.ts'
import { type ProxiedSource, readProxyHeader } from './proxy-protocol.ts'

/** A bound listener. */
export interface Listener {
  /** `host:port` with the port really bound; IPv6 in brackets. */
  readonly address: string
  readonly port: number
  /** Stops accepting; open connections are not touched. */
  close(): void
}

/** An HTTPS listener, whose handshakes can be made to follow another plan. */
export interface HttpsListener extends Listener {
  setPlan(plan: HandshakePlan): void
}

/** Half-open: a client that has sent its FIN is dealt with by the connection, not by the socket. */
const socketOptions = { allowHalfOpen: true, noDelay: true }
/** Time for a ClientHello, as for a whole handshake. */
const clientHelloTimeoutMs = 10_000

/** Listens for plain HTTP. Rejects with the system's error (`EADDRINUSE`, `EACCES`). */
export async function createHttpListener(
  bind: string,
  port: number,
  context: ListenerContext,
): Promise<Listener> {
  const server = createServer({ ...socketOptions, pauseOnConnect: true }, accepted => {
    if (context.proxyProtocol !== undefined) {
      if (context.limit.admit(accepted))
        readSource(accepted, context, source => accept(accepted, context, source, undefined))
      return
    }
    const reads = new ClientReads(accepted)
    if (context.limit.admit(reads.socket)) accept(reads.socket, context, undefined, undefined, reads)
  })
  return listen(server, bind, port, context)
}

/** Listens for HTTPS. Rejects as `createHttpListener` does. */
export async function createHttpsListener(
  bind: string,
  port: number,
  context: ListenerContext,
  plan: HandshakePlan,
): Promise<HttpsListener> {
  const sources = new ProxiedSources()
  const handshakes = new Handshakes(plan, socketOptions, (socket, tls) =>
    accept(socket, context, sources.take(socket), tls),
  )
  const begin = (socket: Socket, source: ProxiedSource | undefined) => {
    sources.keep(socket, source)
    const { choose, everyday } = handshakes.plan
    if (choose === undefined) handshakes.begin(socket, everyday)
    else readHello(socket, context, choose, handshakes)
  }
  // Sockets are counted before their handshake: a server of its own accepts, and TLS servers never listen.
  const server = createServer(socketOptions, socket => {
    if (!context.limit.admit(socket)) return
    if (context.proxyProtocol === undefined) begin(socket, undefined)
    else readSource(socket, context, source => begin(socket, source))
  })
  const listener = await listen(server, bind, port, context)
  return { ...listener, setPlan: next => handshakes.setPlan(next) }
}

/** Reads the PROXY header that every connection has to begin with. */
function readSource(
  socket: Socket,
  context: ListenerContext,
  done: (source: ProxiedSource | undefined) => void,
): void {
  const { timeoutMs, believes } = context.proxyProtocol!
  const peer = plainAddress(socket.remoteAddress ?? '')
  readPreface(socket, context, timeoutMs, readHeader, source => done(believes(peer) ? source : undefined))
}

function readHeader(bytes: Buffer): PrefaceReading<ProxiedSource | undefined> {
  const reading = readProxyHeader(bytes)
  return reading.kind === 'header' ? { kind: 'read', value: reading.source, size: reading.size } : reading
}

/** Reads the ClientHello and does what the plan says for the host it names. */
function readHello(
  socket: Socket,
  context: ListenerContext,
  choose: NonNullable<HandshakePlan['choose']>,
  handshakes: Handshakes,
): void {
  readPreface(socket, context, clientHelloTimeoutMs, readServerName, serverName => {
    const choice: HandshakeChoice = choose(serverName)
    if (choice.kind === 'handshake') handshakes.begin(socket, choice.profile)
    else if (choice.kind === 'refuse') refuse(socket)
    else choice.open(socket)
  })
}

/** Nobody listens to this socket any more: a reset must not be an error that nobody takes, nor a client hold it open. */
function refuse(socket: Socket): void {
  socket.on('error', () => {})
  socket.end(unrecognizedName, () => socket.destroy())
}

/** A fatal alert (RFC 8446 §6): nobody of that name is here. */
const unrecognizedName = Buffer.from([21, 3, 3, 0, 2, 2, 112])

/** All bytes are put back. What is no ClientHello names no host, and OpenSSL has an alert for it. */
function readServerName(bytes: Buffer): PrefaceReading<string | undefined> {
  const reading: ClientHelloReading = readClientHello(bytes)
  if (reading.kind === 'incomplete') return reading
  return { kind: 'read', value: reading.kind === 'hello' ? reading.serverName : undefined, size: 0 }
}

/** What PROXY headers said of connections whose handshake is under way: Node makes another socket of a secure connection. */
class ProxiedSources {
  readonly #sources = new Map<string, ProxiedSource>()

  keep(socket: Socket, source: ProxiedSource | undefined): void {
    if (source === undefined) return
    const key = keyOf(socket)
    this.#sources.set(key, source)
    socket.once('close', () => {
      if (this.#sources.get(key) === source) this.#sources.delete(key)
    })
  }

  take(socket: TLSSocket): ProxiedSource | undefined {
    if (this.#sources.size === 0) return undefined
    const key = keyOf(socket)
    const source = this.#sources.get(key)
    this.#sources.delete(key)
    return source
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/**
 * `source`: what a PROXY header says of the client. `reads`: where the bytes of a plain connection come from; those of others
 * are brought by their socket.
 */
function accept(
  socket: Socket,
  context: ListenerContext,
  source: ProxiedSource | undefined,
  tls: TlsFacts | undefined,
  reads?: ClientReads,
): void {
  const { remoteAddress, localPort } = socket
  // The client was gone before it was accepted, or its handshake ended when no new requests are taken any more.
  if (remoteAddress === undefined || localPort === undefined || context.draining) {
    socket.destroy()
    return
  }
  const facts = factsOf(plainAddress(remoteAddress), localPort, source, tls)
  if (tls !== undefined && (socket as TLSSocket).alpnProtocol === 'h2') {
    new Http2Connection(socket, facts, context)
    return
  }
  const connection = new Http1Connection(socket, facts, context)
  if (reads !== undefined) return reads.start(connection)
  socket.on('data', bytes => connection.onBytes(bytes as Buffer, bytes.length, Memory.own))
  socket.resume()
}

function factsOf(
  peerAddress: string,
  localPort: number,
  source: ProxiedSource | undefined,
  tls: TlsFacts | undefined,
): ConnectionFacts {
  const isSecure = tls !== undefined
  if (source === undefined)
    return { clientAddress: peerAddress, peerAddress, secure: isSecure, localPort, isProxied: false, tls }
  const { clientAddress, serverPort } = source
  // A load balancer that ends TLS itself sends on what came to its port 443 (ingress-nginx).
  return {
    clientAddress,
    peerAddress,
    secure: isSecure || serverPort === 443,
    localPort: serverPort,
    isProxied: true,
    tls,
  }
}

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

function listen(server: Server, bind: string, port: number, context: ListenerContext): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: bind, port, backlog: 4096 }, () => {
      server.removeListener('error', reject)
      // After this point an error is one refused accept (EMFILE): the listener goes on.
      server.on('error', error => context.onProblem(`${bind}:${port}: ${error.message}`))
      const { port: bound } = server.address() as AddressInfo
      const host = bind.includes(':') ? `[${bind}]` : bind
      resolve({ address: `${host}:${bound}`, port: bound, close: () => server.close() })
    })
  })
}
