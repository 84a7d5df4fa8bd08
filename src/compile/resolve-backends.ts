// From the Service port that an Ingress names to the upstream that serves it, or to the reason why nothing does. Results
// live from compile to compile as long as the objects they were made of are the same.
import type { ServicePortReference } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Service, ServicePort } from '../resources/service.ts'
import type { Endpoint, Upstream } from '../routing/table.ts'
import { changedServices } from './changed-services.ts'
import {
  describeBackend,
  failedBackend,
  otherNamespaceHint,
  portText,
  type ResolvedBackend,
  type ResolvedUpstream,
} from './describe-backend.ts'
import { type NamedBackend, nameBackend } from './named-backend.ts'
import type { EndpointMap } from './options.ts'
import { type EndpointSources, mappedEndpoints, resolveEndpoints } from './resolve-endpoints.ts'

/** Looks backends up in one snapshot after another. */
export interface BackendResolver {
  /** Takes a new snapshot; results made of unchanged objects stay the same objects. */
  enter(resources: ResourceSet): void
  resolve(plan: NamedBackend): ResolvedBackend
  /** The first port of a Service, for the default backend; its finding says why there is none. */
  resolveFirstPort(namespace: string, service: string): ResolvedBackend
}

interface BackendEntry {
  snapshot: ResourceSet
  readonly service: Service | undefined
  readonly upstream: UpstreamEntry | undefined
  readonly resolved: ResolvedBackend
}

interface UpstreamEntry extends ResolvedUpstream {
  snapshot: ResourceSet
}

/** Creates a resolver. `maps` are the endpoints that `--map` gives. */
export function createBackendResolver(maps: readonly EndpointMap[]): BackendResolver {
  const mapsByService = Map.groupBy(maps, map => objectKey(map.namespace, map.service))
  const backends = new Map<string, BackendEntry>()
  const upstreams = new Map<string, UpstreamEntry>()
  const mappedUpstreams = new Map<string, Upstream>()
  let changed: ReadonlySet<string> = new Set()
  let resources: ResourceSet

  function enter(next: ResourceSet): void {
    // Entries the last snapshot did not ask for belong to backends that are gone; the others were right for it.
    dropUnused(backends, resources)
    dropUnused(upstreams, resources)
    changed = resources === undefined ? new Set() : changedServices(resources, next)
    resources = next
  }

  function resolve(plan: NamedBackend): ResolvedBackend {
    const before = backends.get(plan.key)
    if (before?.snapshot === resources) return before.resolved
    // What is said of a missing Service depends on the Services of other namespaces, too.
    if (before?.service !== undefined && !changed.has(plan.serviceKey)) {
      before.snapshot = resources
      if (before.upstream !== undefined) before.upstream.snapshot = resources
      return before.resolved
    }
    const service = resources.services.get(plan.serviceKey)
    const port = service === undefined ? undefined : findPort(service, plan.port)
    const upstream = service === undefined || port === undefined ? undefined : resolveUpstream(service, port)
    const made = service === undefined ? resolveMissing(plan) : describeBackend(plan, service, upstream)
    const resolved = before !== undefined && isSame(before.resolved, made) ? before.resolved : made
    backends.set(plan.key, { snapshot: resources, service, upstream, resolved })
    return resolved
  }

  function resolveUpstream(service: Service, port: ServicePort): UpstreamEntry {
    const serviceKey = objectKey(service.meta.namespace, service.meta.name)
    const key = `${serviceKey}:${port.port}`
    const before = upstreams.get(key)
    if (before !== undefined && (before.snapshot === resources || !changed.has(serviceKey))) {
      before.snapshot = resources
      return before
    }
    const sources = {
      maps: mapsByService.get(serviceKey) ?? [],
      slices: resources.endpointSlices.get(serviceKey) ?? [],
      endpoints: resources.endpoints.get(serviceKey),
    }
    const entry = { ...sources, snapshot: resources, upstream: buildUpstream(key, service, port, sources) }
    upstreams.set(key, entry)
    return entry
  }

  /** No Service: `--map` alone still leads somewhere, a cluster would not. */
  function resolveMissing(plan: NamedBackend): ResolvedBackend {
    const { namespace, service } = plan
    const port =
      'number' in plan.port ? { port: plan.port.number, name: '' } : { port: 0, name: plan.port.name }
    const endpoints = mappedEndpoints(mapsByService.get(plan.serviceKey) ?? [], port)
    const missing = `Service "${service}" does not exist${otherNamespaceHint(resources, namespace, service)}`
    if (endpoints === undefined) return failedBackend(plan, 'backend-service-missing', missing)
    const written = portText(plan.port)
    const upstream = mappedUpstream(plan, endpoints)
    const problem = `${missing}; --map serves it here, a cluster answers 503`
    return {
      backend: { namespace, service, port: written, upstream, problem: undefined },
      finding: { severity: 'error', code: 'backend-service-missing', problem, isServed: true, hint: '' },
    }
  }

  /** Depends on the flags alone, so one object per port serves for ever. */
  function mappedUpstream(plan: NamedBackend, endpoints: readonly Endpoint[]): Upstream {
    const { namespace, service } = plan
    const port = portText(plan.port)
    const key = `${plan.serviceKey}:${port}`
    const before = mappedUpstreams.get(key)
    if (before !== undefined) return before
    const upstream = {
      key,
      namespace,
      service,
      port,
      endpoints,
      notReadyCount: 0,
      clientIpAffinitySeconds: undefined,
    }
    mappedUpstreams.set(key, upstream)
    return upstream
  }

  function resolveFirstPort(namespace: string, name: string): ResolvedBackend {
    const first = resources.services
      .get(objectKey(namespace, name))
      ?.ports.find(port => port.protocol === 'TCP')
    return resolve(nameBackend(namespace, name, { number: first?.port ?? 80 }))
  }

  return { enter, resolve, resolveFirstPort }
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

function buildUpstream(key: string, service: Service, port: ServicePort, sources: EndpointSources): Upstream {
  const { namespace, name } = service.meta
  return {
    key,
    namespace,
    service: name,
    port: String(port.port),
    ...resolveEndpoints(service, port, sources),
    clientIpAffinitySeconds: service.clientIpAffinitySeconds,
  }
}

function isSame(a: ResolvedBackend, b: ResolvedBackend): boolean {
  return (
    a.backend.upstream === b.backend.upstream &&
    a.backend.problem === b.backend.problem &&
    a.finding?.problem === b.finding?.problem
  )
}
