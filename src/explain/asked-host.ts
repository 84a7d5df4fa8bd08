// Host names as people type them. Reads names only: ports and URLs are for others.
import { domainToASCII } from 'node:url'

/**
 * The name as requests and rules have it: small letters, in ASCII (IDNA), without the dot at its end. What IDNA can not write
 * stays as it is; `*` and wildcards are names like others.
 */
export function askedHost(name: string): string {
  return (domainToASCII(name) || name.toLowerCase()).replace(/\.$/, '')
}
