// One form for each IP address: limits, lists and logs compare addresses as text.
import { isIP } from 'node:net'

/**
 * The short form of an IP address (RFC 5952), an IPv4 address mapped into IPv6 as IPv4; `undefined` when the text is no
 * address. No brackets, no zone.
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text)
  if (version !== 6) return version === 4 ? text : undefined
  if (text.includes('%')) return undefined
  // The URL standard prints addresses as RFC 5952 asks.
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short)
  if (mapped === null) return short
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
