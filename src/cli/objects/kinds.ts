// What kubectl calls the kinds that Portico reads: names, plural, short names, groups.
import { nearestName } from '../../diagnostics/nearest-name.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { UsageError } from '../usage-error.ts'

/** A kind under the names that kubectl has for it. */
export interface KindNames {
  readonly kind: Resource['kind']
  /** `ingress`. */
  readonly singular: string
  /** `ingresses`. */
  readonly plural: string
  readonly short: readonly string[]
  /** Empty for core. */
  readonly group: string
  /** Whether its objects belong to namespaces. */
  readonly namespaced: boolean
  /** Its objects in a snapshot, in source order. */
  readonly listIn: (resources: ResourceSet) => readonly Resource[]
}

const networking = 'networking.k8s.io'

/** In the order that `all` shows them. */
export const kindNames: readonly KindNames[] = [
  {
    ...named('Ingress', 'ingress', 'ingresses', ['ing'], networking),
    listIn: resources => resources.ingresses,
  },
  {
    ...named('IngressClass', 'ingressclass', 'ingressclasses', [], networking),
    namespaced: false,
    listIn: resources => [...resources.ingressClasses.values()],
  },
  {
    ...named('Service', 'service', 'services', ['svc'], ''),
    listIn: resources => [...resources.services.values()],
  },
  {
    ...named('Endpoints', 'endpoints', 'endpoints', ['ep'], ''),
    listIn: resources => [...resources.endpoints.values()],
  },
  {
    ...named('EndpointSlice', 'endpointslice', 'endpointslices', [], 'discovery.k8s.io'),
    listIn: resources => [...resources.endpointSlices.values()].flat(),
  },
  {
    ...named('ConfigMap', 'configmap', 'configmaps', ['cm'], ''),
    listIn: resources => [...resources.configMaps.values()],
  },
  {
    ...named('Secret', 'secret', 'secrets', [], ''),
    listIn: resources => [...resources.secrets.values()],
  },
]

function named(
  kind: Resource['kind'],
  singular: string,
  plural: string,
  short: readonly string[],
  group: string,
): Omit<KindNames, 'listIn'> {
  return { kind, singular, plural, short, group, namespaced: true }
}

/** The names of a kind. */
export function namesOfKind(kind: Resource['kind']): KindNames {
  return kindNames.find(names => names.kind === kind)!
}

/** `ingress.networking.k8s.io`, as `-o name` and lists of several kinds have it. */
export function qualifiedSingular({ singular, group }: KindNames): string {
  return group === '' ? singular : `${singular}.${group}`
}

/** `ingresses.networking.k8s.io`, as errors have it. */
export function qualifiedPlural({ plural, group }: KindNames): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** Kinds of `ingress,svc` or `all`, each once. Throws `UsageError` for what is none. */
export function readKinds(text: string): readonly KindNames[] {
  const words = text.split(',').filter(word => word !== '')
  const kinds = words.flatMap(word => (word.toLowerCase() === 'all' ? kindNames : [readKind(word)]))
  if (kinds.length === 0) throw new UsageError('name a kind, for example ingress; all means every kind')
  return [...new Set(kinds)]
}

/** The kind of `ingress`, `ingresses`, `ing`, `Ingress` or any of them with `.networking.k8s.io`. Throws `UsageError` for what is none. */
export function readKind(word: string): KindNames {
  const wanted = word.toLowerCase()
  const kind = kindNames.find(names => namesOf(names).includes(wanted))
  if (kind !== undefined) return kind
  const nearest = nearestName(
    wanted,
    kindNames.flatMap(names => [names.singular, names.plural]),
  )
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`
  const known = kindNames.map(({ singular, short }) => [singular, ...short].join('/')).join(', ')
  throw new UsageError(`there is no resource type ${JSON.stringify(word)} here${hint} (read are ${known})`)
}

function namesOf({ singular, plural, short, group }: KindNames): string[] {
  const suffix = `.${group}`
  const names = [singular, plural, ...short]
  return group === '' ? names : [...names, ...names.map(name => name + suffix)]
}
