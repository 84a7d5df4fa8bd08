// Endpoints and EndpointSlices in kubectl's layout (kubectl, pkg/describe).
import type { EndpointPort, EndpointSlice, Endpoints } from '../../resources/endpoints.ts'
import type { DescribedManifests } from './described-manifests.ts'
import { addEvents, addHead } from './object-head.ts'
import type { TabbedText } from './tabbed-text.ts'

/** Adds the description of an Endpoints object. */
export function describeEndpoints(
  endpoints: Endpoints,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const { meta, subsets } = endpoints
  addHead(text, meta)
  text.add(0, 'Subsets:')
  for (const { addresses, notReadyAddresses, ports } of subsets) {
    text.add(1, 'Addresses:', addresses.join(',') || '<none>')
    text.add(1, 'NotReadyAddresses:', notReadyAddresses.join(',') || '<none>')
    if (ports.length > 0) {
      text.add(1, 'Ports:')
      addPorts(ports, 2, text)
    }
    text.add(0, '')
  }
  addEvents(text, manifests.findingsOf(endpoints))
}

/** Adds the description of an EndpointSlice. */
export function describeEndpointSlice(
  slice: EndpointSlice,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const { meta, addressType, ports, endpoints } = slice
  addHead(text, meta)
  text.add(0, 'AddressType:', addressType)
  text.add(0, ports.length === 0 ? 'Ports: <unset>' : 'Ports:')
  if (ports.length > 0) addPorts(ports, 1, text)
  text.add(0, endpoints.length === 0 ? 'Endpoints: <none>' : 'Endpoints:')
  for (const { addresses, ready } of endpoints) {
    text.add(1, '- Addresses:', addresses.join(',') || '<none>')
    text.add(2, 'Conditions:')
    text.add(3, 'Ready:', String(ready))
  }
  addEvents(text, manifests.findingsOf(slice))
}

function addPorts(ports: readonly EndpointPort[], level: number, text: TabbedText): void {
  text.add(level, 'Name', 'Port', 'Protocol')
  text.add(level, '----', '----', '--------')
  for (const { name, port, protocol } of ports)
    text.add(level, name || '<unset>', port === undefined ? '<unset>' : String(port), protocol)
}
