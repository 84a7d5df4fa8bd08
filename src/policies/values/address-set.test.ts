import { BlockList, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AddressSet, containsAddress, networksOf, parseAddressSet } from './address-set.ts'

function setOf(text: string): AddressSet {
  const parsed = parseAddressSet(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

function has(text: string, ...addresses: string[]): boolean[] {
  const set = setOf(text)
  return addresses.map(address => containsAddress(set, address))
}

describe('a set of addresses', () => {
  it('is shown as networks, each in its short form', () => {
    const text = '10.0.0.0/8, 192.168.1.7, 0.0.0.0/0, 2001:db8::1/32, ::1, ::/0'
    expect(networksOf(setOf(text))).toEqual(['0.0.0.0/0', '::/0'])
    expect(networksOf(setOf('10.1.0.0/8, 192.168.1.7, 2001:db8::1/33, ::1'))).toEqual([
      '10.0.0.0/8',
      '192.168.1.7',
      '::1',
      '2001:db8::/33',
    ])
  })

  it('holds the networks and single addresses that are listed, and nothing beside them', () => {
    const inside = ['10.0.0.0', '10.255.255.255', '192.168.1.7', '0.0.0.0', '255.255.255.255']
    expect(has('10.0.0.0/8, 192.168.1.7', ...inside)).toEqual([true, true, true, false, false])
    expect(has('10.0.0.0/8', '9.255.255.255', '11.0.0.0')).toEqual([false, false])
    expect(has('0.0.0.0/0', '0.0.0.0', '255.255.255.255', '::1')).toEqual([true, true, false])
  })

  it('takes no account of the bits behind a prefix', () => {
    expect(has('10.1.2.3/8', '10.200.0.1')).toEqual([true])
    expect(has('2001:db8::1/32', '2001:db8:ffff::')).toEqual([true])
  })

  it('holds IPv6 networks, however an address is written', () => {
    const addresses = ['2001:db8::', '2001:0DB8:0:0::00ff', '2001:db7:ffff::', 'fe80::1%eth0', '::1']
    expect(has('2001:db8::/32, fe80::/10, ::1', ...addresses)).toEqual([true, true, false, true, true])
    expect(has('::/0', '::', 'ffff::', '10.0.0.1')).toEqual([true, true, false])
  })

  // Dual-stack sockets show IPv4 clients as ::ffff:10.0.0.1; a deny list must not be escapable by that.
  it('takes IPv4 inside IPv6 for the IPv4 address', () => {
    expect(has('10.0.0.0/8', '::ffff:10.0.0.1', '::FFFF:0a00:0001', '::ffff:11.0.0.1')).toEqual([
      true,
      true,
      false,
    ])
    expect(has('::ffff:10.0.0.0/104', '10.9.9.9', '11.0.0.1')).toEqual([true, false])
  })

  it('holds no text that is not an address', () => {
    expect(
      has('0.0.0.0/0,::/0', '', 'unknown', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4 ', '1..2.3'),
    ).toEqual(new Array(7).fill(false))
  })

  it('refuses a list with an item that is no address or network', () => {
    const bad = ['10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/08', '::/129', 'fe80::1%eth0', 'localhost']
    for (const item of [...bad, '10.0.0.1,', '010.0.0.1', '10.0.0.1 10.0.0.2', '10.0.0.0/-1']) {
      expect(parseAddressSet(item), item).toHaveProperty('problem')
    }
  })

  it('agrees with a list that is searched one network after the other', () => {
    const v4 = fc.tuple(fc.nat(3), fc.nat(255), fc.nat(255), fc.nat(255)).map(bytes => bytes.join('.'))
    const group = fc.constantFrom('0', '1', 'ffff', 'db8', '8000')
    const v6 = fc.array(group, { minLength: 8, maxLength: 8 }).map(groups => groups.join(':'))
    const networks = fc.array(
      fc.oneof(fc.tuple(v4, fc.integer({ min: 0, max: 32 })), fc.tuple(v6, fc.integer({ min: 0, max: 128 }))),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(networks, fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 20 }), (listed, asked) => {
        const twin = new BlockList()
        for (const [address, bits] of listed) twin.addSubnet(address, bits, isIPv6(address) ? 'ipv6' : 'ipv4')
        const set = setOf(listed.map(([address, bits]) => `${address}/${bits}`).join(','))
        // Node's own list lets ::/0 cover IPv4 and the reverse, so only one family is compared at a time.
        for (const address of [...asked, ...listed.map(([address]) => address)]) {
          if (listed.some(([other]) => isIPv6(other) !== isIPv6(address))) continue
          // An IPv4 address inside IPv6 is one of IPv4 to us, and in no network of IPv6 that is wider.
          if (/^(?:0:){5}ffff:/.test(address) && listed.some(([, bits]) => bits < 96)) continue
          expect(containsAddress(set, address)).toBe(twin.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))
        }
      }),
      { numRuns: 300 },
    )
  })
})
