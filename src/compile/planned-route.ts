// A route on its way into the table, and the words that routes and findings about them share.

import type { Place } from '../diagnostics/place.ts'
import { placeText } from '../diagnostics/place-text.ts'
import type { Origin, Route } from '../routing/table.ts'
import type { HostPlan, PathPlan } from './plan-ingress.ts'

/** A route together with the rule it comes from; canaries are paired by the rule. */
export interface PlannedRoute {
  readonly route: Route
  readonly path: PathPlan
}

/** Where a rule or default backend stands. */
export function originOf({ plan }: HostPlan, place: Place): Origin {
  const { namespace, name } = plan.ingress.meta
  return { namespace, ingress: name, place }
}

/** A host in words and ids: `*` for every host that nothing else claims. */
export function hostText(host: string): string {
  return host === '' ? '*' : host
}

/** An Ingress and where its rule stands, for findings about another. */
export function describeOrigin({ namespace, ingress, place }: Origin): string {
  return `Ingress ${namespace}/${ingress} (${placeText(place)})`
}
