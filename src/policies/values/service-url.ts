// Hot path on routes that ask another service: URLs that may name a Service of the manifests as a cluster's DNS does, or a
// host that Portico itself serves. Both are asked here without any DNS; everything else is what DNS says it is.

import type { SubrequestTarget } from '../../subrequests/subrequest.ts'
import type { LiveServices } from '../live-services.ts'
import type { References } from '../references.ts'
import type { RequestFacts } from '../request-facts.ts'
import { isLoopbackHost } from './loopback-host.ts'
import { authorityOf, parseUrlTemplate, type UrlTemplate } from './url-template.ts'

/** A URL and, where it names a Service of the manifests, that Service's addresses. Plain data. */
export interface ServiceUrl extends UrlTemplate {
  readonly endpoints: readonly { readonly address: string; readonly port: number }[] | undefined
}

/** Reads a URL, endpoints not looked up yet; or says what is wrong with it, as a clause. Never throws. */
export function parseServiceUrl(text: string): { readonly value: ServiceUrl } | { readonly problem: string } {
  const url = parseUrlTemplate(text)
  return 'problem' in url ? url : { value: { ...url.value, endpoints: undefined } }
}

/** The URL with the addresses of the Service it names: `name.namespace.svc`, with or without `.cluster.local`. */
export function withEndpoints(url: ServiceUrl, references: References): ServiceUrl {
  const name = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/.exec(url.fixed?.host ?? '')
  if (name === null) return url
  return { ...url, endpoints: references.endpoints(name[2]!, name[1]!, url.fixed!.port) }
}

/**
 * Where a request about `request` goes; `undefined` when the URL's variables make no host. Certificates of Services and of
 * Portico itself are not verified: what is asked was named by the manifests, and no name in them could be.
 */
export function targetOfService(
  url: ServiceUrl,
  request: RequestFacts,
  { ownListener }: LiveServices,
  verifies: boolean,
): SubrequestTarget | undefined {
  const authority = authorityOf(url, request)
  if (authority === undefined) return undefined
  const { secure, endpoints } = url
  const { host, port } = authority
  const own = endpoints === undefined ? ownListener(secure, host, port) : undefined
  const addresses = endpoints ?? (own && [own])
  return {
    secure,
    host,
    port,
    addresses,
    verifies: verifies && addresses === undefined && !isLoopbackHost(host),
  }
}
