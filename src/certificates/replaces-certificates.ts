// Whether a new table shows clients another certificate under a name they may have been shown one for.
import type { Certificate, CertificateTable } from '../routing/table.ts'
import { findCertificate } from './find-certificate.ts'

/** Whether a name has another certificate than before, or none. Names that are new replace nothing. */
export function replacesCertificates(before: CertificateTable, after: CertificateTable): boolean {
  if (isReplaced(before.default, after.default)) return true
  for (const [name, certificate] of before.exact) {
    if (isReplaced(certificate, findCertificate(after, name))) return true
  }
  for (const [suffix, certificate] of before.wildcard) {
    if (isReplaced(certificate, after.wildcard.get(suffix) ?? after.default)) return true
  }
  // An exact name takes over from a wildcard. The default is for names that it does not hold: whoever verifies never had a
  // session under it.
  for (const [name, certificate] of after.exact) {
    if (!before.exact.has(name) && isReplaced(wildcardFor(before, name), certificate)) return true
  }
  return false
}

function wildcardFor({ wildcard }: CertificateTable, name: string): Certificate | undefined {
  const dot = name.indexOf('.')
  return dot > 0 ? wildcard.get(name.slice(dot)) : undefined
}

function isReplaced(before: Certificate | undefined, after: Certificate | undefined): boolean {
  if (before === after || before === undefined) return false
  if (before.kind === 'local-ca' || after?.kind !== 'secret')
    return before.kind !== (after?.kind ?? 'local-ca')
  return after.certPem !== before.certPem
}
