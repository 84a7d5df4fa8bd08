// Which variant of its route a request went to.
import type { RequestState } from './request-state.ts'

/** The name that `portico/variant` gives the backend taken; empty where it has none. */
export function variantOf({ route, isCanary, backend }: RequestState): string {
  if (route === undefined) return ''
  if (!isCanary) return route.policies.variant.name ?? ''
  return route.canaries.find(canary => canary.backend === backend)?.rule.variant ?? ''
}
