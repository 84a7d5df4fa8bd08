// `portico trust --check`: what programs that use each store would say to the certificates that Portico serves, those of
// Secrets included.
import type { CertificateStore } from '../../certificates/cert-store.ts'
import { readCertificateName } from '../../certificates/certificate-name.ts'
import { startCheckServer } from '../../trust/handshake.ts'
import type { TrustStore } from '../../trust/trust-store.ts'

/** Makes a handshake (some 20 ms) for `localhost` and each of `hosts` by every store; prints the answers; gives 1 when one refuses. */
export async function checkStores(
  certificates: CertificateStore,
  stores: readonly TrustStore[],
  hosts: readonly string[],
): Promise<number> {
  // What a wildcard serves is shown by one name below it.
  const names = [...new Set(['localhost', ...hosts.map(host => host.replace(/^\*/, 'any'))])]
  const tried = names.filter(name => readCertificateName(name) !== undefined)
  const server = await startCheckServer(certificates)
  let isClean = true
  try {
    for (const store of stores) {
      const refusals = await refusalsOf(store, server.port, tried)
      if (refusals.length > 0) isClean = false
      process.stdout.write(`${store.name}: ${verdict(tried, refusals)}\n`)
    }
  } finally {
    server.close()
  }
  if (names.length > tried.length)
    process.stdout.write(
      `${names.length - tried.length} hosts were not tried: no certificate can carry them\n`,
    )
  if (stores.length === 0) process.stdout.write('there is no store\n')
  return isClean ? 0 : 1
}

interface Refusal {
  readonly host: string
  readonly reason: string
}

async function refusalsOf(store: TrustStore, port: number, hosts: readonly string[]): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const host of hosts) {
    const reason = await store.refusal(port, host)
    if (reason !== undefined) refusals.push({ host, reason })
  }
  return refusals
}

function verdict(tried: readonly string[], refusals: readonly Refusal[]): string {
  const refused = new Set(refusals.map(({ host }) => host))
  const accepted = tried.filter(host => !refused.has(host))
  const reasons = Map.groupBy(refusals, ({ reason }) => reason)
  const parts = [...reasons].map(
    ([reason, of]) => `refuses ${of.map(({ host }) => host).join(', ')}: ${reason}`,
  )
  if (accepted.length > 0) parts.unshift(`accepts ${accepted.join(', ')}`)
  return parts.join('; ')
}
