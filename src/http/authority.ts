// Host and port of a request (RFC 9110 §7.2, RFC 3986 §3.2.2), read strictly.
import { isIPv6 } from 'node:net'

const registeredName = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*)\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]*)\.?$/
const bracketed = /^\[[0-9A-Fa-f:.]+\]$/

/**
 * The host of `host[:port]`: lower case, no port, no trailing dot, IPv6 without its brackets. `undefined` when it is not
 * a valid authority: user information, blanks, percent escapes, empty labels, a port above 65535.
 */
export function readHost(authority: string): string | undefined {
  const colon = portColon(authority)
  if (colon !== -1 && !isPort(authority.slice(colon + 1))) return undefined
  const host = colon === -1 ? authority : authority.slice(0, colon)
  if (host.length > 255) return undefined
  if (registeredName.test(host)) return (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase()
  if (bracketed.test(host) && isIPv6(host.slice(1, -1))) return host.slice(1, -1).toLowerCase()
  return undefined
}

/** Index of the colon before the port, or -1; colons inside an IPv6 literal do not count. */
function portColon(authority: string): number {
  const colon = authority.lastIndexOf(':')
  return colon > authority.lastIndexOf(']') ? colon : -1
}

function isPort(text: string): boolean {
  return text.length <= 5 && /^[0-9]*$/.test(text) && Number(text) <= 65535
}
