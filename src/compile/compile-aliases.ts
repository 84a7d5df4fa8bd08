// More names for hosts (server-alias). A name leads to one host: rules go before aliases, older Ingresses before younger ones.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HostAlias, HostRoutes } from '../routing/table.ts'
import { type Say, sayAbout } from './findings.ts'
import { annotationPlace } from './other-names.ts'
import type { IngressPlan } from './plan-ingress.ts'
import { hostText } from './planned-route.ts'

/** The aliases, oldest Ingress first. `hosts`: those that requests find by their own names. */
export function compileAliases(
  plans: readonly IngressPlan[],
  hosts: ReadonlyMap<string, HostRoutes>,
  tlsHosts: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): readonly HostAlias[] {
  const aliases = new Map<string, HostAlias>()
  /** Who gave a host its aliases. */
  const givers = new Map<string, string>()
  for (const plan of plans) {
    const wanted = plan.annotations.handling.policies.serverAlias.aliases
    const host = plan.hosts[0]?.host
    if (wanted.length === 0 || host === undefined) continue
    const say = sayAliases(plan, diagnostics)
    const giver = givers.get(host)
    if (giver !== undefined) {
      say('error', 'alias-conflict', `${hostText(host)} has the aliases of ${giver}; these have no effect`)
      continue
    }
    givers.set(host, plan.object)
    for (const { kind, text } of wanted) {
      const key = `${kind} ${text}`
      const owner = kind === 'name' && hosts.has(text) ? text : aliases.get(key)?.host
      if (owner !== undefined) {
        const why = owner === text ? 'is a host of its own' : `is an alias of ${hostText(owner)}`
        if (owner !== host)
          say('error', 'alias-conflict', `${text} ${why}; it does not lead to ${hostText(host)}`)
        continue
      }
      const hasTls = kind === 'name' && tlsHosts.has(text)
      if (hosts.get(host)?.hasTls === true && !hasTls)
        say('note', 'alias-not-covered', notCovered(kind, text))
      aliases.set(key, { kind, text, host, hasTls })
    }
  }
  return [...aliases.values()]
}

function notCovered(kind: HostAlias['kind'], text: string): string {
  const why =
    kind === 'name'
      ? 'no certificate of its Ingress covers it'
      : 'nobody knows which names a regex takes, so no certificate is theirs'
  return `${text}: ${why}; HTTPS gets one of the local CA or the default one, and plain HTTP is not redirected`
}

function sayAliases(plan: IngressPlan, diagnostics: Diagnostic[]): (...finding: AliasFinding) => void {
  const say = sayAbout(plan.object, diagnostics)
  const place = annotationPlace(plan, 'server-alias')
  return (severity, code, message) => say(severity, code, place, `server-alias: ${message}`)
}

type AliasFinding = [severity: Parameters<Say>[0], code: Parameters<Say>[1], message: string]
