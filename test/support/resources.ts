// Builders for the objects compile reads, for tests that are about one thing and need the rest to be unremarkable.
import type { Located, Place, SourceDocument } from '../../src/diagnostics/place.ts'
import type { ConfigMap } from '../../src/resources/config-map.ts'
import type { EndpointSlice, Endpoints } from '../../src/resources/endpoints.ts'
import type {
  Ingress,
  IngressBackend,
  IngressPath,
  IngressTls,
  PathType,
} from '../../src/resources/ingress.ts'
import type { IngressClass } from '../../src/resources/ingress-class.ts'
import type { ObjectMeta } from '../../src/resources/object-meta.ts'
import type { Resource } from '../../src/resources/resource.ts'
import type { ResourceSet } from '../../src/resources/resource-set.ts'
import type { Secret } from '../../src/resources/secret.ts'
import type { Service, ServicePort } from '../../src/resources/service.ts'

/** A place in a document of its own. */
export function placeIn(file: string): Place {
  const document: SourceDocument = { file, text: '', startLine: 1 }
  return { document, offset: 0 }
}

export interface MetaInput {
  readonly name?: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly created?: string
}

function buildMeta(input: MetaInput, defaultName: string): ObjectMeta {
  const name = input.name ?? defaultName
  const namespace = input.namespace ?? 'default'
  const place = placeIn(`${namespace}-${name}.yaml`)
  const annotations = Object.entries(input.annotations ?? {}).map(
    ([key, value]): [string, Located<string>] => [key, { value, place }],
  )
  return {
    name,
    namespace,
    labels: new Map(),
    annotations: new Map(annotations),
    annotationsWithoutText: new Map(),
    creationTimestampMs: input.created === undefined ? undefined : Date.parse(input.created),
    place,
  }
}

/** `service:port`; a port of letters is a name, and so is one in quotes: `web:"80"`. */
export function backend(text: string): IngressBackend {
  const [name = '', port = ''] = text.split(':')
  const isNumber = /^\d+$/.test(port)
  return {
    place: placeIn('backend.yaml'),
    service: { name, port: isNumber ? { number: Number(port) } : { name: port.replaceAll('"', '') } },
    resource: undefined,
  }
}

const pathTypes: Record<string, PathType> = { E: 'Exact', P: 'Prefix', I: 'ImplementationSpecific' }

/** `P /foo web:80`: pathType by its first letter, path, backend. */
export function path(text: string): IngressPath {
  const [type = '', written = '', target = ''] = text.split(' ')
  return { place: placeIn('path.yaml'), path: written, pathType: pathTypes[type]!, backend: backend(target) }
}

export interface IngressInput extends MetaInput {
  /** Host (empty for none) → paths; `undefined` for a rule without http. */
  readonly rules?: Readonly<Record<string, readonly string[] | undefined>>
  readonly defaultBackend?: string
  /** Hosts → Secret name. */
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secret?: string }[]
  readonly className?: string
}

/** An Ingress named `web` unless said otherwise. */
export function ingress(input: IngressInput): Ingress {
  const meta = buildMeta(input, 'web')
  const { place } = meta
  return {
    kind: 'Ingress',
    meta,
    className: input.className === undefined ? undefined : { value: input.className, place },
    defaultBackend: input.defaultBackend === undefined ? undefined : backend(input.defaultBackend),
    tls: (input.tls ?? []).map(entry => buildTls(entry, place)),
    rules: Object.entries(input.rules ?? {}).map(([host, paths]) => ({
      place,
      host,
      paths: paths?.map(path),
    })),
  }
}

function buildTls(
  entry: { readonly hosts: readonly string[]; readonly secret?: string },
  place: Place,
): IngressTls {
  return {
    place,
    hosts: entry.hosts.map(value => ({ value, place })),
    secretName: entry.secret === undefined ? undefined : { value: entry.secret, place },
  }
}

export interface ServiceInput extends MetaInput {
  /** Name → port, the name empty for an unnamed one. Default: `{ '': 80 }`. */
  readonly ports?: Readonly<Record<string, number>>
  readonly externalName?: string
}

