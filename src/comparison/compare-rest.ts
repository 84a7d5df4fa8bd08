// What differs between two tables and is about no host: the default backend, how unclaimed requests are treated, names that
// only certificates know, the order of aliases that are regexes.
import type { Backend, Certificate, RoutingTable, Upstream } from '../routing/table.ts'
import type { Detail } from './change.ts'
import { compareCertificates } from './compare-hosts.ts'
import { compareRequestPolicies, compareUpstreamPolicies } from './compare-policies.ts'
import { compareBackends, compareTexts } from './compare-rules.ts'

/** Compares what no host has. */
export function compareRest(before: RoutingTable, after: RoutingTable): Detail[] {
  return [
    ...compareDefaults(before.defaultUpstream, after.defaultUpstream),
    ...compareRequestPolicies(before.unclaimed.policies, after.unclaimed.policies).map(plain),
    ...compareTexts('closed', before.unclaimed.denied ?? '', after.unclaimed.denied ?? ''),
    ...compareCertificates('default certificate', before.certificates.default, after.certificates.default),
    ...compareLooseCertificates(before, after),
    ...compareTexts('order of aliases', patternsOf(before, after), patternsOf(after, before)),
  ]
}

function compareDefaults(before: Upstream | undefined, after: Upstream | undefined): Detail[] {
  const settings =
    before === undefined || after === undefined
      ? []
      : compareUpstreamPolicies(before.policies, after.policies).map(plain)
  return [...compareBackends('default backend', backendOf(before), backendOf(after)), ...settings]
}

/** Without what only this program needs. */
function plain({ subject, before, after }: Detail): Detail {
  return { subject, before, after }
}

function backendOf(upstream: Upstream | undefined): Backend | undefined {
  if (upstream === undefined) return undefined
  const { namespace, service, port } = upstream
  return { namespace, service, port, upstream, problem: undefined }
}

/** Of names that are no host of a rule in both tables; those of hosts are compared with them. */
function compareLooseCertificates(before: RoutingTable, after: RoutingTable): Detail[] {
  const [old, now] = [certificatesOf(before), certificatesOf(after)]
  const hosts = new Set(before.hosts.map(({ host }) => host))
  const both = new Set(after.hosts.map(({ host }) => host).filter(host => hosts.has(host)))
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(name => !both.has(name))
  return names.flatMap(name => compareCertificates(`certificate of ${name}`, old.get(name), now.get(name)))
}

function certificatesOf({ certificates }: RoutingTable): Map<string, Certificate> {
  const wildcards = [...certificates.wildcard].map(([suffix, one]) => [`*${suffix}`, one] as const)
  return new Map([...certificates.exact, ...wildcards])
}

/** Regexes that are aliases in both, in the order they are asked. */
function patternsOf(table: RoutingTable, other: RoutingTable): string {
  const has = new Set(other.aliases.map(({ kind, text }) => `${kind} ${text}`))
  return table.aliases
    .filter(({ kind, text }) => kind === 'regex' && has.has(`${kind} ${text}`))
    .map(({ text }) => text)
    .join(', ')
}
