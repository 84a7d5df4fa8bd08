// What is to be said about hosts whose TLS is not ended here.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nginxPrefix } from '../policies/define-policy.ts'
import { rootBackend } from '../routing/root-backend.ts'
import type { HostRoutes } from '../routing/table.ts'
import type { HostInput } from './collect-hosts.ts'
import { sayAbout } from './findings.ts'
import { hostText } from './planned-route.ts'

const annotation = `${nginxPrefix}ssl-passthrough`

/** Says that a rule for `/` is missing, or which annotations have no effect on the TLS connections of a host. */
export function reportPassthrough(
  { host, mains }: HostInput,
  routes: Pick<HostRoutes, 'routes' | 'fallback'>,
  diagnostics: Diagnostic[],
): void {
  const decider = mains.find(({ hostPlan }) => hostPlan.plan.annotations.hostWide.includes('tlsPassthrough'))
  if (decider === undefined || !decider.hostPlan.plan.annotations.handling.policies.tlsPassthrough.enabled)
    return
  const { plan } = decider.hostPlan
  const { annotations, place } = plan.ingress.meta
  const say = sayAbout(plan.object, diagnostics)
  if (rootBackend(routes) === undefined) {
    const problem = `needs a rule with the Prefix path / for ${hostText(host)}; requests over TLS get 421`
    say('error', 'annotation-value', annotations.get(annotation)?.place ?? place, `${annotation} ${problem}`)
    return
  }
  const others = [...annotations.keys()].filter(key => key.startsWith(nginxPrefix) && key !== annotation)
  if (others.length === 0) return
  const names = others.map(key => key.slice(nginxPrefix.length)).join(', ')
  say(
    'note',
    'annotation-ignored',
    annotations.get(annotation)?.place ?? place,
    `${annotation}: TLS connections for ${hostText(host)} go through as they are; ${names} count for plain HTTP only`,
  )
}
