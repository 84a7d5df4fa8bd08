// What a Service port says of the protocol behind it (appProtocol, KEP-3726 and names of the IANA), for Ingresses that say nothing.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { BackendProtocol } from '../policies/backends/backend-tls.ts'
import type { Service } from '../resources/service.ts'
import { sayAbout } from './findings.ts'

/** Names that say more than HTTP/1.1 without TLS, and the word of backend-protocol for each. */
const protocols: ReadonlyMap<string, BackendProtocol> = new Map([
  ['kubernetes.io/h2c', 'grpc'],
  // Registered by nobody, and written by many.
  ['grpc', 'grpc'],
  ['h2c', 'grpc'],
  ['https', 'https'],
  // A WebSocket begins as a request in HTTP/1.1.
  ['kubernetes.io/wss', 'https'],
])
const kubernetesPrefix = 'kubernetes.io/'
const kubernetesNames = ['kubernetes.io/h2c', 'kubernetes.io/ws', 'kubernetes.io/wss']

/** The protocol that a port's appProtocol asks for; `undefined`: none in particular, as for names of other protocols. */
export function protocolOf(appProtocol: string | undefined): BackendProtocol | undefined {
  return appProtocol === undefined ? undefined : protocols.get(appProtocol.toLowerCase())
}

/** Reports names that can only be meant for proxies and that nobody knows. Names of other protocols are nobody's mistake. */
export function checkAppProtocols(service: Service, diagnostics: Diagnostic[]): void {
  const say = sayAbout(`Service ${service.meta.namespace}/${service.meta.name}`, diagnostics)
  for (const { appProtocol, place } of service.ports) {
    if (appProtocol?.startsWith(kubernetesPrefix) !== true || kubernetesNames.includes(appProtocol)) continue
    const nearest = nearestName(appProtocol, kubernetesNames)
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
    const problem = `appProtocol "${appProtocol}" is not known; HTTP/1.1 is spoken without TLS${hint}`
    say('warning', 'field-value', place, problem)
  }
}
