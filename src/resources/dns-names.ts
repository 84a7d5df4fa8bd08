// The rules for names in the Kubernetes API. Each function says what is wrong with a text, or gives `undefined`.
import { isIP } from 'node:net'

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const labelFromLetter = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/** A label as RFC 1123 has it: namespaces, port names of Services. */
export function labelProblem(text: string): string | undefined {
  if (text.length > 63) return 'is longer than 63 characters'
  return label.test(text)
    ? undefined
    : 'may hold only a-z, 0-9 and "-", and begins and ends with a letter or digit'
}

/** A label as RFC 1035 has it: names of Services. */
export function serviceNameProblem(text: string): string | undefined {
  if (text.length > 63) return 'is longer than 63 characters'
  return labelFromLetter.test(text) ? undefined : 'may hold only a-z, 0-9 and "-", and begins with a letter'
}

/** Labels joined by dots (RFC 1123): names of most objects, and host names. */
export function subdomainProblem(text: string): string | undefined {
  if (text.length > 253) return 'is longer than 253 characters'
  return subdomain.test(text)
    ? undefined
    : 'may hold only a-z, 0-9, "-" and ".", and each part begins and ends with a letter or digit'
}

/** The name of a container or Service port as rules and targetPort refer to it (RFC 6335, section 5.1). */
export function portNameProblem(text: string): string | undefined {
  if (text.length > 15) return 'is longer than 15 characters'
  if (!/[a-z]/.test(text)) return 'has no letter, which the name of a port needs'
  if (text.includes('--')) return 'has "-" twice in a row'
  return label.test(text)
    ? undefined
    : 'may hold only a-z, 0-9 and "-", and begins and ends with a letter or digit'
}

/** The host of an Ingress rule or TLS entry: a name, or `*.` and a name; lower case. Never an address, never with a port. */
export function hostProblem(host: string): string | undefined {
  if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0)
    return 'is an IP address, but only DNS names can be routed by'
  if (/:\d*$/.test(host)) return 'has a port, but hosts are matched without one'
  if (host === '*') return 'is a bare wildcard (leave the host out to match every host)'
  if (host.endsWith('.')) return 'ends with a dot'
  if (!host.includes('*')) return subdomainProblem(host)
  if (!host.startsWith('*.') || host.lastIndexOf('*') > 0)
    return 'has a "*" elsewhere than as its whole first part'
  return subdomainProblem(host.slice(2))
}
