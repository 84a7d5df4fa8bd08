// What TLS handshakes are done by. Made anew from each routing table; a handshake under way keeps the one it began with.
import type { Socket } from 'node:net'
import type { SecureContext, SecureVersion } from 'node:tls'

/** A certificate chain and its key. */
export interface CertificatePair {
  readonly certPem: string
  readonly keyPem: string
}

/** How clients of some hosts are spoken to. */
export interface HandshakeProfile {
  /** Equal for profiles that do the same: what the server keeps for handshakes is kept under it. */
  readonly key: string
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
  /** OpenSSL's notation; `undefined`: Node's. */
  readonly ciphers: string | undefined
  readonly prefersServerCiphers: boolean
  /** Names of ALPN (RFC 7301), the preferred one first. */
  readonly protocols: readonly string[]
  /** Whether clients may resume a session, for so many seconds; 0: never. */
  readonly resumptionSeconds: number
  /** For clients that name no host. */
  readonly defaultPair: CertificatePair
  /** For clients that name one. Never throws. */
  readonly sniCallback: (
    servername: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ) => void
  /** The OCSP response to show for a certificate (in DER); `undefined` for none. Never throws. */
  readonly stapleFor: (certificate: Buffer) => Buffer | undefined
  /** Who signs the certificates that clients are asked for; `undefined`: they are not asked. */
  readonly clientTrust: ClientAuthorities | undefined
}

/** Authorities by which certificates of clients are verified. */
export interface ClientAuthorities {
  readonly key: string
  readonly caPem: string
  readonly crlPem: string | undefined
}

/** What becomes of a connection, by the host that its client asks for. */
export type HandshakeChoice =
  | { readonly kind: 'handshake'; readonly profile: HandshakeProfile }
  /** Its bytes go through as they are, the ClientHello first. */
  | { readonly kind: 'tunnel'; open(socket: Socket): void }
  /** No such host: the handshake is refused. */
  | { readonly kind: 'refuse' }

/** Everything an HTTPS listener has to know. */
export interface HandshakePlan {
  readonly everyday: HandshakeProfile
  /** Another number than before when a certificate was replaced: no session that began until then is resumed. */
  readonly replacements: number
  /** Set when not all hosts get the everyday profile: every ClientHello is read before its handshake begins. */
  readonly choose: ((serverName: string | undefined) => HandshakeChoice) | undefined
}
