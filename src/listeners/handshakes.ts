// TLS handshakes, one Node TLS server for each profile: whether a client is asked for a certificate, which versions are
// spoken and whether sessions are resumed can not be changed any more once a handshake has begun. The servers never listen.
import { constants, createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { TlsFacts } from '../http/tls-facts.ts'
import type { HandshakePlan, HandshakeProfile } from './handshake-plan.ts'
import { readTlsFacts, type TlsFactsReader } from './read-tls-facts.ts'
import { TicketKeys } from './ticket-keys.ts'

const defaultHandshakeTimeoutMs = 10_000

/** Called with each finished handshake. */
export type OnSecure = (socket: TLSSocket, tls: TlsFacts) => void

/** The handshakes of a listener. */
export class Handshakes {
  plan: HandshakePlan
  readonly #onSecure: OnSecure
  readonly #socketOptions: object
  readonly #timeoutMs: number
  readonly #ticketKeys: TicketKeys
  /** By the key of their profile. */
  #servers = new Map<string, Server>()

  /** `timeoutMs`: how long a handshake may take; `now`: milliseconds on any clock that goes on evenly. */
  constructor(
    plan: HandshakePlan,
    socketOptions: object,
    onSecure: OnSecure,
    timeoutMs: number = defaultHandshakeTimeoutMs,
    now: () => number = () => performance.now(),
  ) {
    this.plan = plan
    this.#socketOptions = socketOptions
    this.#onSecure = onSecure
    this.#timeoutMs = timeoutMs
    this.#ticketKeys = new TicketKeys(now)
  }

  /** What new handshakes follow. Servers that are not needed any more are let go where that is certain, or once there are many. */
  setPlan(plan: HandshakePlan): void {
    const everyday = this.#servers.get(plan.everyday.key)
    // Those of other profiles are made again when they are needed: there are as many as hosts with settings of their own.
    if (plan.choose === undefined)
      this.#servers = new Map(everyday === undefined ? [] : [[plan.everyday.key, everyday]])
    else if (this.#servers.size > maxServers) this.#servers.clear()
    // A resumed session shows no certificate: the client goes on to believe in the one it saw when it began.
    if (plan.replacements !== this.plan.replacements) {
      this.#ticketKeys.renew()
      this.#handOutTicketKey()
    }
    this.plan = plan
  }

  #handOutTicketKey(): void {
    for (const server of this.#servers.values()) server.setTicketKeys(this.#ticketKeys.current)
  }

  /** Begins a handshake on a connection of which nothing was read, or what was read was put back. */
  begin(socket: Socket, profile: HandshakeProfile): void {
    if (this.#ticketKeys.renewIfDue()) this.#handOutTicketKey()
    let server = this.#servers.get(profile.key)
    if (server === undefined) {
      server = this.#createServer(profile)
      this.#servers.set(profile.key, server)
    }
    // A client that closes before its handshake is done has left: nothing is owed to it, and it would be held until the timeout.
    socket.allowHalfOpen = false
    server.emit('connection', socket)
  }

  #createServer(profile: HandshakeProfile): Server {
    const { clientTrust, resumptionSeconds } = profile
    // A resumed session keeps what was found out about a certificate long ago, perhaps for another host: whoever shows one
    // shows it every time.
    const resumes = clientTrust === undefined && resumptionSeconds > 0
    const server = createServer({
      ...this.#socketOptions,
      cert: profile.defaultPair.certPem,
      key: profile.defaultPair.keyPem,
      SNICallback: profile.sniCallback,
      ALPNProtocols: [...profile.protocols],
      minVersion: profile.minVersion,
      maxVersion: profile.maxVersion,
      ciphers: profile.ciphers,
      honorCipherOrder: profile.prefersServerCiphers,
      // A second handshake on a connection costs its client little and us much; what the first found out holds.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (resumes ? 0 : constants.SSL_OP_NO_TICKET),
      sessionTimeout: resumes ? resumptionSeconds : undefined,
      ticketKeys: this.#ticketKeys.current,
      // Sessions are resumed only under the settings they began with: a host's ciphers hold for those too.
      sessionIdContext: createHash('sha256').update(profile.key).digest('hex').slice(0, maxSessionIdContext),
      handshakeTimeout: this.#timeoutMs,
      ca: clientTrust?.caPem,
      crl: clientTrust?.crlPem,
      requestCert: clientTrust !== undefined,
      // What is missing or wrong is told in a response, which people can read.
      rejectUnauthorized: false,
    })
    const reader: TlsFactsReader = readTlsFacts(clientTrust)
    server.on('secureConnection', socket => {
      socket.allowHalfOpen = true
      this.#onSecure(socket, reader(socket))
    })
    // Asked only for clients that ask for one (`status_request`).
    server.on('OCSPRequest', (certificate, _, done) => done(null, profile.stapleFor(certificate)!))
    // A failed handshake is the client's problem. Of one that takes too long Node only tells: the socket would stay open.
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    return server
  }
}

/** OpenSSL's limit. */
const maxSessionIdContext = 32

/** More profiles than manifests usually have; beyond, those of hosts that are gone may be among them. */
const maxServers = 256
