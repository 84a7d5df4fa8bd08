// A Service in kubectl's layout (kubectl, pkg/describe), followed by who sends it requests.
import { objectKey } from '../../resources/object-meta.ts'
import { asRecord } from '../../resources/plain-object.ts'
import type { Service, ServicePort } from '../../resources/service.ts'
import { hostPort, listSome, selectorText, statusAddresses } from '../get/kind-columns.ts'
import { useText } from './describe-ingress.ts'
import type { DescribedManifests } from './described-manifests.ts'
import { addEvents, addHead } from './object-head.ts'
import type { TabbedText } from './tabbed-text.ts'

/** Adds the description of a Service; endpoints are those that requests are sent to. */
export function describeService(service: Service, manifests: DescribedManifests, text: TabbedText): void {
  const { meta, type, clusterIp, externalName, clientIpAffinitySeconds } = service
  const plain = manifests.plainOf(service)
  addHead(text, meta)
  text.add(0, 'Selector:', selectorText(plain))
  text.add(0, 'Type:', type)
  addAddressFields(asRecord(plain.spec), clusterIp, text)
  if (externalName !== undefined) text.add(0, 'External Name:', externalName)
  const balancer = statusAddresses(plain, true)
  if (balancer !== '') text.add(0, 'LoadBalancer Ingress:', balancer)
  for (const port of service.ports) addPort(service, port, manifests, text)
  text.add(0, 'Session Affinity:', clientIpAffinitySeconds === undefined ? 'None' : 'ClientIP')
  addUses(service, manifests, text)
  addEvents(text, manifests.findingsOf(service))
}

function addAddressFields(
  { ipFamilyPolicy, ipFamilies, clusterIPs, externalIPs }: Readonly<Record<string, unknown>>,
  clusterIp: string | undefined,
  text: TabbedText,
): void {
  if (typeof ipFamilyPolicy === 'string') text.add(0, 'IP Family Policy:', ipFamilyPolicy)
  text.add(0, 'IP Families:', joined(ipFamilies) || '<none>')
  text.add(0, 'IP:', clusterIp ?? '')
  text.add(0, 'IPs:', joined(clusterIPs) || '<none>')
  if (joined(externalIPs) !== '') text.add(0, 'External IPs:', joined(externalIPs))
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : ''
}

function addPort(
  { meta }: Service,
  port: ServicePort,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const { protocol, targetPort, appProtocol } = port
  text.add(0, 'Port:', port.name || '<unset>', `${port.port}/${protocol}`)
  text.add(0, 'TargetPort:', `${targetPort}/${protocol}`)
  if (appProtocol !== undefined) text.add(0, 'AppProtocol:', appProtocol)
  const reference = { name: meta.name, port: { number: port.port } }
  const { upstream } = manifests.backendOf(meta.namespace, reference).backend
  const endpoints = protocol === 'TCP' && upstream !== undefined ? upstream.endpoints : []
  const addresses = endpoints.map(endpoint => hostPort(endpoint.address, endpoint.port))
  text.add(0, 'Endpoints:', listSome(addresses, '<none>'))
}

function addUses({ meta }: Service, manifests: DescribedManifests, text: TabbedText): void {
  const uses = manifests.usesOf(objectKey(meta.namespace, meta.name)).map(use => {
    const { namespace, ingress } = (use.canary ?? use.route).origin
    return `${useText(use)} (Ingress ${namespace}/${ingress})`
  })
  text.addList(0, 'Requests for:', uses)
}
