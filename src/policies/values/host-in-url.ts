// Hot path on routes that redirect, or ask another service: hosts as they stand in URLs.

/** A host without port as it stands in a URL: IPv6 addresses stand in brackets there (RFC 3986 §3.2.2). */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
