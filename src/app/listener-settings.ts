// What the ConfigMap says about connections of clients, as listeners take it. Connections follow it from their next step on.
import { defaultListenerTimeouts, type ListenerContext } from '../listeners/listener-context.ts'
import { forwardedHeaders } from '../policies/clients/forwarded-headers.ts'
import { containsAddress } from '../policies/values/address-set.ts'
import type { RoutingTable } from '../routing/table.ts'

/** Makes listeners follow a table. */
export function setListeners(listening: ListenerContext, { unclaimed }: RoutingTable): void {
  const { clientConnections, forwardedHeaders: forwarded } = unclaimed.policies
  const { keepAliveMs, headMs, bodyMs, keepAliveRequests } = clientConnections
  listening.timeouts = { ...defaultListenerTimeouts, keepAliveMs, headMs, bodyIdleMs: bodyMs }
  listening.headLimits = clientConnections.headLimits
  listening.http2 = {
    isOn: clientConnections.usesHttp2,
    maxConcurrentStreams: clientConnections.maxConcurrentStreams,
  }
  listening.maxRequests = keepAliveMs === 0 ? 1 : keepAliveRequests
  const { trusted } = forwarded
  // Without networks of its own everybody may say whose connection it is (ingress-nginx).
  const believesAll = trusted === forwardedHeaders.defaults.trusted
  listening.proxyProtocol = clientConnections.usesProxyProtocol
    ? {
        timeoutMs: clientConnections.proxyHeaderMs,
        believes: peer => believesAll || containsAddress(trusted, peer),
      }
    : undefined
}
