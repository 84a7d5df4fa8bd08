// `/api/certificates`: what a TLS client gets that asks for a host, for each host there are rules for.
import { type HostVerdict, hostVerdict } from '../../explain/host-verdict.ts'
import { tableHosts } from '../../routing/table-hosts.ts'
import type { AdminSources } from '../sources.ts'
import { type ApiAnswer, badLimit, holdsWords, readLimit } from './question.ts'
import type { CertificateList, HostVerdictView } from './types.ts'

/** Each chain is read anew, which takes about 0.3 ms; requests would wait for more of them. */
const mostShown = 500

/** The answer to `/api/certificates`: `q`, `limit`. */
export function certificateList(query: URLSearchParams, sources: AdminSources): ApiAnswer {
  const limit = readLimit(query, 200, mostShown)
  if (limit === undefined) return badLimit(mostShown)
  const { live } = sources.proxy
  const hosts = tableHosts(live.table).filter(host => holdsWords([host], query.get('q')))
  const findings = sources.served().diagnostics.filter(({ code }) => code.startsWith('tls-'))
  const options = {
    matcher: live.matcher,
    authorityPem: sources.authorityPem(),
    defaultSecret: sources.defaultSecret,
    nowMs: Date.now(),
  }
  const shown = hosts.toSorted().slice(0, limit)
  const list: CertificateList = {
    total: hosts.length,
    hosts: shown.map(host => verdictView(hostVerdict(host, live.table, findings, options))),
  }
  return { value: list }
}

function verdictView(found: HostVerdict): HostVerdictView {
  const { host, paths, closed, handshake, why, facts, stapledUntil, asksForClientCertificate } = found
  const { handedOnTo, certificate, secret, from, versions, findings } = found
  return {
    host,
    verdict: worstOf(findings, facts?.daysLeft),
    paths,
    closed,
    handshake,
    ...(handedOnTo !== undefined && { handedOnTo }),
    ...(certificate !== undefined && { certificate }),
    ...(secret !== undefined && { secret }),
    ...(from !== undefined && { at: from }),
    why,
    ...(facts !== undefined && { facts }),
    ...(stapledUntil !== undefined && { stapledUntil }),
    asksForClientCertificate,
    versions,
    findings,
  }
}

function worstOf(findings: readonly string[], daysLeft: number | undefined): HostVerdictView['verdict'] {
  if (findings.some(finding => finding.startsWith('error '))) return 'error'
  if (daysLeft !== undefined && daysLeft < 0) return 'error'
  return findings.some(finding => finding.startsWith('warning ')) ? 'warning' : 'good'
}
