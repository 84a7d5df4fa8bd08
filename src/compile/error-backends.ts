// The Services that make error pages and stand in for a Service without endpoints: looked up for an Ingress, and what is to be
// said about them.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nginxPrefix } from '../policies/define-policy.ts'
import { errorPages } from '../policies/routing/error-pages.ts'
import type { Backend, ErrorBackends } from '../routing/table.ts'
import type { ResolvedBackend } from './describe-backend.ts'
import { sayAbout } from './findings.ts'
import type { Globals } from './globals.ts'
import { annotationPlace } from './other-names.ts'
import type { IngressPlan } from './plan-ingress.ts'
import type { BackendResolver } from './resolve-backends.ts'
import { sayBackend } from './say-backend.ts'

/** The Service of the annotation default-backend; `undefined` without one. */
export function resolveStandIn(plan: IngressPlan, resolver: BackendResolver): ResolvedBackend | undefined {
  const { service } = plan.annotations.handling.policies.errorPages
  return service === undefined ? undefined : resolver.resolveFirstPort(plan.ingress.meta.namespace, service)
}

/** Who answers in the place of others on the routes of an Ingress; a Service without endpoints answers for nobody. */
export function errorBackendsOf(
  plan: IngressPlan,
  resolvedStandIn: ResolvedBackend | undefined,
  defaultBackend: Backend | undefined,
): ErrorBackends | undefined {
  if (plan.annotations.handling.policies.errorPages === errorPages.defaults) return undefined
  const standIn = servingOrNone(resolvedStandIn?.backend)
  return { standIn, pages: standIn ?? servingOrNone(defaultBackend) }
}

/** Reports stand-ins that can not stand in, and error pages that nobody makes. */
export function reportErrorBackends(
  plans: readonly IngressPlan[],
  resolver: BackendResolver,
  defaultBackend: Backend | undefined,
  { configMap }: Globals,
  diagnostics: Diagnostic[],
): void {
  /** What the ConfigMap says is the matter of one finding, not of one for each Ingress. */
  let isSaidOfAll = false
  for (const plan of plans) {
    if (plan.annotations.handling.policies.errorPages === errorPages.defaults) continue
    const say = sayAbout(plan.object, diagnostics)
    const standIn = resolveStandIn(plan, resolver)
    if (standIn !== undefined) {
      const place = annotationPlace(plan, 'default-backend')
      sayBackend(standIn, 'default-backend', place, say, 'it stands in for nobody')
      // Which also says why it makes no pages.
      if (standIn.finding?.isServed === false) continue
    }
    if (plan.annotations.handling.policies.errorPages.statuses.length === 0) continue
    if (errorBackendsOf(plan, standIn, defaultBackend)?.pages !== undefined) continue
    const own = plan.ingress.meta.annotations.get(`${nginxPrefix}custom-http-errors`)
    if (own === undefined && isSaidOfAll) continue
    isSaidOfAll ||= own === undefined
    const ofAll = sayAbout(`ConfigMap ${configMap?.meta.namespace}/${configMap?.meta.name}`, diagnostics)
    const sayHere = own === undefined ? ofAll : say
    sayHere(
      'warning',
      'error-pages-missing',
      (own ?? configMap?.data.get('custom-http-errors'))?.place,
      'custom-http-errors: no default backend makes the pages, so clients get its 404 for these statuses; name a Service with the annotation default-backend or with --default-backend-service',
    )
  }
}

function servingOrNone(backend: Backend | undefined): Backend | undefined {
  return backend?.upstream === undefined || backend.upstream.endpoints.length === 0 ? undefined : backend
}
