// Hot path: runs for every request of a route with an address list.
// Sets of IP addresses written as networks (CIDR). Never asks a name server and knows nothing of who asks.
import { isIPv6 } from 'node:net'
import { canonicalAddress } from '../../http/canonical-address.ts'
import type { Setting } from '../define-policy.ts'
import { nginxSetting, quote, type SettingText } from '../setting-types.ts'

/**
 * Addresses as disjoint ranges in ascending order: plain data. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as
 * the IPv4 address; no other IPv6 network covers IPv4 addresses, not even `::/0` (as in nginx).
 */
export interface AddressSet {
  /** First and last address of each range, in turns. */
  readonly v4: Uint32Array
  /** The same with four words for each address, most significant first. */
  readonly v6: Uint32Array
}

/** Most networks in one list; ten thousand take 160 kB. */
const maxNetworks = 10_000

/** A setting of ingress-nginx that lists addresses and networks; `undefined` without a list. */
export function addressSetSetting(
  name: string,
  text: SettingText<AddressSet | undefined>,
): Setting<AddressSet | undefined> {
  return nginxSetting<AddressSet | undefined>(name, 'list of networks', text, parseAddressSet)
}

/** A comma-separated list of addresses and networks, or what is wrong with it. One bad item spoils the list. */
export function parseAddressSet(text: string): { readonly value: AddressSet } | { readonly problem: string } {
  const v4: Range<number>[] = []
  const v6: Range<Words>[] = []
  const items = text.split(',')
  if (items.length > maxNetworks) return { problem: `it lists more than ${maxNetworks} networks` }
  for (const item of items) {
    const network = parseNetwork(item.trim())
    if (network === undefined) {
      return { problem: `${quote(item.trim())} is no IP address or network; write them like "10.0.0.0/8"` }
    }
    if ('v4' in network) v4.push(network.v4)
    else v6.push(network.v6)
  }
  return { value: { v4: flatten4(v4), v6: flatten6(v6) } }
}

/** Whether an address (as text; a zone such as `%eth0` is left out of account) belongs to a set. */
export function containsAddress(set: AddressSet, address: string): boolean {
  const v4 = parseIpv4(address)
  if (v4 !== undefined) return contains4(set.v4, v4)
  if (set.v4.length === 0 && set.v6.length === 0) return false
  const words = parseIpv6(address)
  if (words === undefined) return false
  return isMapped(words) ? contains4(set.v4, words[3]) : contains6(set.v6, words)
}

/** The set as text: `10.0.0.0/8`, `2001:db8::/32`; an address alone where the network is just that. For display. */
export function networksOf({ v4, v6 }: AddressSet): string[] {
  const networks: string[] = []
  for (let i = 0; i < v4.length; i += 2) {
    const [first, last] = [v4[i]!, v4[i + 1]!]
    const bits = Math.clz32(first ^ last)
    networks.push(dotted(first) + (bits === 32 ? '' : `/${bits}`))
  }
  for (let i = 0; i < v6.length; i += 8) {
    const bits = commonBits(v6.subarray(i, i + 4), v6.subarray(i + 4, i + 8))
    networks.push(groupsText(v6.subarray(i, i + 4)) + (bits === 128 ? '' : `/${bits}`))
  }
  return networks
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 0xff).join('.')
}

/** How many bits are the same at the front: each range is one network. */
function commonBits(first: Uint32Array, last: Uint32Array): number {
  const differing = first.findIndex((word, i) => word !== last[i])
  return differing === -1 ? 128 : differing * 32 + Math.clz32(first[differing]! ^ last[differing]!)
}

function groupsText(words: Uint32Array): string {
  const groups = Array.from(words).flatMap(word => [word >>> 16, word & 0xffff])
  return canonicalAddress(groups.map(group => group.toString(16)).join(':'))!
}

type Words = readonly [number, number, number, number]

interface Range<T> {
  readonly first: T
  readonly last: T
}

function contains4(ranges: Uint32Array, address: number): boolean {
  // Finds the last range that begins at or before the address.
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle * 2]! <= address) low = middle + 1
    else high = middle
  }
  return low > 0 && address <= ranges[low * 2 - 1]!
}

function contains6(ranges: Uint32Array, address: Words): boolean {
  let low = 0
  let high = ranges.length / 8
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareAt(ranges, middle * 8, address) <= 0) low = middle + 1
    else high = middle
  }
  return low > 0 && compareAt(ranges, low * 8 - 4, address) >= 0
}

