// The X.509 extension that says for which names an authority counts (RFC 5280 §4.2.1.10), and the same question answered
// in our own words. An authority that a browser trusts gets one, so that its key is of no use for anybody else's names.
import { BlockList, isIP } from 'node:net'
import type { CertificateName } from './certificate-name.ts'
import { childrenOf, contentOf, element, objectId, sequence } from './der.ts'

/** Names that no one can own on the Internet: RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`. */
export const localDomains = ['localhost', 'test', 'local', 'internal', 'example', 'home.arpa'] as const

/** Loopback, private and link-local addresses: RFC 1122, RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291. */
const localNetworks = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const

const extensionId = objectId('2.5.29.30')

const localAddresses = new BlockList()
for (const [network, prefix] of localNetworks) localAddresses.addSubnet(network, prefix, familyOf(network))

/**
 * The DNS names to permit so that all of `hosts` may be certified, each with all below it: the local domains, and whatever
 * of `hosts` lies outside them. `*.foo.com` asks for `foo.com`. Lower case, sorted, without names that another one covers.
 */
export function permittedDomains(hosts: readonly string[]): string[] {
  const wanted = new Set<string>(localDomains)
  for (const host of hosts) wanted.add(host.replace(/^\*\./, ''))
  return [...wanted].filter(name => !hasParentIn(name, wanted)).toSorted()
}

/** Whether an authority with these permitted domains may certify a name. */
export function isPermitted({ kind, name }: CertificateName, domains: ReadonlySet<string>): boolean {
  if (kind === 'ip') return localAddresses.check(name, familyOf(name))
  const bare = name.replace(/^\*\./, '')
  return domains.has(bare) || hasParentIn(bare, domains)
}

/**
 * Whether a domain may be permitted. A name of a single label can not be told from a top-level domain, and an authority that
 * may speak for all of `com` or `dev` is what constraints are there to prevent; but for the local ones.
 */
export function isConstrainable(domain: string): boolean {
  return domain.includes('.') || (localDomains as readonly string[]).includes(domain)
}

function hasParentIn(name: string, names: ReadonlySet<string>): boolean {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    if (names.has(name.slice(dot + 1))) return true
  }
  return false
}

/** The extension's value: these domains with all below them, and local addresses; no other name of these kinds. */
export function encodeNameConstraints(domains: readonly string[]): Buffer {
  const subtrees = [
    ...domains.map(domain => sequence(element(0x82, Buffer.from(domain, 'latin1')))),
    ...localNetworks.map(([network, prefix]) => sequence(element(0x87, networkBytes(network, prefix)))),
  ]
  // NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF GeneralSubtree }
  return sequence(element(0xa0, ...subtrees))
}

/** The domains that a certificate (DER) is constrained to, as `encodeNameConstraints` writes them; none for any other. */
export function readPermittedDomains(certificate: Buffer): string[] {
  const extensions = childrenOf(childrenOf(childrenOf(certificate)[0]!).at(-1)!)[0]!
  const value = childrenOf(extensions)
    .map(childrenOf)
    .find(([id]) => id!.equals(extensionId))
    ?.at(-1)
  if (value === undefined) return []
  // OCTET STRING, NameConstraints, permittedSubtrees
  const subtrees = childrenOf(childrenOf(childrenOf(value)[0]!)[0]!)
  const names = subtrees.map(subtree => childrenOf(subtree)[0]!)
  return names.filter(name => name[0] === 0x82).map(name => contentOf(name).toString('latin1'))
}

/** Address, then mask, as the extension wants networks. */
function networkBytes(network: string, prefix: number): Buffer {
  const size = isIP(network) === 4 ? 4 : 16
  const mask = Buffer.alloc(size)
  for (let bit = 0; bit < prefix; bit++) mask[bit >> 3]! |= 0x80 >> (bit & 7)
  return Buffer.concat([addressBytes(network), mask])
}

/** The bytes of an IP address: 4 or 16. */
export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL standard's form has no IPv4 tail: hexadecimal groups, at most one run of zeros left out.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head, tail = []] = canonical.split('::').map(half => half.split(':').filter(group => group !== ''))
  const zeros = new Array<string>(8 - head!.length - tail.length).fill('0')
  const bytes = Buffer.alloc(16)
  for (const [index, group] of [...head!, ...zeros, ...tail].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2)
  return bytes
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