/** A Service named `web` with the unnamed port 80 unless said otherwise. */
export function service(input: ServiceInput = {}): Service {
  const meta = buildMeta(input, 'web')
  const ports = Object.entries(input.ports ?? { '': 80 }).map(
    ([name, port]): ServicePort => ({
      place: meta.place,
      name,
      port,
      protocol: 'TCP',
      targetPort: port,
      appProtocol: undefined,
    }),
  )
  return {
    kind: 'Service',
    meta,
    type: input.externalName === undefined ? 'ClusterIP' : 'ExternalName',
    ports,
    externalName: input.externalName,
    clusterIp: undefined,
    clientIpAffinitySeconds: undefined,
    publishNotReadyAddresses: false,
  }
}

/** A slice of a Service: its addresses, all ready unless they begin with `!`, on ports by name. */
export function slice(
  serviceName: string,
  addresses: readonly string[],
  ports: Readonly<Record<string, number>> = { '': 3000 },
  input: MetaInput = {},
): EndpointSlice {
  return {
    kind: 'EndpointSlice',
    meta: buildMeta(input, `${serviceName}-slice`),
    serviceName,
    addressType: 'IPv4',
    endpoints: addresses.map(address => {
      const ready = !address.startsWith('!')
      return { addresses: [address.replace('!', '')], ready, serving: ready, terminating: false }
    }),
    ports: portList(ports),
  }
}

/** Endpoints of a Service in one subset; addresses that begin with `!` are not ready. */
export function endpoints(
  name: string,
  addresses: readonly string[],
  ports: Readonly<Record<string, number>> = { '': 3000 },
): Endpoints {
  const [late, ready] = [addresses.filter(a => a.startsWith('!')), addresses.filter(a => !a.startsWith('!'))]
  const notReadyAddresses = late.map(address => address.slice(1))
  return {
    kind: 'Endpoints',
    meta: buildMeta({ name }, name),
    subsets: [{ addresses: ready, notReadyAddresses, ports: portList(ports) }],
  }
}

function portList(ports: Readonly<Record<string, number>>) {
  return Object.entries(ports).map(([name, port]) => ({
    name,
    port,
    protocol: 'TCP' as const,
    appProtocol: undefined,
  }))
}

/** A TLS Secret. */
export function tlsSecret(name: string, certPem: string, keyPem: string, input: MetaInput = {}): Secret {
  const meta = buildMeta({ ...input, name }, name)
  const entry = (text: string) => ({ bytes: Buffer.from(text), place: meta.place })
  const data = new Map([
    ['tls.crt', entry(certPem)],
    ['tls.key', entry(keyPem)],
  ])
  return { kind: 'Secret', meta, type: 'kubernetes.io/tls', data }
}

/** A ConfigMap named `config` unless said otherwise. */
export function configMap(input: MetaInput & { readonly data: Readonly<Record<string, string>> }): ConfigMap {
  const meta = buildMeta(input, 'config')
  const data = Object.entries(input.data).map(([key, value]): [string, Located<string>] => [
    key,
    { value, place: meta.place },
  ])
  return { kind: 'ConfigMap', meta, data: new Map(data), keysWithoutText: new Map() }
}

/** An IngressClass. */
export function ingressClass(name: string, isDefault = false): IngressClass {
  return { kind: 'IngressClass', meta: buildMeta({ name, namespace: '' }, name), controller: 'x', isDefault }
}

/** A snapshot of the objects, in the order given. */
export function resourceSet(...resources: readonly Resource[]): ResourceSet {
  const ofKind = <K extends Resource['kind']>(kind: K) =>
    resources.filter((resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind)
  const byKey = <R extends Resource>(list: readonly R[]) =>
    new Map(list.map(resource => [`${resource.meta.namespace}/${resource.meta.name}`, resource]))
  return {
    ingresses: ofKind('Ingress'),
    ingressClasses: new Map(ofKind('IngressClass').map(resource => [resource.meta.name, resource])),
    services: byKey(ofKind('Service')),
    endpoints: byKey(ofKind('Endpoints')),
    endpointSlices: Map.groupBy(ofKind('EndpointSlice'), s => `${s.meta.namespace}/${s.serviceName}`),
    secrets: byKey(ofKind('Secret')),
    configMaps: byKey(ofKind('ConfigMap')),
    otherKinds: new Map(),
  }
}
