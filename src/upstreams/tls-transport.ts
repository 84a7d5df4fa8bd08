// TLS to backends: which certificates are shown and asked for, and whether a backend's is good enough. One transport serves
// all endpoints that are spoken to in the same way. Opens sockets; what goes over them is not its business.
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { BackendProtocol, BackendTlsSettings } from '../policies/backends/backend-tls.ts'
import type { TlsVersionRange } from '../policies/values/tls-values.ts'
import type { AttemptFailure } from './attempt-failure.ts'

/** A Service port, for the names its certificates are expected to have. */
export interface NamedService {
  readonly namespace: string
  readonly service: string
}

/** The settings of a backend whose protocol is settled. */
export type TransportSettings = BackendTlsSettings & { readonly protocol: BackendProtocol }

/** How connections to some endpoints are made. */
export class TlsTransport {
  /** Equal for transports that make the same connections; tells no secrets. */
  readonly key: string
  /** Whether clients that come without TLS are passed on without it too. */
  readonly isAuto: boolean
  readonly #settings: TransportSettings
  readonly #serviceNames: readonly string[]
  #context: SecureContext | undefined

  constructor(settings: TransportSettings, { namespace, service }: NamedService) {
    this.#settings = settings
    this.isAuto = settings.protocol === 'auto'
    const inCluster = `${service}.${namespace}.svc`
    this.#serviceNames = [inCluster, `${inCluster}.cluster.local`]
    const namesMatter = settings.name === undefined && (settings.verifies || settings.sendsServerName)
    const content = JSON.stringify([settings, namesMatter ? inCluster : ''])
    this.key = createHash('sha256').update(content).digest('base64url').slice(0, 16)
  }

  /** Begins to connect. `session` is one that an earlier connection to the same endpoint left. */
  connect(address: string, port: number, session: Buffer | undefined): TLSSocket {
    const { protocol, sendsServerName } = this.#settings
    // Made when it is first needed: certificates take a millisecond to read.
    this.#context ??= this.#createContext()
    const socket = connect({
      host: address,
      port,
      secureContext: this.#context,
      // Empty: none is sent. Addresses have no place there (RFC 6066 §3).
      servername: sendsServerName ? this.#serverName(address) : '',
      ...(session !== undefined && { session }),
      // Who does not answer the offer may speak HTTP/2 all the same; its first bytes tell (as nginx has it).
      ...(protocol === 'grpcs' && { ALPNProtocols: ['h2'] }),
      // What is wrong with a certificate is looked at afterwards, and told apart from a handshake that failed.
      rejectUnauthorized: false,
      checkServerIdentity: (_name, certificate) => this.#problemOfName(address, certificate),
    })
    return socket.setNoDelay(true)
  }

  /** Why a connection that was opened may not be used; `undefined`: it may. */
  refusalOf(socket: TLSSocket): AttemptFailure | undefined {
    if (!this.#settings.verifies) return undefined
    const { authorizationError } = socket
    if (!socket.authorized)
      return isNameProblem(authorizationError) ? 'certificate-mismatch' : 'certificate-untrusted'
    // A session that is taken up again was verified when it began.
    if (socket.isSessionReused()) return undefined
    const between = countIntermediates(socket.getPeerCertificate(true))
    return between > Math.max(1, this.#settings.verifyDepth) ? 'certificate-untrusted' : undefined
  }

  /** Hands over what the next handshake with the same endpoint can begin with; only of a connection that was not refused. */
  onSession(socket: TLSSocket, keep: (session: Buffer) => void): void {
    // Since TLS 1.3 sessions come behind the handshake; before, they are there at its end.
    const session = socket.getProtocol() === 'TLSv1.3' ? undefined : socket.getSession()
    if (session !== undefined) keep(session)
    socket.on('session', keep)
  }

  #createContext(): SecureContext {
    const { secret, ciphers, versions } = this.#settings
    const { min, max } = versions ?? defaultVersions(secret?.caPem !== undefined)
    return createSecureContext({
      minVersion: min,
      maxVersion: max,
      ...(ciphers !== undefined && { ciphers }),
      ...(secret?.pair !== undefined && { cert: secret.pair.certPem, key: secret.pair.keyPem }),
      ...(secret?.caPem !== undefined && { ca: secret.caPem }),
    })
  }

  #serverName(address: string): string {
    const name = this.#settings.name ?? (isIP(address) === 0 ? address : this.#serviceNames[0]!)
    return isIP(name) === 0 ? name : ''
  }

  #problemOfName(address: string, certificate: PeerCertificate): Error | undefined {
    const { name } = this.#settings
    const names = name === undefined ? [address, ...this.#serviceNames] : [name]
    const problems = names.map(name => checkServerIdentity(name, certificate))
    return problems.includes(undefined) ? undefined : problems[0]
  }
}

/** nginx's own range, and the one that ingress-nginx writes where there is a ca.crt. */
function defaultVersions(hasAuthority: boolean): TlsVersionRange {
  return { min: 'TLSv1.2', max: hasAuthority ? 'TLSv1.2' : 'TLSv1.3' }
}

/** Node's types call it an Error; it is the code of one. */
function isNameProblem(problem: unknown): boolean {
  const code = problem instanceof Error ? (problem as NodeJS.ErrnoException).code : problem
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID'
}

/** Certificates between the backend's own and the last of its chain, which refers to itself. */
function countIntermediates(leaf: DetailedPeerCertificate): number {
  let count = 0
  for (
    let next = leaf.issuerCertificate;
    next !== undefined && next !== next.issuerCertificate;
    next = next.issuerCertificate
  )
    count++
  return leaf === leaf.issuerCertificate ? 0 : count
}
