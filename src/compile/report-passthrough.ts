// What is to be said about hosts whose TLS is not ended here.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nginxPrefix } from '../policies/define-policy.ts'
import { passthroughRoute } from '../routing/passthrough-route.ts'
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
  const origin = passthroughRoute(routes)?.origin
  for (const { hostPlan } of mains) {
    const { plan } = hostPlan
    if (!plan.annotations.handling.policies.tlsPassthrough.enabled) continue
    const { annotations, name, namespace, place } = plan.ingress.meta
    const say = sayAbout(plan.object, diagnostics)
    const where = annotations.get(annotation)?.place ?? place
    if (origin?.ingress !== name || origin.namespace !== namespace) {
      const problem = `needs a rule of this Ingress with the Prefix path / for ${hostText(host)}; requests over TLS get 421`
      say('error', 'annotation-value', where, `${annotation} ${problem}`)
      continue
    }
    const others = [...annotations.keys()].filter(key => key.startsWith(nginxPrefix) && key !== annotation)
    if (others.length === 0) continue
    const names = others.map(key => key.slice(nginxPrefix.length)).join(', ')
    const effect = `TLS connections for ${hostText(host)} go through as they are; ${names} ${others.length === 1 ? 'counts' : 'count'} for plain HTTP only`
    say('note', 'annotation-ignored', where, `${annotation}: ${effect}`)
  }
}
