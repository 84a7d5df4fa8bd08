// Which certificate a TLS handshake gets, by the name the client asks for. Follows the live table; never limits what a
// connection may then request (the Host header decides that), and a handshake never fails because of what lies here.
import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { CertificateTable } from '../routing/table.ts'
import { BoundedCache } from './bounded-cache.ts'
import { findCertificate } from './find-certificate.ts'
import type { LocalCa } from './local-ca.ts'
import type { CertifiedKey } from './sign.ts'

/** Gives TLS listeners the certificate for a name, from the table applied last. Nothing has to be closed. */
export interface CertificateStore {
  /** Makes `table` the one that new handshakes see. */
  apply(table: CertificateTable): void
  /**
   * The pair for a server name: exact, then wildcard (one label), then the default, then a leaf of the local CA. Without
   * a name: the default, or a leaf for `localhost`; give that one to the TLS server itself, which asks `sniCallback` only
   * when the client names a host.
   */
  pairFor(servername: string | undefined): Promise<CertifiedKey>
  /** As `pairFor`, ready for a handshake; the same context as long as the certificate stays the same. */
  contextFor(servername: string | undefined): Promise<SecureContext>
  /** For `tls.createServer({ SNICallback })`. */
  readonly sniCallback: (
    servername: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ) => void
}

const contextCapacity = 1_000
const emptyTable: CertificateTable = { exact: new Map(), wildcard: new Map(), default: undefined }

/** A store that serves leaves of `ca` until a table is applied. */
export function createCertificateStore(ca: LocalCa): CertificateStore {
  let live = emptyTable
  const contexts = new BoundedCache<SecureContext>(contextCapacity)

  async function pairFor(servername: string | undefined): Promise<CertifiedKey> {
    const name = canonicalName(servername)
    const certificate = findCertificate(live, name)
    return certificate?.kind === 'secret' ? certificate : leafFor(name)
  }

  /** A name that no certificate may carry gets the leaf of `localhost`: a handshake must not fail for its name. */
  async function leafFor(name: string): Promise<CertifiedKey> {
    const leaf = (await ca.leafFor(name)) ?? (await ca.leafFor('localhost'))
    if (leaf === undefined) throw new Error('the local CA refused localhost')
    return leaf
  }

  async function contextFor(servername: string | undefined): Promise<SecureContext> {
    const pair = await pairFor(servername)
    try {
      return contextOf(pair)
    } catch {
      // OpenSSL may refuse a pair that parses (a key too short for its security level); a leaf always works.
      return contextOf(await leafFor(canonicalName(servername)))
    }
  }

  /** Keyed by content, so that a reload that leaves a Secret alone leaves its context (and its sessions) alone. */
  function contextOf(pair: CertifiedKey): SecureContext {
    const key = createHash('sha256').update(pair.certPem).update(pair.keyPem).digest('base64')
    const known = contexts.get(key)
    if (known !== undefined) return known
    const context = createSecureContext({ cert: pair.certPem, key: pair.keyPem })
    contexts.set(key, context)
    return context
  }

  return {
    apply(table) {
      live = table
    },
    pairFor,
    contextFor,
    sniCallback(servername, done) {
      contextFor(servername).then(
        context => done(null, context),
        error => done(error instanceof Error ? error : new Error(String(error))),
      )
    },
  }
}

function canonicalName(servername: string | undefined): string {
  return (servername || 'localhost').toLowerCase().replace(/\.$/, '')
}
