// Which variant of its route a request went to.

import { takenCanary } from '../routing/taken-canary.ts'
import type { RequestState } from './request-state.ts'

/** The name that `portico/variant` gives the backend taken; empty where it has none. */
export function variantOf(request: RequestState): string {
  const { route, isCanary } = request
  if (route === undefined) return ''
  return (isCanary ? takenCanary(request)?.rule.variant : route.policies.variant.name) ?? ''
}
