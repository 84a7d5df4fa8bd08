// Ingresses whose class no IngressClass of the manifests has. They are served here all the same; a cluster leaves them alone
// unless the class is installed there by other means.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Ingress } from '../resources/ingress.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { sayAbout } from './findings.ts'

/**
 * Says nothing where the manifests have no IngressClass at all: most leave those to whoever installs the controller. The
 * class annotation needs no object (ingress-nginx compares it with a flag of its own).
 */
export function reportMissingClasses(
  ingresses: readonly Ingress[],
  { ingressClasses }: ResourceSet,
  diagnostics: Diagnostic[],
): void {
  if (ingressClasses.size === 0) return
  const names = [...ingressClasses.values()].map(({ meta }) => meta.name)
  const known = new Set(names)
  for (const { className, meta } of ingresses) {
    if (className === undefined || className.value === '' || known.has(className.value)) continue
    const nearest = nearestName(className.value, names)
    const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`
    sayAbout(`Ingress ${meta.namespace}/${meta.name}`, diagnostics)(
      nearest === undefined ? 'note' : 'warning',
      'class-missing',
      className.place,
      `no IngressClass "${className.value}" is among the manifests, which have others; served here, a cluster without it leaves the Ingress alone${hint}`,
    )
  }
}
