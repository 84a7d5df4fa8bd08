// What a TLS handshake showed of a client.

/** One finished handshake. */
export interface TlsFacts {
  /** The host the client asked for (SNI): lower case, no trailing dot; `undefined` when it named none. */
  readonly serverName: string | undefined
  /** Key of the trust that the client's certificate was verified by; empty when none was asked for. */
  readonly clientTrust: string
  readonly certificate: ClientCertificate | undefined
}

/** The certificate a client showed. Names are printed as RFC 2253 does, in ASCII. */
export interface ClientCertificate {
  readonly subject: string
  readonly issuer: string
  /** The CN attributes of the subject. */
  readonly commonNames: readonly string[]
  /** OpenSSL's code for why it is not trusted (`CERT_HAS_EXPIRED`); `undefined`: it is. */
  readonly problem: string | undefined
  /** How many authorities stand between the certificate and the root that is trusted. */
  readonly intermediates: number
  readonly pem: string
}
