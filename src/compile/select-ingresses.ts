// Which Ingresses are served: those of the wanted namespace and class.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Ingress } from '../resources/ingress.ts'
import type { IngressClass } from '../resources/ingress-class.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { sayAbout } from './findings.ts'
import type { CompileOptions } from './options.ts'

/** Annotation that named the class before `spec.ingressClassName` existed; still honoured. */
const classAnnotation = 'kubernetes.io/ingress.class'

/**
 * The Ingresses to serve. Class as in Kubernetes: the field, else the annotation, else the default IngressClass if there
 * is exactly one. Without wanted classes every Ingress is served. Those left out for their class are reported as notes.
 */
export function selectIngresses(
  resources: ResourceSet,
  options: CompileOptions,
  diagnostics: Diagnostic[],
): readonly Ingress[] {
  const { namespace, ingressClasses } = options
  if (namespace === undefined && ingressClasses.length === 0) return resources.ingresses
  const defaultClass = ingressClasses.length === 0 ? undefined : findDefaultClass(resources, diagnostics)
  return resources.ingresses.filter(ingress => {
    if (namespace !== undefined && ingress.meta.namespace !== namespace) return false
    if (ingressClasses.length === 0) return true
    const className = classOf(ingress) ?? defaultClass?.meta.name
    if (className !== undefined && ingressClasses.includes(className)) return true
    reportOtherClass(ingress, className, diagnostics)
    return false
  })
}

function classOf(ingress: Ingress): string | undefined {
  const written = ingress.className?.value ?? ingress.meta.annotations.get(classAnnotation)?.value
  return written === '' ? undefined : written
}

function findDefaultClass(resources: ResourceSet, diagnostics: Diagnostic[]): IngressClass | undefined {
  const defaults = [...resources.ingressClasses.values()].filter(ingressClass => ingressClass.isDefault)
  if (defaults.length <= 1) return defaults[0]
  for (const { meta } of defaults) {
    sayAbout(`IngressClass ${meta.name}`, diagnostics)(
      'error',
      'class-default-ambiguous',
      meta.place,
      `${defaults.length} classes are marked as the default; Ingresses without a class are not served until one is left`,
    )
  }
  return undefined
}

function reportOtherClass(ingress: Ingress, className: string | undefined, diagnostics: Diagnostic[]): void {
  const { meta } = ingress
  const reason = className === undefined ? 'it names no class' : `its class is "${className}"`
  const place = ingress.className?.place ?? meta.annotations.get(classAnnotation)?.place ?? meta.place
  sayAbout(`Ingress ${meta.namespace}/${meta.name}`, diagnostics)(
    'note',
    'class-not-served',
    place,
    `not served: ${reason}`,
  )
}
