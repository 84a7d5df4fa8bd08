// The two public listeners: plain HTTP, and HTTPS by server name. They accept and hand over; connections do the rest.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type SecureContext } from 'node:tls'
import { ClientReads, Memory } from './client-reads.ts'
import { Http1Connection } from './http1-connection.ts'
import type { ListenerContext } from './listener-context.ts'

/** A bound listener. */
export interface Listener {
  /** `host:port` with the port really bound; IPv6 in brackets. */
  readonly address: string
  readonly port: number
  /** Stops accepting; open connections are not touched. */
  close(): void
}

/** Certificates for handshakes. */
export interface ServerCertificates {
  /** For clients that name a host. Never throws. */
  readonly sniCallback: (
    servername: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ) => void
  /** For clients that name none. */
  readonly defaultPair: { readonly certPem: string; readonly keyPem: string }
}

/** An HTTPS listener, whose certificate for clients without SNI can be replaced. */
export interface HttpsListener extends Listener {
  setDefaultPair(pair: ServerCertificates['defaultPair']): void
}

/** Half-open: a client that has sent its FIN is dealt with by the connection, not by the socket. */
const socketOptions = { allowHalfOpen: true, noDelay: true }
const handshakeTimeoutMs = 10_000

/** Listens for plain HTTP. Rejects with the system's error (`EADDRINUSE`, `EACCES`). */
export async function createHttpListener(
  bind: string,
  port: number,
  context: ListenerContext,
): Promise<Listener> {
  const server = createServer({ ...socketOptions, pauseOnConnect: true }, accepted => {
    const reads = new ClientReads(accepted)
    if (context.limit.admit(reads.socket)) accept(reads.socket, false, context, reads)
  })
  return listen(server, bind, port, context)
}

/** Listens for HTTPS. Rejects as `createHttpListener` does. */
export async function createHttpsListener(
  bind: string,
  port: number,
  context: ListenerContext,
  certificates: ServerCertificates,
): Promise<HttpsListener> {
  const { certPem, keyPem } = certificates.defaultPair
  const handshakes = createTlsServer(
    {
      ...socketOptions,
      cert: certPem,
      key: keyPem,
      SNICallback: certificates.sniCallback,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeTimeoutMs,
    },
    socket => accept(socket, true, context),
  )
  // A failed handshake is the client's problem; without a listener Node would close it all the same.
  handshakes.on('tlsClientError', () => {})
  // Sockets are counted before their handshake: a server of its own accepts, and the TLS server never listens.
  const server = createServer(socketOptions, socket => {
    if (context.limit.admit(socket)) handshakes.emit('connection', socket)
  })
  const listener = await listen(server, bind, port, context)
  let current = certificates.defaultPair
  return {
    ...listener,
    setDefaultPair(pair) {
      // Asked after every reload, and nearly always for the same: a new context would throw away all TLS sessions.
      if (pair.certPem === current.certPem && pair.keyPem === current.keyPem) return
      current = pair
      handshakes.setSecureContext({ cert: pair.certPem, key: pair.keyPem })
    },
  }
}

/** `reads`: where the bytes of a plain connection come from; those of a secure one are decrypted by its socket. */
function accept(socket: Socket, secure: boolean, context: ListenerContext, reads?: ClientReads): void {
  const { remoteAddress, localPort } = socket
  // The client was gone before it was accepted, or its handshake ended when no new requests are taken any more.
  if (remoteAddress === undefined || localPort === undefined || context.draining) {
    socket.destroy()
    return
  }
  const clientAddress = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress
  const connection = new Http1Connection(socket, { clientAddress, secure, localPort }, context)
  if (reads === undefined)
    socket.on('data', bytes => connection.onBytes(bytes as Buffer, bytes.length, Memory.own))
  else reads.start(connection)
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
