// What to do about a failure: sentences for somebody who can change the backend or the manifests.
import { isIP } from 'node:net'
import { isLoopbackHost } from '../policies/values/loopback-host.ts'
import type { ProxyFailure } from '../proxy/failure.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'

/** Sentences with a full stop; empty where there is no advice. `undefined`: a policy answered. */
export function hintsFor(request: RequestState, failure: ProxyFailure | undefined): string[] {
  const { backend, policies } = request
  const endpoint = request.tried.at(-1)
  const service = backend === undefined ? '' : `${backend.namespace}/${backend.service}`
  switch (failure) {
    case 'connect-failed':
      return endpoint === undefined ? [] : [unreachable(endpoint, service)]
    case 'connect-timeout':
      return endpoint === undefined
        ? []
        : [
            `${endpoint.key} did not accept a connection within ${policies.timeouts.connectMs / 1000} s. ${elsewhere(service)}`,
          ]
    case 'name-unresolved':
      return [`The name ${endpoint?.address ?? ''} is unknown on this machine. ${elsewhere(service)}`]
    case 'no-endpoint':
    case 'backend-missing':
      return [elsewhere(service)]
    case 'reset-before-response':
    case 'response-malformed':
      return ['If the backend expects TLS, set nginx.ingress.kubernetes.io/backend-protocol: "HTTPS".']
    case 'tls-failed':
      return ['If the backend speaks plain HTTP, leave nginx.ingress.kubernetes.io/backend-protocol out.']
    case 'response-timeout':
      return [`It was given ${policies.timeouts.readMs / 1000} s (proxy-read-timeout).`]
    case 'body-too-large':
      return [
        `At most ${request.maxBodyBytes} bytes are allowed here (proxy-body-size; "0" lifts the limit).`,
      ]
    case 'no-route':
      return noRules(request)
    default:
      return []
  }
}

function unreachable({ address, key }: EndpointState, service: string): string {
  return isLoopbackHost(address)
    ? `Nothing listens on ${key}: is your dev server running?`
    : `${key} refused the connection or can not be reached from this machine. ${elsewhere(service)}`
}

function elsewhere(service: string): string {
  return `To send it to a local server: portico run --map ${service}=127.0.0.1:3000, or the annotation portico/endpoints on the Service.`
}

function noRules({ proxy, host }: RequestState): string[] {
  const { hosts } = proxy.live.table
  if (hosts.length === 0) return ['No Ingress is served at all: `portico check` says why.']
  if (isIP(host) !== 0 || host === 'localhost')
    return ['Rules are found by host name: ask with `curl -H "Host: NAME"`, or see `portico hosts`.']
  return []
}
