// Everything that descriptions are made of: the objects, the table they make, the findings, each found quickly.
import type { Compilation } from '../../compile/compilation.ts'
import type { ResolvedBackend } from '../../compile/describe-backend.ts'
import { nameBackend } from '../../compile/named-backend.ts'
import type { EndpointMap } from '../../compile/options.ts'
import { BackendResolver } from '../../compile/resolve-backends.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { byPosition } from '../../diagnostics/order.ts'
import { type EffectiveSetting, effectiveOn } from '../../explain/effective-settings.ts'
import { ProvenanceFinder } from '../../explain/provenance.ts'
import type { ServiceBackend } from '../../resources/ingress.ts'
import { objectKey } from '../../resources/object-meta.ts'
import { createPlainReader, type PlainObject } from '../../resources/plain-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import type { Canary, HostRoutes, Origin, Route } from '../../routing/table.ts'

/** Requests that lead to a backend, and the rule that says so. */
export interface Use {
  readonly route: Route
  /** Whether it takes the paths that no rule takes. */
  readonly isFallback: boolean
  /** `undefined`: the route's own backend. */
  readonly canary: Canary | undefined
}

/** A setting in force, and for which requests. */
export interface SettingOnRoutes {
  readonly setting: EffectiveSetting
  /** `undefined`: for all of the Ingress. */
  readonly only: readonly Use[] | undefined
}

/** One snapshot, compiled. */
export interface DescribedManifests {
  readonly resources: ResourceSet
  readonly plainOf: (resource: Resource) => PlainObject
  /** What a backend leads to, as requests would find it. */
  readonly backendOf: (namespace: string, backend: ServiceBackend) => ResolvedBackend
  /** Findings about an object, by file and position. */
  readonly findingsOf: (resource: Resource) => readonly Diagnostic[]
  /** What is written for the routes of an Ingress (`namespace/name`), once for each that is in force alike. */
  readonly settingsOf: (ingress: string) => readonly SettingOnRoutes[]
  /** Canaries on the rules of an Ingress (`namespace/name`). */
  readonly canariesOn: (ingress: string) => readonly Use[]
  /** What an Ingress is the canary for. */
  readonly canariesOf: (ingress: string) => readonly Use[]
  /** Everything that leads to a Service (`namespace/name`). */
  readonly usesOf: (service: string) => readonly Use[]
}

/** Indexes what compiling `resources` gave; `diagnostics` are those of reading too. */
export function describeManifests(
  resources: ResourceSet,
  { table, from }: Pick<Compilation, 'table' | 'from'>,
  diagnostics: readonly Diagnostic[],
  endpointMaps: readonly EndpointMap[],
): DescribedManifests {
  const resolver = new BackendResolver(endpointMaps)
  resolver.enter(resources)
  const uses = table.hosts.flatMap(usesIn)
  const finder = new ProvenanceFinder(from)
  const mains = uses.filter(({ canary }) => canary === undefined)
  const routesByIngress = Map.groupBy(mains, ({ route }) => ingressKey(route.origin))
  const canaries = uses.filter(({ canary }) => canary !== undefined)
  const findings = Map.groupBy(byPosition(diagnostics), ({ object }) => object)
  const byMain = Map.groupBy(canaries, ({ route }) => ingressKey(route.origin))
  const byCanary = Map.groupBy(canaries, ({ canary }) => ingressKey(canary!.origin))
  const byService = Map.groupBy(uses, ({ route, canary }) => {
    const backend = canary?.backend ?? route.backend
    return backend === undefined ? '' : objectKey(backend.namespace, backend.service)
  })
  return {
    resources,
    plainOf: createPlainReader(),
    backendOf: (namespace, { name, port }) => resolver.resolve(nameBackend(namespace, name, port)),
    findingsOf: ({ kind, meta }) => {
      const name = meta.namespace === '' ? meta.name : objectKey(meta.namespace, meta.name)
      return findings.get(`${kind} ${name}`) ?? []
    },
    settingsOf: ingress => settingsOn(routesByIngress.get(ingress) ?? [], finder),
    canariesOn: ingress => byMain.get(ingress) ?? [],
    canariesOf: ingress => byCanary.get(ingress) ?? [],
    usesOf: service => byService.get(service) ?? [],
  }
}

function usesIn({ routes, fallback }: HostRoutes): Use[] {
  const usesOf = (route: Route) =>
    [undefined, ...route.canaries].map(canary => ({ route, isFallback: route === fallback, canary }))
  return [...routes.flatMap(usesOf), ...(fallback === undefined ? [] : usesOf(fallback))]
}

/** Most hold for every route of an Ingress; those that do not say for which. */
function settingsOn(uses: readonly Use[], finder: ProvenanceFinder): SettingOnRoutes[] {
  // The 404 that every host has for what no rule takes is under the same settings, but for those about paths.
  const served = uses.filter(({ route, isFallback }) => !isFallback || route.backend !== undefined)
  const found = served.flatMap(use => effectiveOn(use.route, finder).map(setting => ({ use, setting })))
  const alike = Map.groupBy(found, ({ setting }) => JSON.stringify(setting))
  return [...alike.values()].map(group => ({
    setting: group[0]!.setting,
    only: group.length === served.length ? undefined : group.map(({ use }) => use),
  }))
}

function ingressKey({ namespace, ingress }: Origin): string {
  return objectKey(namespace, ingress)
}
