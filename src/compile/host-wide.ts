// Settings that count for a whole host, whichever of its Ingresses wrote them: client certificates and TLS, because a
// handshake knows the host and nothing of paths, and app-root, which is about the one path / of a host.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type Handling, withSettings } from '../policies/handling.ts'
import type { HostContribution } from './collect-hosts.ts'
import { sayAbout } from './findings.ts'
import { hostText } from './planned-route.ts'

/**
 * What makes handlings of a host's routes agree. For each policy the first of `mains` (oldest first) that writes it decides;
 * others that say something else are reported.
 */
export function unifyHost(
  mains: readonly HostContribution[],
  diagnostics: Diagnostic[],
): (handling: Handling) => Handling {
  const deciding = new Map<string, HostContribution>()
  for (const main of mains) {
    for (const name of main.hostPlan.plan.annotations.hostWide) {
      const decider = deciding.get(name)
      if (decider === undefined) deciding.set(name, main)
      else if (decider.hostPlan.plan !== main.hostPlan.plan) reportOverruled(name, decider, main, diagnostics)
    }
  }
  if (deciding.size === 0) return handling => handling
  const settings = new Map([...deciding].map(([name, main]) => [name, settingsIn(main, name)]))
  const unified = new Map<Handling, Handling>()
  return handling => {
    const known = unified.get(handling) ?? withSettings(handling, settings)
    unified.set(handling, known)
    return known
  }
}

function settingsIn({ hostPlan }: HostContribution, name: string): unknown {
  const { policies } = hostPlan.plan.annotations.handling
  return policies[name as keyof typeof policies]
}

function reportOverruled(
  name: string,
  decider: HostContribution,
  main: HostContribution,
  diagnostics: Diagnostic[],
): void {
  const { plan, host } = main.hostPlan
  if (JSON.stringify(settingsIn(decider, name)) === JSON.stringify(settingsIn(main, name))) return
  sayAbout(plan.object, diagnostics)(
    'warning',
    'annotation-ignored',
    plan.ingress.meta.place,
    `what it says of ${topics[name] ?? name} counts for whole hosts, and ${decider.hostPlan.plan.object} decides that for ${hostText(host)}`,
  )
}

const topics: Readonly<Record<string, string>> = {
  appRoot: 'app-root',
  clientCertificates: 'client certificates (auth-tls-…)',
  serverTls: 'TLS (ssl-…)',
}
