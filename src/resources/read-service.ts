// Service objects (core/v1) → Service. Fields that only matter inside a cluster are known, not looked at.
import type { Field } from '../diagnostics/field.ts'
import { labelProblem, serviceNameProblem, subdomainProblem } from './dns-names.ts'
import { checkName, readMeta } from './read-meta.ts'
import type { Service, ServicePort } from './service.ts'

const objectFields = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])
const specFields = new Set([
  'allocateLoadBalancerNodePorts',
  'clusterIP',
  'clusterIPs',
  'externalIPs',
  'externalName',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamilyPolicy',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'ports',
  'publishNotReadyAddresses',
  'selector',
  'sessionAffinity',
  'sessionAffinityConfig',
  'trafficDistribution',
  'type',
])
const portFields = new Set(['appProtocol', 'name', 'nodePort', 'port', 'protocol', 'targetPort'])
const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const
/** Transport protocols of ports in core/v1 and discovery/v1. */
export const protocols = ['TCP', 'UDP', 'SCTP'] as const
/** Default of `sessionAffinityConfig.clientIP.timeoutSeconds`: three hours. */
const defaultAffinitySeconds = 10_800

/** Reads a Service. Ports that can not be used are reported and left out; `undefined` when nothing can be used. */
export function readService(object: Field): Service | undefined {
  const meta = readMeta(object, { clusterScoped: false, nameProblem: serviceNameProblem })
  const spec = object.get('spec')
  if (!object.hasFields(objectFields) || !spec.hasFields(specFields)) return undefined
  const type = spec.get('type').unit('it is treated as ClusterIP').oneOf(types) ?? 'ClusterIP'
  const externalName = type === 'ExternalName' ? readExternalName(spec.get('externalName')) : undefined
  const clusterIp = spec.get('clusterIP').unit('it is ignored').string() || undefined
  const ports = readPorts(spec.get('ports'))
  if (ports.length === 0 && type !== 'ExternalName' && clusterIp !== 'None' && !spec.get('ports').present) {
    spec.warn('field-missing', 'has no ports; no rule can use this Service, a cluster refuses it')
  }
  const clientIpAffinitySeconds = readAffinity(spec)
  const publishNotReadyAddresses =
    spec.get('publishNotReadyAddresses').unit('false is used').boolean() ?? false
  if (object.failed || meta === undefined) return undefined
  return {
    kind: 'Service',
    meta,
    type,
    ports,
    externalName,
    clusterIp,
    clientIpAffinitySeconds,
    publishNotReadyAddresses,
  }
}

function readExternalName(field: Field): string | undefined {
  const name = field.requiredString()?.replace(/\.$/, '')
  if (name !== undefined) checkName(field, name, subdomainProblem)
  return name
}

function readPorts(field: Field): readonly ServicePort[] {
  const elements = field.elements()
  const taken = new Set<string>()
  const ports: ServicePort[] = []
  for (const element of elements) {
    const port = readPort(element.unit('this port is left out'), elements.length > 1)
    if (port === undefined) continue
    if (taken.has(port.name) && port.name !== '') {
      element
        .get('name')
        .error('field-value', `is "${port.name}" again; this port is left out, a cluster refuses it`)
      continue
    }
    taken.add(port.name)
    ports.push(port)
  }
  return ports
}

function readPort(element: Field, isOneOfSeveral: boolean): ServicePort | undefined {
  if (!element.hasFields(portFields)) return undefined
  const port = element.get('port').integer(1, 65535)
  if (!element.get('port').present) element.get('port').fail('field-missing', 'is missing')
  const protocol = element.get('protocol').oneOf(protocols) ?? 'TCP'
  const name = readPortName(element.get('name'), isOneOfSeveral)
  const targetPort = readTargetPort(element.get('targetPort'))
  const appProtocol = element.get('appProtocol').unit('it is ignored').string()
  if (element.failed || port === undefined) return undefined
  return { place: element.place, name, port, protocol, targetPort: targetPort ?? port, appProtocol }
}

/** Empty for an unnamed port, which a cluster allows only when there is no other. */
function readPortName(field: Field, isOneOfSeveral: boolean): string {
  const name = field.string() ?? ''
  if (name !== '') checkName(field, name, labelProblem)
  else if (isOneOfSeveral) {
    field.warn('field-missing', 'is missing; with several ports a cluster refuses one without a name')
  }
  return name
}

/** A number, or the name of a container port; digits in quotes can name none, so they are read as a number. */
function readTargetPort(field: Field): number | string | undefined {
  if (!field.present || field.isInteger) return field.integer(1, 65535)
  const name = field.requiredString()
  return name !== undefined && /^\d+$/.test(name) ? field.integer(1, 65535) : name
}

function readAffinity(spec: Field): number | undefined {
  const affinity = spec.get('sessionAffinity').unit('there is no affinity').oneOf(['None', 'ClientIP'])
  const timeout = spec.get('sessionAffinityConfig').get('clientIP').get('timeoutSeconds')
  const seconds = timeout.unit(`${defaultAffinitySeconds} is used`).integer(1, 86_400)
  return affinity === 'ClientIP' ? (seconds ?? defaultAffinitySeconds) : undefined
}
