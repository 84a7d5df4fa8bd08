// Hosts that only redirect: the form with or without `www.` of a host whose Ingress asks for it (from-to-www-redirect).
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { handlingOf } from '../policies/handling.ts'
import { otherWwwForm } from '../policies/routing/ssl-redirect.ts'
import type { HostRoutes } from '../routing/table.ts'
import type { CompiledCertificates } from './compile-certificates.ts'
import { sayAbout } from './findings.ts'
import type { Globals } from './globals.ts'
import { annotationPlace, hasOtherForm } from './other-names.ts'
import type { HostPlan, IngressPlan } from './plan-ingress.ts'
import { originOf } from './planned-route.ts'

/** Unchanged plans keep their hosts, so that matchers can tell them unchanged. */
const made = new WeakMap<HostPlan, HostRoutes>()

/** The redirecting hosts, oldest Ingress first. `hosts`: those with rules, which are never redirected. */
export function compileWwwRedirects(
  plans: readonly IngressPlan[],
  hosts: ReadonlyMap<string, unknown>,
  { table: certificates, tlsHosts }: CompiledCertificates,
  globals: Globals,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, HostRoutes> {
  const redirects = new Map<string, HostRoutes>()
  for (const plan of plans) {
    if (!plan.annotations.handling.policies.sslRedirect.fromToWww) continue
    const say = sayAbout(plan.object, diagnostics)
    const place = annotationPlace(plan, 'from-to-www-redirect')
    for (const hostPlan of plan.hosts) {
      const { host } = hostPlan
      const other = otherWwwForm(host)
      const isNamed = hasOtherForm(hostPlan)
      if (isNamed && !hosts.has(other)) {
        if (certificates.exact.get(host)?.kind === 'secret' && !tlsHosts.has(other))
          say('note', 'alias-not-covered', place, notCovered(other))
        if (!redirects.has(other)) redirects.set(other, redirectingHost(hostPlan, other, tlsHosts, globals))
        continue
      }
      const why = isNamed
        ? `${other} has rules of its own`
        : 'only hosts that are named in full have another form'
      say(
        'note',
        'www-redirect-unused',
        place,
        `from-to-www-redirect: ${why}; nothing is redirected to ${host || '*'}`,
      )
    }
  }
  return redirects
}

function notCovered(other: string): string {
  return `from-to-www-redirect: no certificate of its Ingress covers ${other}; HTTPS gets one of the local CA or the default one there`
}

/** A host without rules whose every request meets the redirect, under what holds for everybody. */
function redirectingHost(
  hostPlan: HostPlan,
  other: string,
  tlsHosts: ReadonlySet<string>,
  { policies: base }: Globals,
): HostRoutes {
  const { plan, host } = hostPlan
  const hasTls = tlsHosts.has(other)
  const known = made.get(hostPlan)
  if (known?.hasTls === hasTls) return known
  const { namespace, name } = plan.ingress.meta
  const { sslRedirect } = plan.annotations.handling.policies
  const hostRoutes: HostRoutes = {
    host: other,
    hasTls,
    routes: [],
    fallback: {
      id: `${namespace}/${name} ${other} redirect`,
      host,
      path: '/',
      kind: 'prefix',
      backend: undefined,
      canaries: [],
      errorBackends: undefined,
      ...handlingOf({ ...base, sslRedirect }, undefined, base, `${namespace}/${name}`),
      origin: originOf(hostPlan, annotationPlace(plan, 'from-to-www-redirect')),
    },
  }
  made.set(hostPlan, hostRoutes)
  return hostRoutes
}
