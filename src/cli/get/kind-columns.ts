// The columns that kubectl shows of each kind (kubernetes/kubernetes, pkg/printers/internalversion).
import { isIPv6 } from 'node:net'
import type { EndpointSlice, Endpoints } from '../../resources/endpoints.ts'
import type { Ingress } from '../../resources/ingress.ts'
import type { IngressClass } from '../../resources/ingress-class.ts'
import { asRecord, type PlainObject } from '../../resources/plain-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { Service } from '../../resources/service.ts'
import { formatLabels } from '../objects/label-selector.ts'

/** One column of a kind. */
export interface KindColumn<R extends Resource> {
  readonly title: string
  /** Shown with `-o wide` only. */
  readonly wideOnly?: boolean
  /** `plain` has what the typed object does not keep. */
  readonly cell: (resource: R, plain: PlainObject, wide: boolean) => string
}

type ColumnsOfKinds = {
  readonly [K in Resource['kind']]: readonly KindColumn<Extract<Resource, { kind: K }>>[]
}

const none = '<none>'
/** How many entries a cell lists. */
const listedAtMost = 3
/** Characters of an address list, unless wide. */
const addressWidth = 16

/** Those between NAME and AGE, and after it where `wideOnly`. */
export const kindColumns: ColumnsOfKinds = {
  Ingress: [
    { title: 'CLASS', cell: ({ className }) => className?.value ?? none },
    { title: 'HOSTS', cell: hostsCell },
    { title: 'ADDRESS', cell: (_, plain, wide) => statusAddresses(plain, wide) },
    { title: 'PORTS', cell: ({ tls }) => (tls.length > 0 ? '80, 443' : '80') },
  ],
  IngressClass: [
    { title: 'CONTROLLER', cell: ({ controller }) => controller },
    { title: 'PARAMETERS', cell: parametersCell },
  ],
  Service: [
    { title: 'TYPE', cell: ({ type }) => type },
    { title: 'CLUSTER-IP', cell: ({ clusterIp }) => clusterIp || none },
    { title: 'EXTERNAL-IP', cell: externalIpCell },
    { title: 'PORT(S)', cell: portsCell },
    { title: 'SELECTOR', wideOnly: true, cell: (_, plain) => selectorText(plain) },
  ],
  Endpoints: [{ title: 'ENDPOINTS', cell: endpointsCell }],
  EndpointSlice: [
    { title: 'ADDRESSTYPE', cell: ({ addressType }) => addressType },
    { title: 'PORTS', cell: slicePortsCell },
    { title: 'ENDPOINTS', cell: sliceEndpointsCell },
  ],
  Secret: [
    { title: 'TYPE', cell: ({ type }) => type },
    { title: 'DATA', cell: ({ data }) => String(data.size) },
  ],
  ConfigMap: [{ title: 'DATA', cell: (_, plain) => String(dataCount(plain)) }],
}

/** Names of the first rules that have one; how many rules are left is counted with those that have none, as kubectl does. */
function hostsCell({ rules }: Ingress): string {
  const named = rules.filter(({ host }) => host !== '')
  const listed = named.slice(0, listedAtMost)
  if (listed.length === 0) return '*'
  const hosts = listed.map(({ host }) => host).join(',')
  const hasMore = listed.length === listedAtMost && rules.at(-1) !== listed.at(-1)
  return hasMore ? `${hosts} + ${rules.length - listedAtMost} more...` : hosts
}

/** `status.loadBalancer.ingress`: IP addresses or else names, each once. */
export function statusAddresses({ status }: PlainObject, wide: boolean): string {
  const entries = listOf(asRecord(asRecord(status).loadBalancer).ingress)
  const addresses = entries
    .map(entry => asRecord(entry))
    .map(({ ip, hostname }) => text(ip) || text(hostname))
  const joined = [...new Set(addresses.filter(address => address !== ''))].sort().join(',')
  return !wide && joined.length > addressWidth ? `${joined.slice(0, addressWidth - 3)}...` : joined
}

function parametersCell(_: IngressClass, { spec }: PlainObject): string {
  const { parameters } = asRecord(spec)
  if (parameters === undefined || parameters === null) return none
  const { kind, apiGroup, name } = asRecord(parameters)
  const group = text(apiGroup) === '' ? '' : `.${text(apiGroup)}`
  return `${text(kind)}${group}/${text(name)}`
}

function externalIpCell({ type, externalName }: Service, plain: PlainObject, wide: boolean): string {
  if (type === 'ExternalName') return externalName ?? ''
  const external = listOf(asRecord(plain.spec).externalIPs).map(text)
  const balancer = type === 'LoadBalancer' ? statusAddresses(plain, wide) : ''
  const all = [...(balancer === '' ? [] : [balancer]), ...external].join(',')
  return all || (type === 'LoadBalancer' ? '<pending>' : none)
}

/** `80/TCP`, with a node port `80:30080/TCP`. */
function portsCell({ ports }: Service, { spec }: PlainObject): string {
  const written = listOf(asRecord(spec).ports).map(port => asRecord(port))
  const cells = ports.map(({ port, protocol }) => {
    const own = written.find(other => Number(other.port) === port && (other.protocol ?? 'TCP') === protocol)
    const nodePort = text(own?.nodePort)
    return `${port}${nodePort === '' ? '' : `:${nodePort}`}/${protocol}`
  })
  return cells.join(',') || none
}

/** `spec.selector` of a Service. */
export function selectorText({ spec }: PlainObject): string {
  return formatLabels(
    Object.entries(asRecord(asRecord(spec).selector)).map(([key, value]) => [key, text(value)]),
  )
}

/** Ready addresses with their ports; addresses alone where there are no ports. */
function endpointsCell({ subsets }: Endpoints): string {
  if (subsets.length === 0) return none
  const all = subsets.flatMap(({ addresses, ports }) =>
    ports.length === 0
      ? addresses
      : ports.flatMap(({ port }) => addresses.map(address => hostPort(address, port))),
  )
  return listSome(all, '')
}

function slicePortsCell({ ports }: EndpointSlice): string {
  return listSome(
    ports.map(({ port, name }) => (port === undefined ? name || '*' : String(port))),
    '<unset>',
  )
}

function sliceEndpointsCell({ endpoints }: EndpointSlice): string {
  return listSome(
    endpoints.flatMap(({ addresses }) => addresses),
    '<unset>',
  )
}

function dataCount({ data, binaryData }: PlainObject): number {
  return Object.keys(asRecord(data)).length + Object.keys(asRecord(binaryData)).length
}

/** `a,b,c + 2 more...`; `empty` for nothing. */
export function listSome(entries: readonly string[], empty: string): string {
  const listed = entries.slice(0, listedAtMost).join(',')
  const more = entries.length - listedAtMost
  return (more > 0 ? `${listed} + ${more} more...` : listed) || empty
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function hostPort(address: string, port: number | undefined): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A scalar by its text; empty for anything else. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
