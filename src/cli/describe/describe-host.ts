// `portico describe host NAME`: which certificate a client that asks for it gets, why, and what is wrong with it. Starts
// nothing and makes nothing.
import { readFile } from 'node:fs/promises'
import { authorityCertificateFile } from '../../certificates/authority-files.ts'
import { readCertificateName } from '../../certificates/certificate-name.ts'
import { askedHost } from '../../explain/asked-host.ts'
import type { CertificateFacts } from '../../explain/certificate-facts.ts'
import { type HostVerdict, hostVerdict } from '../../explain/host-verdict.ts'
import { buildMatcher } from '../../routing/matcher.ts'
import { sampleHost } from '../../routing/sample-host.ts'
import { compileOnce } from '../compile-once.ts'
import { curl } from '../curl-lines.ts'
import { plural } from '../diagnostic-order.ts'
import { displayPath } from '../display-path.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { certDirectory } from '../machine/cert-directory.ts'
import { UsageError } from '../usage-error.ts'

/** Values of the flags of `describe`. */
export interface DescribeFlags extends TableFlags {
  readonly output: 'text' | 'json'
  readonly httpsPort: number
  readonly certDir: string | undefined
}

/** The verdict on a host. */
export interface DescribedHost extends HostVerdict {
  /** A command to try it with. */
  readonly curl: string
}

/** Prints the verdict on a host; gives 0, or 1 when no rule serves it or something is wrong with its certificate. */
export async function describeHost(
  name: string,
  paths: readonly string[],
  flags: DescribeFlags,
): Promise<number> {
  const host = readCertificateName(askedHost(name))
  if (host === undefined) throw new UsageError(`${JSON.stringify(name)} is no host name`)
  const options = compileOptionsOf(flags)
  const { table, diagnostics } = await compileOnce(paths, options)
  const { defaultSslCertificate: fallback } = options
  const file = authorityCertificateFile(certDirectory(flags.certDir))
  const verdict = hostVerdict(host.name, table, diagnostics, {
    matcher: buildMatcher(table),
    authorityPem: await readFile(file, 'utf8').catch(() => undefined),
    defaultSecret: fallback && `${fallback.namespace}/${fallback.name}`,
    nowMs: Date.now(),
  })
  const described = { ...verdict, curl: curlLine(verdict, file, flags.httpsPort) }
  const text =
    flags.output === 'json' ? JSON.stringify(described, null, 2) : renderVerdict(described).join('\n')
  process.stdout.write(`${text}\n`)
  const isWrong = verdict.findings.some(finding => !finding.startsWith('note '))
  return verdict.servedBy === undefined || isWrong ? 1 : 0
}

const columnWidth = 13

function renderVerdict(verdict: DescribedHost): string[] {
  const rows: [string, string][] = [
    ['Host', verdict.host],
    ['Rules', rulesText(verdict)],
    ...verdict.closed.map(reason => row('', `closed with ${reason}`)),
    ['Certificate', certificateText(verdict)],
    ['Why', verdict.why],
    ...(verdict.facts === undefined ? [] : factRows(verdict.facts)),
    ...(verdict.stapledUntil === undefined ? [] : [row('OCSP', `stapled until ${verdict.stapledUntil}`)]),
  ]
  if (verdict.handshake === 'ended here') rows.push(row('TLS', tlsText(verdict)))
  const findings = verdict.findings.length === 0 ? ['none'] : verdict.findings
  rows.push(...findings.map((finding, index) => row(index === 0 ? 'Findings' : '', finding)))
  if (verdict.handshake !== 'refused') rows.push(row('Try', verdict.curl))
  return rows.map(([label, text]) => label.padEnd(columnWidth) + text)
}

function row(label: string, text: string): [string, string] {
  return [label, text]
}

function rulesText({ servedBy, paths, host }: HostVerdict): string {
  if (servedBy === undefined) return 'none: every request gets 404'
  const count = plural(paths, 'path')
  return servedBy === host ? count : `${count} of host ${servedBy}`
}

function certificateText({ handshake, handedOnTo, secret, from }: HostVerdict): string {
  if (handshake === 'refused') return 'none: handshakes are refused'
  if (handshake === 'handed on') return `that of Service ${handedOnTo}, to which connections are handed on`
  return secret === undefined
    ? 'signed by the local CA when it is first asked for'
    : `Secret ${secret} (${from})`
}

const trustText: Readonly<Record<CertificateFacts['trust'], string>> = {
  public: 'a root that browsers have',
  'local-ca': 'the local CA',
  itself: 'signed by itself: clients have to be given it',
  unknown: 'not known here: clients have to have it',
}

function factRows(facts: CertificateFacts): [string, string][] {
  const { daysLeft } = facts
  const days = daysLeft < 0 ? `ended ${plural(-daysLeft, 'day')} ago` : `${plural(daysLeft, 'day')} left`
  return [
    row('  names', facts.names.join(', ') || 'none'),
    row('  valid', `${facts.notBefore} to ${facts.notAfter}, ${days}`),
    row('  key', `${facts.key}, signed with ${facts.signature}`),
    row('  chain', facts.chain.join(' < ')),
    row('  issuer', `${facts.issuer} (${trustText[facts.trust]})`),
  ]
}

function tlsText({ versions: { min, max }, asksForClientCertificate }: HostVerdict): string {
  const spoken = min === max ? min : `${min} to ${max}`
  return asksForClientCertificate ? `${spoken}, asks for a client certificate` : spoken
}

function curlLine({ host: name, facts }: HostVerdict, authorityFile: string, httpsPort: number): string {
  const host = sampleHost(name)
  const trust = facts?.trust ?? 'local-ca'
  const words =
    trust === 'local-ca' ? ['--cacert', displayPath(authorityFile)] : trust === 'public' ? [] : ['-k']
  return curl([...words, '--resolve', `${host}:${httpsPort}:127.0.0.1`, `https://${host}:${httpsPort}/`])
}
