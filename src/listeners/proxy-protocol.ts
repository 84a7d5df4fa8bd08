// The header a load balancer puts before a connection's first byte to say whose connection it is: PROXY protocol version 1
// (text) and 2 (binary). Strict: what is no header ends the connection, as the specification asks.
// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
import { isIPv4, isIPv6 } from 'node:net'
import { canonicalAddress } from '../http/canonical-address.ts'

/** What the first bytes of a connection are. */
export type ProxyHeaderReading =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }
  /** `size`: the bytes it takes. */
  | { readonly kind: 'header'; readonly size: number; readonly source: ProxiedSource | undefined }

/** Whose connection it is; a header without (LOCAL, UNKNOWN) speaks of the load balancer's own. */
export interface ProxiedSource {
  /** IPv4 or IPv6 without brackets; an IPv4 address mapped into IPv6 as IPv4. */
  readonly clientAddress: string
  /** The port that the client connected to. */
  readonly serverPort: number
}

/** The longest line of version 1, its line break included. */
const maxLineBytes = 107
/** As in nginx: room for all that load balancers add behind the addresses. */
const maxBinaryBytes = 4096
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const binaryHeadBytes = signature.length + 4
const incomplete: ProxyHeaderReading = { kind: 'incomplete' }
const invalid: ProxyHeaderReading = { kind: 'invalid' }

/** Reads what has come so far, from the connection's first byte. Never throws. */
export function readProxyHeader(bytes: Buffer): ProxyHeaderReading {
  if (bytes.length === 0) return incomplete
  // `P` and CR: the first byte tells the versions apart.
  return bytes[0] === signature[0] ? readBinary(bytes) : readLine(bytes)
}

const linePrefix = Buffer.from('PROXY ', 'latin1')

function readLine(bytes: Buffer): ProxyHeaderReading {
  const seen = Math.min(bytes.length, linePrefix.length)
  if (bytes.compare(linePrefix, 0, seen, 0, seen) !== 0) return invalid
  const end = bytes.indexOf('\r\n')
  if (end === -1) return bytes.length < maxLineBytes ? incomplete : invalid
  const size = end + 2
  if (size > maxLineBytes) return invalid
  const [family, source, destination, sourcePort, destinationPort, ...rest] = bytes
    .latin1Slice(linePrefix.length, end)
    .split(' ')
  // What follows UNKNOWN is to be ignored, whatever it is.
  if (family === 'UNKNOWN') return { kind: 'header', size, source: undefined }
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined
  if (isAddress === undefined || rest.length > 0 || !isAddress(source ?? '') || !isAddress(destination ?? ''))
    return invalid
  const serverPort = readPort(destinationPort)
  if (serverPort === undefined || readPort(sourcePort) === undefined) return invalid
  // A zone means nothing on another machine: such an address has no canonical form.
  const clientAddress = canonicalAddress(source!)
  return clientAddress === undefined
    ? invalid
    : { kind: 'header', size, source: { clientAddress, serverPort } }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0|[1-9]\d{0,4})$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65_535 ? port : undefined
}

function readBinary(bytes: Buffer): ProxyHeaderReading {
  const seen = Math.min(bytes.length, signature.length)
  if (bytes.compare(signature, 0, seen, 0, seen) !== 0) return invalid
  if (bytes.length < binaryHeadBytes) return incomplete
  const command = bytes[12]!
  const family = bytes[13]!
  const size = binaryHeadBytes + bytes.readUInt16BE(14)
  if ((command !== 0x20 && command !== 0x21) || size > maxBinaryBytes) return invalid
  if (bytes.length < size) return incomplete
  const source = command === 0x20 ? undefined : readAddresses(family, bytes.subarray(binaryHeadBytes, size))
  return source === 'invalid' ? invalid : { kind: 'header', size, source }
}

/** Addresses and ports stand first, what load balancers add (TLVs) comes behind and is skipped. */
function readAddresses(family: number, data: Buffer): ProxiedSource | undefined | 'invalid' {
  // UNSPEC, and streams of UNIX sockets: nothing that an IP address could be taken from.
  if (family === 0x00) return undefined
  if (family === 0x31) return data.length >= 216 ? undefined : 'invalid'
  if (family === 0x11) {
    if (data.length < 12) return 'invalid'
    return { clientAddress: data.subarray(0, 4).join('.'), serverPort: data.readUInt16BE(10) }
  }
  if (family === 0x21) {
    if (data.length < 36) return 'invalid'
    return { clientAddress: canonicalAddress(ipv6Text(data))!, serverPort: data.readUInt16BE(34) }
  }
  return 'invalid'
}

function ipv6Text(address: Buffer): string {
  const groups: string[] = []
  for (let at = 0; at < 16; at += 2) groups.push(address.readUInt16BE(at).toString(16))
  return groups.join(':')
}
