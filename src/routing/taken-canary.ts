// Which canary of its route a request went to.
import type { Backend, Canary, Route } from './table.ts'

/** `undefined` where none took it. */
export function takenCanary(decided: {
  readonly route: Route | undefined
  readonly isCanary: boolean
  readonly backend: Backend | undefined
}): Canary | undefined {
  const { route, isCanary, backend } = decided
  return isCanary ? route?.canaries.find(canary => canary.backend === backend) : undefined
}
