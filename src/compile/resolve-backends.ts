// From the Service port that an Ingress names to the upstream that serves it, or to the reason why nothing does. Results
// live from compile to compile as long as the objects they were made of are the same.
import { defaultUpstreamPolicies } from '../policies/all.ts'
import { buildResourceSet } from '../resources/build-resource-set.ts'
import type { ServicePortReference } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Service, ServicePort } from '../resources/service.ts'
import type { Upstream } from '../routing/table.ts'
import { protocolOf } from './app-protocol.ts'
import { changedServices } from './changed-services.ts'
import {
  describeBackend,
  failedBackend,
  otherNamespaceHint,
  portText,
  type ResolvedBackend,
  type ResolvedUpstream,
} from './describe-backend.ts'
import { addressMark, type NamedBackend, nameBackend } from './named-backend.ts'
import type { EndpointMap } from './options.ts'
import { type EndpointSources, hasAddress, mappedEndpoints, resolveEndpoints } from './resolve-endpoints.ts'
import { readServicePolicies } from './service-policies.ts'

interface BackendEntry {
  snapshot: ResourceSet
  readonly service: Service | undefined
  readonly upstream: UpstreamEntry | undefined
  readonly resolved: ResolvedBackend
}

interface UpstreamEntry extends ResolvedUpstream {
  snapshot: ResourceSet
}

/**
 * Looks backends up in one snapshot after another, none before the first {@link enter}. Results made of unchanged objects
 * stay the same objects, so that what depends on them can be told unchanged by identity.
 */
export class BackendResolver {
  readonly #maps: ReadonlyMap<string, readonly EndpointMap[]>
  readonly #backends = new Map<string, BackendEntry>()
  readonly #upstreams = new Map<string, UpstreamEntry>()
  /** These depend on the flags alone, so one object per port serves for ever. */
  readonly #mappedUpstreams = new Map<string, Upstream>()
  #resources: ResourceSet = buildResourceSet([], () => {})
  /** Services that differ from the snapshot before. */
  #changed: ReadonlySet<string> = new Set()

  /** `maps` are the endpoints that `--map` gives. */
  constructor(maps: readonly EndpointMap[]) {
    this.#maps = Map.groupBy(maps, map => objectKey(map.namespace, map.service))
  }

  /** Services (`namespace/name`) that URLs in annotations lead to in the present snapshot. */
  readonly namedInUrls = new Set<string>()

