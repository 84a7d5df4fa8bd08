// Which certificate a TLS handshake gets, by the name the client asks for. Follows the live table; never limits what a
// connection may then request (the Host header decides that), and a handshake never fails because of what lies here.
import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import type { CertificateTable, Staple } from '../routing/table.ts'
import { BoundedCache } from './bounded-cache.ts'
import { findCertificate } from './find-certificate.ts'
import type { LocalCa } from './local-ca.ts'
import { replacesCertificates } from './replaces-certificates.ts'
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
  /** As `pairFor`, ready for a handshake; the same context as long as certificate and `kind` stay the same. */
  contextFor(servername: string | undefined, kind?: ContextKind): Promise<SecureContext>
  /** Counts up when a name that the table held has another certificate than before. */
  readonly replacements: number
  /** The OCSP response to be stapled to a certificate (in DER), while it is good. */
  stapleFor(certificate: Buffer): Buffer | undefined
  /** For `tls.createServer({ SNICallback })`. */
  sniCallback(kind?: ContextKind): SniCallback
}

/** Called back with the context for a server name. */
export type SniCallback = (
  servername: string,
  done: (error: Error | null, context?: SecureContext) => void,
) => void

/** What contexts hold besides a certificate. */
export interface ContextKind {
  /** Equal for equal options. */
  readonly key: string
  readonly options: Pick<SecureContextOptions, 'ciphers' | 'minVersion' | 'maxVersion' | 'ca' | 'crl'>
}

const plainKind: ContextKind = { key: '', options: {} }

const contextCapacity = 1_000
/**
 * A context in use is not pushed out by another: V8 does not see what OpenSSL allocates for one, and collects late what was
 * held for a while. With 2,000 names in turn memory grew to five times of what it is when those beyond are made for their
 * handshake alone.
 */
const contextRestMs = 10 * 60_000
const emptyTable: CertificateTable = { exact: new Map(), wildcard: new Map(), default: undefined }

/** A store that serves leaves of `ca` until a table is applied. */
export function createCertificateStore(ca: LocalCa): CertificateStore {
  let live = emptyTable
  let replacements = 0
  let staples: ReadonlyMap<string, Staple> = new Map()
  const contexts = new BoundedCache<SecureContext>(contextCapacity, contextRestMs)
  const contents = new WeakMap<CertifiedKey, string>()

  async function pairFor(servername: string | undefined): Promise<CertifiedKey> {
    const name = canonicalName(servername)
    // Who names no host means none of the table's, `localhost` neither.
    const certificate = servername ? findCertificate(live, name) : live.default
    return certificate?.kind === 'secret' ? certificate : leafFor(name)
  }

  /** A name that no certificate may carry gets the leaf of `localhost`: a handshake must not fail for its name. */
  async function leafFor(name: string): Promise<CertifiedKey> {
    const leaf = (await ca.leafFor(name)) ?? (await ca.leafFor('localhost'))
    if (leaf === undefined) throw new Error('the local CA refused localhost')
    return leaf
  }

  async function contextFor(servername: string | undefined, kind = plainKind): Promise<SecureContext> {
    const pair = await pairFor(servername)
    try {
      return contextOf(pair, kind)
    } catch {
      // OpenSSL may refuse a pair that parses (a key too short for its security level); a leaf always works.
      return contextOf(await leafFor(canonicalName(servername)), kind)
    }
  }

  /** Keyed by content, so that a reload that leaves a Secret alone leaves its context (and its sessions) alone. */
  function contextOf(pair: CertifiedKey, kind: ContextKind): SecureContext {
    const key = contentOf(pair) + kind.key
    const known = contexts.get(key)
    if (known !== undefined) return known
    const context = createSecureContext({ ...kind.options, cert: pair.certPem, key: pair.keyPem })
    contexts.set(key, context)
    return context
  }

  /** Pairs live as long as their Secret object or leaf: most handshakes find the digest done. */
  function contentOf(pair: CertifiedKey): string {
    const known = contents.get(pair)
    if (known !== undefined) return known
    const content = createHash('sha256').update(pair.certPem).update(pair.keyPem).digest('base64')
    contents.set(pair, content)
    return content
  }

  return {
    apply(table) {
      if (replacesCertificates(live, table)) replacements++
      staples = collectStaples(table)
      live = table
    },
    get replacements() {
      return replacements
    },
    pairFor,
    contextFor,
    stapleFor(certificate) {
      if (staples.size === 0) return undefined
      const staple = staples.get(createHash('sha256').update(certificate).digest('hex'))
      const nowMs = Date.now()
      if (staple === undefined || nowMs < staple.notBeforeMs || nowMs >= staple.notAfterMs) return undefined
      return Buffer.from(staple.response)
    },
    sniCallback: kind => (servername, done) => {
      contextFor(servername, kind).then(
        context => done(null, context),
        error => done(error instanceof Error ? error : new Error(String(error))),
      )
    },
  }
}

/** By the fingerprint of their certificates. */
function collectStaples({ exact, wildcard, default: fallback }: CertificateTable): Map<string, Staple> {
  const staples = new Map<string, Staple>()
  for (const certificates of [exact.values(), wildcard.values(), [fallback]]) {
    for (const certificate of certificates) {
      if (certificate?.kind !== 'secret' || certificate.staple === undefined) continue
      staples.set(certificate.staple.fingerprint, certificate.staple)
    }
  }
  return staples
}

function canonicalName(servername: string | undefined): string {
  return (servername || 'localhost').toLowerCase().replace(/\.$/, '')
}
