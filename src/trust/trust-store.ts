// What all trust stores have in common. A store only says what it holds and by which commands it would change; running
// them is for whoever has asked.
import type { Command } from './command.ts'

/** What our certificate is called in every store; `portico untrust` finds it by that. */
export const storedName = 'Portico local CA'

/** A store that can not be read, so that nobody knows what it holds. The message says why. */
export class TrustStoreError extends Error {}

/** A certificate, and the file that it is put in from. */
export interface StoredCertificate {
  readonly file: string
  readonly pem: string
}

/** One place that programs of this machine look up whom they trust. */
export interface TrustStore {
  /** For people: `system (Debian)`, `NSS /home/me/.pki/nssdb (Chromium)`. */
  readonly name: string
  /** Why it can not be changed, and what to do about that; `undefined` when it can. */
  readonly problem: string | undefined
  /** The certificates of ours it holds, as PEM. Rejects with `TrustStoreError`, as what asks it does. */
  held(): Promise<readonly string[]>
  /** Commands that put a certificate in, in the place of those of ours it holds; `file` will hold `pem` when they run. */
  installing(certificate: StoredCertificate): Promise<readonly Command[]>
  /** Commands that take out all of ours; none when there are none. */
  removing(): Promise<readonly Command[]>
  /**
   * Connects to a TLS server on loopback as programs that use the store do, asking for `host`. Resolves with what is wrong,
   * `undefined` when the server's certificate is accepted.
   */
  refusal(port: number, host: string): Promise<string | undefined>
}

/** Whether two PEM texts hold the same certificate, however their lines are broken. */
export function isSameCertificate(one: string, other: string): boolean {
  return one.replaceAll(/\s/g, '') === other.replaceAll(/\s/g, '')
}
