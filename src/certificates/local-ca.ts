// The local certificate authority: a certificate for any host name, made when it is first asked for. Its key never
// leaves its directory; leaves live in memory only.
import { setTimeout } from 'node:timers/promises'
import { authorityCertificateFile, readOrMakeAuthority } from './authority-files.ts'
import { BoundedCache } from './bounded-cache.ts'
import { type CertificateName, readCertificateName } from './certificate-name.ts'
import { type CertifiedKey, constrainAuthority, openAuthority, type SignedLeaf, signLeaf } from './sign.ts'
import { SigningRate } from './signing-rate.ts'

/** An opened authority. Nothing has to be closed. */
export interface LocalCa {
  /** The PEM file with the authority's certificate, for `curl --cacert`. */
  readonly certificateFile: string
  readonly certPem: string
  /**
   * A certificate for one host name or IP address; that of `localhost` is good for 127.0.0.1 and ::1 too. The same one each
   * time until it is about to expire or the 1,000 names asked for since pushed it out. `undefined` for a name that no
   * certificate may carry, and for a new one while too many others are asked for (`signing-rate.ts`). Never rejects for a
   * name.
   */
  leafFor(host: string): Promise<CertifiedKey | undefined>
  /** A new certificate for all of `names`; nothing is kept. */
  sign(names: readonly CertificateName[]): Promise<CertifiedKey>
  /** The authority's certificate for trust stores: good for these domains, all below them, and local addresses only. */
  constrain(domains: readonly string[]): Promise<string>
}

const leafCapacity = 1_000
const renewBeforeMs = 30 * 86_400_000
/** Clients that go to an address send no name, and get what `localhost` gets. */
const loopbackNames: readonly CertificateName[] = [
  { kind: 'dns', name: 'localhost' },
  { kind: 'ip', name: '127.0.0.1' },
  { kind: 'ip', name: '::1' },
]

/** Opens the authority in `directory`, making it on first use. Rejects with `LocalCaError` when that is not possible. */
export async function createLocalCa(
  directory: string,
  rate: Pick<SigningRate, 'takeTurn'> = new SigningRate(),
): Promise<LocalCa> {
  const authority = await readOrMakeAuthority(directory)
  const opened = openAuthority(authority)
  const leaves = new BoundedCache<Promise<SignedLeaf>>(leafCapacity)

  async function leafFor(host: string): Promise<CertifiedKey | undefined> {
    const name = readCertificateName(host)
    if (name === undefined) return undefined
    const current = leaves.get(name.name)
    const leaf = current === undefined ? undefined : await current
    if (leaf !== undefined && isGoodForNow(leaf)) return leaf
    // Whoever finds it ending first replaces it; the others then wait for the new one.
    const kept = leaves.get(name.name)
    if (kept !== undefined && kept !== current) return kept
    const waitMs = rate.takeTurn(performance.now())
    // An ending one is better than none.
    if (waitMs === undefined) return leaf
    return startLeaf(name, waitMs)
  }

  /** One that ends with the authority can not be renewed: another would end no later. */
  function isGoodForNow({ expiresMs }: SignedLeaf): boolean {
    return Date.now() < expiresMs - renewBeforeMs || expiresMs >= opened.expiresMs
  }

  /** Keeps the promise, so that handshakes arriving meanwhile wait for the same signature. */
  function startLeaf(name: CertificateName, waitMs: number): Promise<SignedLeaf> {
    const leaf = signInTurn(name, waitMs)
    leaves.set(name.name, leaf)
    leaf.catch(() => leaves.delete(name.name))
    return leaf
  }

  async function signInTurn(name: CertificateName, waitMs: number): Promise<SignedLeaf> {
    if (waitMs > 0) await setTimeout(waitMs, undefined, { ref: false })
    return signLeaf(opened, name.name === 'localhost' ? loopbackNames : [name])
  }

  return {
    certificateFile: authorityCertificateFile(directory),
    certPem: authority.certPem,
    leafFor,
    sign: names => signLeaf(opened, names),
    constrain: domains => constrainAuthority(authority, domains),
  }
}
