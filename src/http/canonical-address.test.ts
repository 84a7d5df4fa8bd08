import { expect, test } from 'vitest'
import { canonicalAddress } from './canonical-address.ts'

test('gives each address one form, and none to what is no address', () => {
  const rows: [string, string | undefined][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:0007', '2001:db8::7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['::', '::'],
    ['fe80::1%eth0', undefined],
    ['203.0.113', undefined],
    ['foo.com', undefined],
    ['', undefined],
  ]
  expect(rows.map(([text]) => [text, canonicalAddress(text)])).toEqual(rows)
})
