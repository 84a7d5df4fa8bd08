// Which variant of its route a request went to.
import type { RequestState } from './request-state.ts'

/** The name that `portico/variant` gives the backend taken; empty where it has none. */
export function variantOf({ route, canary }: RequestState): string {
  return (canary === undefined ? route?.policies.variant.name : canary.rule.variant) ?? ''
}
