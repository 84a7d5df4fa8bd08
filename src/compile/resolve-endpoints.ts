// The addresses behind a Service port, from the first source that says anything: --map, the Service's annotation,
// EndpointSlices, Endpoints, ExternalName. Sources are never added up.
import { isIP } from 'node:net'
import type { EndpointPort, EndpointSlice, Endpoints } from '../resources/endpoints.ts'
import type { Service, ServicePort } from '../resources/service.ts'
import type { Endpoint, EndpointSource } from '../routing/table.ts'
import { endpointsAnnotation, readEndpointsAnnotation } from './endpoints-annotation.ts'
import type { EndpointMap } from './options.ts'

/** What is known of one Service besides the Service itself. */
export interface EndpointSources {
  /** Those of this Service, any port. */
  readonly maps: readonly EndpointMap[]
  readonly slices: readonly EndpointSlice[]
  readonly endpoints: Endpoints | undefined
}

/** What is behind a Service port. */
export interface ResolvedEndpoints {
  /** Those that get requests, each once. */
  readonly endpoints: readonly Endpoint[]
  /** How many more are listed as not ready. */
  readonly notReadyCount: number
  /** Who lists them; `undefined`: nobody does. */
  readonly source: EndpointSource | undefined
}

/** Names of the ports that slices or Endpoints list; what to say when none of them is the wanted one. */
export function listedPortNames({ slices, endpoints }: EndpointSources): readonly string[] {
  const ports = [...slices, ...(endpoints?.subsets ?? [])].flatMap(list => list.ports)
  return [...new Set(ports.map(port => port.name))]
}

/** Whether a Service has an address of its own; in a cluster all but headless ones get one. */
export function hasAddress({ clusterIp }: Service): boolean {
  return clusterIp !== undefined && isIP(clusterIp) !== 0
}

/**
 * Ready endpoints of a Service port, without duplicates, in the order they are listed. `byAddress`: its own address stands
 * for those that nobody has written by hand.
 */
export function resolveEndpoints(
  service: Service,
  port: ServicePort,
  sources: EndpointSources,
  byAddress: boolean,
): ResolvedEndpoints {
  const mapped = mappedEndpoints(sources.maps, port)
  if (mapped !== undefined) return collect(mapped, [], 'map', undefined)
  const { annotations, place } = service.meta
  const listed = readEndpointsAnnotation(service)
  if (listed !== undefined)
    return collect(listed, [], 'annotation', annotations.get(endpointsAnnotation)!.place)
  if (byAddress) return collect([{ address: service.clusterIp!, port: port.port }], [], 'address', place)
  if (sources.slices.length > 0) return fromSlices(service, port, sources.slices)
  if (sources.endpoints !== undefined) return fromEndpoints(service, port, sources.endpoints)
  if (service.externalName === undefined) return { endpoints: [], notReadyCount: 0, source: undefined }
  return collect([{ address: service.externalName, port: targetNumber(port) }], [], 'ExternalName', place)
}

/** What `--map` says for a port; `undefined` when it says nothing. */
export function mappedEndpoints(
  maps: readonly EndpointMap[],
  port: { readonly port: number; readonly name: string },
): readonly Endpoint[] | undefined {
  const own = maps.filter(
    map => map.port === undefined || map.port === String(port.port) || map.port === port.name,
  )
  return own.length === 0 ? undefined : own.map(map => ({ address: map.address, port: map.endpointPort }))
}

/** Slices carry resolved numbers, found by the Service port's name. Of an endpoint's addresses the first counts. */
function fromSlices(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
): ResolvedEndpoints {
  const ready: Endpoint[] = []
  const notReady: Endpoint[] = []
  for (const slice of slices) {
    // A slice without ports: ingress-nginx falls back to the Service's target port.
    const numbers = slice.ports.length === 0 ? [targetNumber(port)] : portNumbers(slice.ports, port)
    for (const endpoint of slice.endpoints) {
      const address = endpoint.addresses[0]
      if (address === undefined) continue
      const list = endpoint.ready || service.publishNotReadyAddresses ? ready : notReady
      for (const number of numbers) list.push({ address, port: number })
    }
  }
  return collect(ready, notReady, 'EndpointSlice', slices[0]!.meta.place)
}

/** Each subset is the cross product of its addresses and ports. */
function fromEndpoints(service: Service, port: ServicePort, { subsets, meta }: Endpoints): ResolvedEndpoints {
  const ready: Endpoint[] = []
  const notReady: Endpoint[] = []
  for (const subset of subsets) {
    for (const number of portNumbers(subset.ports, port)) {
      for (const address of subset.addresses) ready.push({ address, port: number })
      const late = service.publishNotReadyAddresses ? ready : notReady
      for (const address of subset.notReadyAddresses) late.push({ address, port: number })
    }
  }
  return collect(ready, notReady, 'Endpoints', meta.place)
}

/** Numbers of the TCP ports that stand for a Service port. An unnamed Service port takes every name (ingress-nginx). */
function portNumbers(ports: readonly EndpointPort[], wanted: ServicePort): number[] {
  const matching = ports.filter(
    port => port.protocol === 'TCP' && (wanted.name === '' || port.name === wanted.name),
  )
  return matching.map(port => port.port ?? targetNumber(wanted))
}

/** The number a Service port leads to; a name can only be resolved by whoever lists the endpoints. */
function targetNumber(port: ServicePort): number {
  return typeof port.targetPort === 'number' ? port.targetPort : port.port
}

function collect(
  ready: readonly Endpoint[],
  notReady: readonly Endpoint[],
  kind: EndpointSource['kind'],
  place: EndpointSource['place'],
): ResolvedEndpoints {
  const endpoints = new Map(ready.map(endpoint => [textOf(endpoint), endpoint]))
  const late = new Set(notReady.map(textOf))
  const notReadyCount = late.difference(endpoints).size
  return { endpoints: [...endpoints.values()], notReadyCount, source: { kind, place } }
}

function textOf({ address, port }: Endpoint): string {
  return `${address} ${port}`
}
