// Names that a certificate may be made for. What clients and users send is checked here before it is ever signed.
import { isIP } from 'node:net'

/** A checked name as it stands in a certificate: lower case, no trailing dot. */
export interface CertificateName {
  readonly kind: 'dns' | 'ip'
  readonly name: string
}

// RFC 1035 §2.3.4: a name has at most 253 characters in text form, a label at most 63.
const maxNameLength = 253
// `_` is no part of host names but browsers and local set-ups use it; `*` only as the whole first label (RFC 9525 §6.3).
const dnsName =
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/** The name in its canonical form, or `undefined` when no certificate may carry it (too long, control characters, not ASCII). */
export function readCertificateName(text: string): CertificateName | undefined {
  // Checked before anything else looks at it: the text may come straight from a handshake.
  if (text.length === 0 || text.length > maxNameLength + 1) return undefined
  if (isIP(text) !== 0) return text.includes('%') ? undefined : { kind: 'ip', name: text.toLowerCase() }
  const name = text.toLowerCase().replace(/\.$/, '')
  if (name.length > maxNameLength || !dnsName.test(name)) return undefined
  return { kind: 'dns', name }
}
