// The order in which Ingresses claim hosts and paths.
import type { Ingress } from '../resources/ingress.ts'

/** Oldest `creationTimestamp` first; those without one after them, in source order (file path, then position). */
export function orderByAge(ingresses: readonly Ingress[]): readonly Ingress[] {
  if (ingresses.every(ingress => ingress.meta.creationTimestampMs === undefined)) return ingresses
  return ingresses.toSorted((a, b) => {
    const [older, younger] = [a.meta.creationTimestampMs, b.meta.creationTimestampMs]
    if (older === younger) return 0
    return (older ?? Number.POSITIVE_INFINITY) - (younger ?? Number.POSITIVE_INFINITY)
  })
}
