// What differs between two tables about one host as a whole: TLS, its certificate, its other names, the order of its rules.
import { findCertificate } from '../certificates/find-certificate.ts'
import { conditionsKey, isConditional } from '../policies/routing/match-conditions.ts'
import type { Certificate, HostRoutes, Route, RoutingTable } from '../routing/table.ts'
import type { Detail } from './change.ts'
import { compareTexts } from './compare-rules.ts'

/** Compares a host that both tables have. `name` is empty for rules without a host. */
export function compareHosts(
  name: string,
  old: HostRoutes,
  now: HostRoutes,
  before: RoutingTable,
  after: RoutingTable,
): Detail[] {
  return [
    ...compareTexts('TLS', old.hasTls ? 'yes' : 'no', now.hasTls ? 'yes' : 'no'),
    ...(name === ''
      ? []
      : compareCertificates('certificate', certificateOf(before, name), certificateOf(after, name))),
    ...compareTexts('other names', aliasesOf(before, name), aliasesOf(after, name)),
    ...compareOrder(old, now),
  ]
}

function certificateOf({ certificates }: RoutingTable, name: string): Certificate | undefined {
  return findCertificate(certificates, name)
}

/** Compares two certificates by chain and key; `undefined` is one of the local authority. */
export function compareCertificates(
  subject: string,
  before: Certificate | undefined,
  after: Certificate | undefined,
): Detail[] {
  const [old, now] = [certificateText(before), certificateText(after)]
  if (old !== now) return [{ subject, before: old, after: now }]
  if (before?.kind !== 'secret' || after?.kind !== 'secret') return []
  const isSame = before.certPem === after.certPem && before.keyPem === after.keyPem
  return isSame ? [] : [{ subject, before: old, after: `${now} (another certificate)` }]
}

function certificateText(certificate: Certificate | undefined): string {
  return certificate?.kind === 'secret' ? `Secret ${certificate.secret}` : 'local authority'
}

function aliasesOf({ aliases }: RoutingTable, name: string): string {
  return aliases
    .filter(({ host }) => host === name)
    .map(({ kind, text, hasTls }) => `${kind === 'regex' ? '~' : ''}${text}${hasTls ? ' (TLS)' : ''}`)
    .sort()
    .join(', ')
}

/** Of rules that tie, the one listed first is asked first. */
function compareOrder({ routes: old }: HostRoutes, { routes: now }: HostRoutes): Detail[] {
  const before = new Set(old.map(keyOf))
  const common = new Set(now.map(keyOf).filter(key => before.has(key)))
  const [groups, others] = [tiesOf(old, common), tiesOf(now, common)]
  return [...groups].flatMap(([tie, rules]) =>
    rules.length < 2
      ? []
      : compareTexts('order of rules', rules.join(', '), (others.get(tie) ?? []).join(', ')),
  )
}

/** Regexes of one length tie, and so do rules for one path under conditions. */
function tiesOf(routes: readonly Route[], common: ReadonlySet<string>): Map<string, string[]> {
  const ties = new Map<string, string[]>()
  for (const route of routes) {
    if (!common.has(keyOf(route))) continue
    const isRegex = route.kind === 'regex'
    if (!isRegex && !isConditional(route.policies.matchConditions)) continue
    const tie = isRegex ? `regex of ${Buffer.byteLength(route.path)}` : `${route.kind} ${route.path}`
    ties.set(tie, [...(ties.get(tie) ?? []), keyOf(route)])
  }
  return ties
}

function keyOf({ kind, path, policies }: Route): string {
  const conditions = conditionsKey(policies.matchConditions)
  return `${path} ${kind}${conditions === '' ? '' : ` ${conditions}`}`
}
