// Hosts that lead to this machine and to nobody else.
import { isIP } from 'node:net'

/** Whether a host, in lower case and without brackets, is of this machine only: localhost, names below it, loopback addresses. */
export function isLoopbackHost(host: string): boolean {
  if (isIP(host) !== 0) return host === '::1' || host.startsWith('127.')
  return host === 'localhost' || host.endsWith('.localhost')
}