function compareAt(ranges: Uint32Array, offset: number, address: Words): number {
  for (let i = 0; i < 4; i++) {
    const difference = ranges[offset + i]! - address[i]!
    if (difference !== 0) return difference
  }
  return 0
}

// --- reading ---------------------------------------------------------------------------------------------------------

function parseNetwork(
  text: string,
): { readonly v4: Range<number> } | { readonly v6: Range<Words> } | undefined {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const v4 = parseIpv4(address)
  // A zone says which link an address is on, which no list can mean.
  const words = v4 === undefined && !address.includes('%') ? parseIpv6(address) : undefined
  if (v4 === undefined && words === undefined) return undefined
  const width = v4 === undefined ? 128 : 32
  const bits = slash === -1 ? width : parsePrefixLength(text.slice(slash + 1), width)
  if (bits === undefined) return undefined
  if (v4 !== undefined) return { v4: range4(v4, bits) }
  if (isMapped(words!) && bits >= 96) return { v4: range4(words![3], bits - 96) }
  return { v6: range6(words!, bits) }
}

function parsePrefixLength(text: string, width: number): number | undefined {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text)) return undefined
  return Number(text) <= width ? Number(text) : undefined
}

/** `undefined` unless the text is four decimal bytes without leading zeros. */
function parseIpv4(text: string): number | undefined {
  let value = 0
  let byte = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (byte === -1 || ++dots > 3) return undefined
      value = value * 256 + byte
      byte = -1
      continue
    }
    if (code < 0x30 || code > 0x39 || byte === 0) return undefined
    byte = byte === -1 ? code - 0x30 : byte * 10 + code - 0x30
    if (byte > 255) return undefined
  }
  return dots === 3 && byte !== -1 ? value * 256 + byte : undefined
}

function parseIpv6(text: string): Words | undefined {
  if (!isIPv6(text)) return undefined
  const zone = text.indexOf('%')
  const address = zone === -1 ? text : text.slice(0, zone)
  const gap = address.indexOf('::')
  const head = groupsOf(gap === -1 ? address : address.slice(0, gap))
  const tail = gap === -1 ? [] : groupsOf(address.slice(gap + 2))
  const groups = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
  const word = (i: number) => groups[i]! * 0x10000 + groups[i + 1]!
  return [word(0), word(2), word(4), word(6)]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap(group => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const v4 = parseIpv4(group) ?? 0
    return [v4 >>> 16, v4 & 0xffff]
  })
}

function isMapped(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff
}

// --- ranges ----------------------------------------------------------------------------------------------------------

function range4(address: number, bits: number): Range<number> {
  const mask = maskOf(bits)
  return { first: (address & mask) >>> 0, last: (address | ~mask) >>> 0 }
}

function range6(address: Words, bits: number): Range<Words> {
  const masks = [0, 1, 2, 3].map(i => maskOf(Math.min(32, Math.max(0, bits - i * 32))))
  const first = (i: number) => (address[i]! & masks[i]!) >>> 0
  const last = (i: number) => (address[i]! | ~masks[i]!) >>> 0
  return { first: [first(0), first(1), first(2), first(3)], last: [last(0), last(1), last(2), last(3)] }
}

/** A word with its first `bits` (0…32) set. JavaScript shifts by the count modulo 32. */
function maskOf(bits: number): number {
  return bits === 0 ? 0 : -1 << (32 - bits)
}

function flatten4(ranges: Range<number>[]): Uint32Array {
  const merged = merge(ranges, (a, b) => a - b)
  return Uint32Array.from(merged.flatMap(({ first, last }) => [first, last]))
}

function flatten6(ranges: Range<Words>[]): Uint32Array {
  const merged = merge(ranges, compareWords)
  return Uint32Array.from(merged.flatMap(({ first, last }) => [...first, ...last]))
}

function compareWords(a: Words, b: Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

/** Networks lie in each other or apart: what ends within an earlier one is in it already. */
function merge<T>(ranges: Range<T>[], compare: (a: T, b: T) => number): Range<T>[] {
  const merged: Range<T>[] = []
  // The wider of two that begin alike comes first.
  const ordered = ranges.toSorted((a, b) => compare(a.first, b.first) || compare(b.last, a.last))
  for (const range of ordered) {
    const before = merged.at(-1)
    if (before === undefined || compare(range.last, before.last) > 0) merged.push(range)
  }
  return merged
}
