// The local certificate authority: a certificate for any host name, made when it is first asked for. Its key never
// leaves its directory; leaves live in memory only.
import { X509Certificate } from 'node:crypto'
import { authorityCertificateFile, readOrMakeAuthority } from './authority-files.ts'
import { BoundedCache } from './bounded-cache.ts'
import { type CertificateName, readCertificateName } from './certificate-name.ts'
import type { CertifiedKey } from './sign.ts'

/** An opened authority. Nothing has to be closed. */
export interface LocalCa {
  /** The PEM file with the authority's certificate, for `curl --cacert`. */
  readonly certificateFile: string
  readonly certPem: string
  /**
   * A certificate for one host name or IP address. The same one each time until it is about to expire or the 1,000 names
   * asked for since pushed it out. `undefined` for a name that no certificate may carry. Never rejects for a name.
   */
  leafFor(host: string): Promise<CertifiedKey | undefined>
  /** A new certificate for all of `names`; nothing is kept. */
  sign(names: readonly CertificateName[]): Promise<CertifiedKey>
}

interface CachedLeaf {
  readonly pair: CertifiedKey
  readonly renewAtMs: number
}

const leafCapacity = 1_000
const renewBeforeMs = 30 * 86_400_000

/** Opens the authority in `directory`, making it on first use. Rejects with `LocalCaError` when that is not possible. */
export async function createLocalCa(directory: string): Promise<LocalCa> {
  const authority = await readOrMakeAuthority(directory)
  const leaves = new BoundedCache<Promise<CachedLeaf>>(leafCapacity)

  async function sign(names: readonly CertificateName[]): Promise<CertifiedKey> {
    const { signLeaf } = await import('./sign.ts')
    return signLeaf(authority, names)
  }

  async function leafFor(host: string): Promise<CertifiedKey | undefined> {
    const name = readCertificateName(host)
    if (name === undefined) return undefined
    for (;;) {
      const current = leaves.get(name.name) ?? startLeaf(name)
      const leaf = await current
      if (Date.now() < leaf.renewAtMs) return leaf.pair
      // Whoever finds it ending first forgets it; the others then wait for the new one.
      if (leaves.get(name.name) === current) leaves.delete(name.name)
    }
  }

  /** Keeps the promise, so that handshakes arriving meanwhile wait for the same signature. */
  function startLeaf(name: CertificateName): Promise<CachedLeaf> {
    const leaf = sign([name]).then(toCachedLeaf)
    leaves.set(name.name, leaf)
    leaf.catch(() => leaves.delete(name.name))
    return leaf
  }

  return {
    certificateFile: authorityCertificateFile(directory),
    certPem: authority.certPem,
    leafFor,
    sign,
  }
}

function toCachedLeaf(pair: CertifiedKey): CachedLeaf {
  const expiresMs = new X509Certificate(pair.certPem).validToDate.getTime()
  return { pair, renewAtMs: expiresMs - renewBeforeMs }
}
