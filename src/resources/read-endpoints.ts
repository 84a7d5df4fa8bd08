// Endpoints (core/v1) and EndpointSlice (discovery.k8s.io/v1 and v1beta1) objects → Endpoints and EndpointSlice.
import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Field } from '../diagnostics/field.ts'
import { subdomainProblem } from './dns-names.ts'
import type { EndpointPort, EndpointSlice, EndpointSubset, Endpoints, SliceEndpoint } from './endpoints.ts'
import { readMeta } from './read-meta.ts'
import { protocols } from './read-service.ts'

const endpointsFields = new Set(['apiVersion', 'kind', 'metadata', 'subsets'])
const subsetFields = new Set(['addresses', 'notReadyAddresses', 'ports'])
const addressFields = new Set(['ip', 'hostname', 'nodeName', 'targetRef'])
const portFields = new Set(['name', 'port', 'protocol', 'appProtocol'])
const sliceFields = new Set(['apiVersion', 'kind', 'metadata', 'addressType', 'endpoints', 'ports'])
const endpointFields = new Set([
  'addresses',
  'conditions',
  'deprecatedTopology',
  'hints',
  'hostname',
  'nodeName',
  'targetRef',
  'topology',
  'zone',
])
const conditionFields = new Set(['ready', 'serving', 'terminating'])
const addressTypes = ['IPv4', 'IPv6', 'FQDN'] as const
const serviceLabel = 'kubernetes.io/service-name'

/** Reads Endpoints. Addresses and ports that can not be used are reported and left out. Loopback addresses are fine. */
export function readEndpoints(object: Field): Endpoints | undefined {
  const meta = readMeta(object, { clusterScoped: false, nameProblem: subdomainProblem })
  object.hasFields(endpointsFields)
  const subsets = object.get('subsets').elements().flatMap(readSubset)
  if (object.failed || meta === undefined) return undefined
  return { kind: 'Endpoints', meta, subsets }
}

function readSubset(element: Field): EndpointSubset | [] {
  const subset = element.unit('this subset is left out')
  if (!subset.hasFields(subsetFields)) return []
  const addresses = subset.get('addresses').elements().flatMap(readAddress)
  const notReadyAddresses = subset
    .get('notReadyAddresses')
    .unit('they are left out')
    .elements()
    .flatMap(readAddress)
  const ports = subset
    .get('ports')
    .elements()
    .flatMap(port => readPort(port, true))
  return subset.failed ? [] : { addresses, notReadyAddresses, ports }
}

function readAddress(element: Field): string | [] {
  const address = element.unit('this address is left out')
  if (!address.hasFields(addressFields)) return []
  const ip = address.get('ip').requiredString()
  if (ip === undefined) return []
  if (isIP(ip) !== 0) return ip
  address.get('ip').fail('field-value', `"${ip}" is no IP address`)
  return []
}

/** A slice's port without number means every port; that of a subset needs one. */
function readPort(element: Field, needsNumber: boolean): EndpointPort | [] {
  const field = element.unit('this port is left out')
  if (!field.hasFields(portFields)) return []
  const name = field.get('name').string() ?? ''
  const port = field.get('port').integer(1, 65535)
  if (needsNumber && !field.get('port').present) field.get('port').fail('field-missing', 'is missing')
  const protocol = field.get('protocol').oneOf(protocols) ?? 'TCP'
  const appProtocol = field.get('appProtocol').unit('it is ignored').string()
  return field.failed ? [] : { name, port, protocol, appProtocol }
}

/** Reads an EndpointSlice. `undefined` also when no label names its Service: nothing could ever use it. */
export function readEndpointSlice(object: Field): EndpointSlice | undefined {
  const meta = readMeta(object, { clusterScoped: false, nameProblem: subdomainProblem })
  object.hasFields(sliceFields)
  const addressType = object.get('addressType').oneOf(addressTypes)
  if (!object.get('addressType').present) object.get('addressType').fail('field-missing', 'is missing')
  if (object.failed || meta === undefined || addressType === undefined) return undefined
  const serviceName = meta.labels.get(serviceLabel)
  if (!serviceName) {
    object
      .get('metadata')
      .warn(
        'slice-without-service',
        `has no label ${serviceLabel}; the slice belongs to no Service and is not used`,
      )
    return undefined
  }
  const endpoints = object
    .get('endpoints')
    .elements()
    .flatMap(element => readEndpoint(element, addressType))
  const ports = object
    .get('ports')
    .elements()
    .flatMap(port => readPort(port, false))
  return object.failed
    ? undefined
    : { kind: 'EndpointSlice', meta, serviceName, addressType, endpoints, ports }
}

function readEndpoint(element: Field, addressType: EndpointSlice['addressType']): SliceEndpoint | [] {
  const endpoint = element.unit('this endpoint is left out')
  if (!endpoint.hasFields(endpointFields)) return []
  const listed = endpoint.get('addresses').values()
  if (listed.length === 0) endpoint.get('addresses').fail('field-missing', 'has no address')
  const addresses = listed.flatMap(address => readSliceAddress(address, addressType))
  const conditions = endpoint.get('conditions')
  if (conditions.present) conditions.hasFields(conditionFields)
  const ready = conditions.get('ready').boolean() ?? true
  const serving = conditions.get('serving').boolean() ?? ready
  const terminating = conditions.get('terminating').boolean() ?? false
  if (endpoint.failed || addresses.length === 0) return []
  return { addresses, ready, serving, terminating }
}

function readSliceAddress(element: Field, addressType: EndpointSlice['addressType']): string | [] {
  const field = element.unit('this address is left out')
  const address = field.requiredString()
  if (address === undefined) return []
  if (isOfType(address, addressType)) return address
  field.fail('field-value', `"${address}" is no ${addressType} address`)
  return []
}

function isOfType(address: string, addressType: EndpointSlice['addressType']): boolean {
  if (addressType === 'IPv4') return isIPv4(address)
  if (addressType === 'IPv6') return isIPv6(address)
  return subdomainProblem(address) === undefined && isIP(address) === 0
}
