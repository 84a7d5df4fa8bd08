// Settings that count for a whole host, whichever of its Ingresses wrote them: client certificates and TLS, because a
// handshake knows the host and nothing of paths, and app-root, which is about the one path / of a host.
import { isDeepStrictEqual } from 'node:util'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { allPolicies } from '../policies/all.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'
import { type Handling, withSettings } from '../policies/handling.ts'
import type { HostContribution } from './collect-hosts.ts'
import { sayAbout } from './findings.ts'
import { hostText } from './planned-route.ts'

/** What a handling of one of a host's Ingresses becomes under what counts for the whole host. */
export type UnifyHost = (main: HostContribution, handling: Handling) => Handling

/**
 * What makes handlings of a host's routes agree. For each policy the first of `mains` (oldest first) that writes it decides;
 * others that say something else, and do not get it, are told.
 */
export function unifyHost(mains: readonly HostContribution[], diagnostics: Diagnostic[]): UnifyHost {
  if (mains.every(main => main.hostPlan.plan.annotations.hostWide.length === 0)) return asItIs
  const deciding = new Map<string, HostContribution>()
  const joined = new Map<HostContribution, Joined>()
  for (const main of mains) {
    for (const name of main.hostPlan.plan.annotations.hostWide)
      if (!deciding.has(name)) deciding.set(name, main)
  }
  for (const main of mains) joined.set(main, joinAll(main, deciding, diagnostics))
  const unified = new Map<Handling, Handling>()
  return (main, handling) => {
    // Only Ingresses that say nothing of their own share a handling.
    const { settings, stricter } = joined.get(main)!
    const known = unified.get(handling) ?? withSettings(handling, settings, stricter)
    unified.set(handling, known)
    return known
  }
}

const asItIs: UnifyHost = (_, handling) => handling

/** What holds on the routes of one Ingress. */
interface Joined {
  /** By policy. */
  readonly settings: ReadonlyMap<string, unknown>
  /** What is asked for on them beyond what the whole host asks for: their guard, which no other reading of a path may escape. */
  readonly stricter: string
}

function joinAll(
  main: HostContribution,
  deciding: ReadonlyMap<string, HostContribution>,
  diagnostics: Diagnostic[],
): Joined {
  const settings = new Map<string, unknown>()
  const stricter: string[] = []
  for (const [name, decider] of deciding) {
    const decided = settingsIn(decider, name)
    const { plan } = main.hostPlan
    const saysNothing = !plan.annotations.hostWide.includes(name) || decider.hostPlan.plan === plan
    const own = saysNothing ? decided : join(name, decided, decider, main, diagnostics)
    settings.set(name, own)
    if (own !== decided) stricter.push(`${name} of ${plan.object}`)
  }
  return { settings, stricter: stricter.join(', ') }
}

function join(
  name: string,
  decided: never,
  decider: HostContribution,
  main: HostContribution,
  diagnostics: Diagnostic[],
): unknown {
  const own = settingsIn(main, name)
  if (isDeepStrictEqual(decided, own)) return decided
  const { plan, host } = main.hostPlan
  const policy = (allPolicies as readonly AnyPolicy[]).find(policy => policy.name === name)
  const { settings, finding } = policy?.joinHost?.(decided, own) ?? {
    settings: decided,
    finding: 'it has no effect',
  }
  if (finding !== undefined) {
    const topic = `what it says of ${topics[name] ?? name} counts for whole hosts`
    const message = `${topic}, and ${decider.hostPlan.plan.object} decides that for ${hostText(host)}: ${finding}`
    sayAbout(plan.object, diagnostics)('warning', 'annotation-ignored', plan.ingress.meta.place, message)
  }
  return settings
}

/** Which type they have only their policy knows. */
function settingsIn({ hostPlan }: HostContribution, name: string): never {
  const { policies } = hostPlan.plan.annotations.handling
  return policies[name as keyof typeof policies] as never
}

const topics: Readonly<Record<string, string>> = {
  appRoot: 'app-root',
  clientCertificates: 'client certificates (auth-tls-…)',
  serverTls: 'TLS (ssl-…)',
}
