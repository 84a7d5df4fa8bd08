// Which entry of a table's certificates a name gets. The one place that knows the order.
import type { Certificate, CertificateTable } from '../routing/table.ts'

/**
 * Exact, then wildcard (one label), then the default, as ingress-nginx looks them up; `undefined` means a leaf of the local
 * CA. `name` in lower case without a trailing dot; a wildcard host `*.foo.com` finds its own entry.
 */
export function findCertificate(table: CertificateTable, name: string): Certificate | undefined {
  const exact = table.exact.get(name)
  if (exact !== undefined) return exact
  const dot = name.indexOf('.')
  return (dot > 0 ? table.wildcard.get(name.slice(dot)) : undefined) ?? table.default
}

/** By which entry `findCertificate` finds one; `undefined` where it finds none. */
export function findCertificateEntry(
  table: CertificateTable,
  name: string,
): 'exact' | 'wildcard' | 'default' | undefined {
  if (table.exact.has(name)) return 'exact'
  const dot = name.indexOf('.')
  if (dot > 0 && table.wildcard.has(name.slice(dot))) return 'wildcard'
  return table.default && 'default'
}