  /** Makes `resources` the snapshot that backends are looked up in. */
  enter(resources: ResourceSet): void {
    // Entries the last snapshot did not ask for belong to backends that are gone; the others were right for it.
    dropUnused(this.#backends, this.#resources)
    dropUnused(this.#upstreams, this.#resources)
    this.#changed = changedServices(this.#resources, resources)
    this.#resources = resources
    this.namedInUrls.clear()
  }

  /** What a backend leads to in the present snapshot; a finding says what is wrong with it. Never throws. */
  resolve(plan: NamedBackend): ResolvedBackend {
    const before = this.#backends.get(plan.key)
    if (before?.snapshot === this.#resources) return before.resolved
    // What is said of a missing Service depends on the Services of other namespaces, too.
    if (before?.service !== undefined && !this.#changed.has(plan.serviceKey)) return this.#keep(before)
    const entry = this.#look(plan)
    const isUnchanged = before !== undefined && isSame(before.resolved, entry.resolved)
    const resolved = isUnchanged ? before.resolved : entry.resolved
    this.#backends.set(plan.key, { ...entry, resolved })
    return resolved
  }

  /** As {@link resolve}, for the first TCP port of a Service: flags name none. */
  resolveFirstPort(namespace: string, name: string): ResolvedBackend {
    const service = this.#resources.services.get(objectKey(namespace, name))
    const first = service?.ports.find(port => port.protocol === 'TCP')
    return this.resolve(nameBackend(namespace, name, { number: first?.port ?? 80 }))
  }

  #keep(entry: BackendEntry): ResolvedBackend {
    entry.snapshot = this.#resources
    if (entry.upstream !== undefined) entry.upstream.snapshot = this.#resources
    return entry.resolved
  }

  #look(plan: NamedBackend): BackendEntry {
    const snapshot = this.#resources
    const service = snapshot.services.get(plan.serviceKey)
    if (service === undefined)
      return { snapshot, service, upstream: undefined, resolved: this.#resolveMissing(plan) }
    const port = findPort(service, plan.port)
    const upstream = port === undefined ? undefined : this.#resolveUpstream(plan, service, port)
    return { snapshot, service, upstream, resolved: describeBackend(plan, service, upstream) }
  }

  #resolveUpstream(
    { serviceKey, byAddress: isWanted }: NamedBackend,
    service: Service,
    port: ServicePort,
  ): UpstreamEntry {
    const byAddress = isWanted && hasAddress(service)
    const key = `${serviceKey}:${port.port}${byAddress ? addressMark : ''}`
    const before = this.#upstreams.get(key)
    if (before !== undefined && (before.snapshot === this.#resources || !this.#changed.has(serviceKey))) {
      before.snapshot = this.#resources
      return before
    }
    const sources = this.#sourcesOf(serviceKey)
    const upstream = buildUpstream(key, service, port, sources, byAddress)
    const entry = { ...sources, snapshot: this.#resources, upstream }
    this.#upstreams.set(key, entry)
    return entry
  }

  #sourcesOf(serviceKey: string): EndpointSources {
    return {
      maps: this.#maps.get(serviceKey) ?? [],
      slices: this.#resources.endpointSlices.get(serviceKey) ?? [],
      endpoints: this.#resources.endpoints.get(serviceKey),
    }
  }

  /** No Service: `--map` alone still leads somewhere, a cluster would not. */
  #resolveMissing(plan: NamedBackend): ResolvedBackend {
    const { namespace, service } = plan
    const hint = otherNamespaceHint(this.#resources, namespace, service)
    const missing = `Service "${service}" does not exist${hint}`
    const upstream = this.#mappedUpstream(plan)
    if (upstream === undefined) return failedBackend(plan, 'backend-service-missing', missing)
    const problem = `${missing}; --map serves it here, a cluster answers 503`
    return {
      backend: { namespace, service, port: upstream.port, upstream, problem: undefined },
      finding: { severity: 'error', code: 'backend-service-missing', problem, isServed: true, hint: '' },
    }
  }

  /** `undefined` when no `--map` is for this port. */
  #mappedUpstream({ namespace, service, serviceKey, port }: NamedBackend): Upstream | undefined {
    const text = portText(port)
    const key = `${serviceKey}:${text}`
    const before = this.#mappedUpstreams.get(key)
    if (before !== undefined) return before
    const wanted = 'number' in port ? { port: port.number, name: '' } : { port: 0, name: port.name }
    const endpoints = mappedEndpoints(this.#maps.get(serviceKey) ?? [], wanted)
    if (endpoints === undefined) return undefined
    const none = {
      notReadyCount: 0,
      source: { kind: 'map', place: undefined } as const,
      clientIpAffinitySeconds: undefined,
      appProtocol: undefined,
      policies: defaultUpstreamPolicies,
    }
    const upstream = { key, namespace, service, port: text, endpoints, ...none }
    this.#mappedUpstreams.set(key, upstream)
    return upstream
  }
}

function dropUnused(entries: Map<string, { snapshot: ResourceSet }>, last: ResourceSet): void {
  for (const [key, entry] of entries) if (entry.snapshot !== last) entries.delete(key)
}

/** The port a backend names. A name of digits falls back to the number; an ExternalName may declare no ports at all. */
function findPort(service: Service, wanted: ServicePortReference): ServicePort | undefined {
  const ports = service.ports.filter(port => port.protocol === 'TCP')
  const named = 'name' in wanted ? ports.find(port => port.name === wanted.name) : undefined
  if (named !== undefined) return named
  const number =
    'number' in wanted ? wanted.number : /^\d+$/.test(wanted.name) ? Number(wanted.name) : undefined
  if (number === undefined) return undefined
  const declared = ports.find(port => port.port === number)
  if (declared !== undefined || service.externalName === undefined || service.ports.length > 0)
    return declared
  return {
    place: service.meta.place,
    name: '',
    port: number,
    protocol: 'TCP',
    targetPort: number,
    appProtocol: undefined,
  }
}

function buildUpstream(
  key: string,
  service: Service,
  port: ServicePort,
  sources: EndpointSources,
  byAddress: boolean,
): Upstream {
  const { namespace, name } = service.meta
  return {
    key,
    namespace,
    service: name,
    port: String(port.port),
    ...resolveEndpoints(service, port, sources, byAddress),
    clientIpAffinitySeconds: service.clientIpAffinitySeconds,
    appProtocol: protocolOf(port.appProtocol),
    policies: readServicePolicies(service),
  }
}

function isSame(a: ResolvedBackend, b: ResolvedBackend): boolean {
  return (
    a.backend.upstream === b.backend.upstream &&
    a.backend.problem === b.backend.problem &&
    a.finding?.problem === b.finding?.problem
  )
}
