import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readProxyHeader } from './proxy-protocol.ts'

const read = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'))
const signature = '\r\n\r\n\0\r\nQUIT\n'

/** A header of version 2. */
function binary(command: number, family: number, data: Buffer): Buffer {
  const head = Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([command, family, 0, 0])])
  head.writeUInt16BE(data.length, 14)
  return Buffer.concat([head, data])
}

const ipv4 = Buffer.from([203, 0, 113, 7, 10, 0, 0, 1, 0x30, 0x39, 1, 187])
const ipv6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.from([0x30, 0x39, 0, 80]),
])

describe('version 1', () => {
  test('tells client and port for both families', () => {
    const line = 'PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n'
    expect(read(`${line}GET`)).toEqual({
      kind: 'header',
      size: line.length,
      source: { clientAddress: '203.0.113.7', serverPort: 443 },
    })
    expect(read('PROXY TCP6 2001:0DB8::0007 ::1 1 80\r\n')).toMatchObject({
      source: { clientAddress: '2001:db8::7', serverPort: 80 },
    })
    expect(read('PROXY TCP6 ::ffff:203.0.113.7 ::1 1 80\r\n')).toMatchObject({
      source: { clientAddress: '203.0.113.7' },
    })
  })

  test('says nothing of the client with UNKNOWN, whatever follows', () => {
    expect(read('PROXY UNKNOWN\r\n')).toEqual({ kind: 'header', size: 15, source: undefined })
    expect(read('PROXY UNKNOWN ffff:: 1 2\r\n')).toMatchObject({ kind: 'header', source: undefined })
  })

  test('is refused when anything in it is not as it has to be', () => {
    const lines = [
      'GET / HTTP/1.1\r\n',
      'proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n',
      'PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n',
      'PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n',
      'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n',
      'PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n',
      'PROXY TCP4 ::1 ::1 1 2\r\n',
      'PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n',
      'PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n',
      'PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n',
      'PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n',
      `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`,
      `PROXY ${'x'.repeat(101)}`,
    ]
    expect(lines.map(line => read(line).kind)).toEqual(lines.map(() => 'invalid'))
  })
})

describe('version 2', () => {
  test('tells client and port for both families, and skips what is added behind', () => {
    const header = binary(0x21, 0x11, Buffer.concat([ipv4, Buffer.from([3, 0, 4, 1, 2, 3, 4])]))
    expect(readProxyHeader(Buffer.concat([header, Buffer.from('GET')]))).toEqual({
      kind: 'header',
      size: header.length,
      source: { clientAddress: '203.0.113.7', serverPort: 443 },
    })
    expect(readProxyHeader(binary(0x21, 0x21, ipv6))).toMatchObject({
      source: { clientAddress: '2001:db8::7', serverPort: 80 },
    })
  })

  test('says nothing of the client with LOCAL, without a family, and for UNIX sockets', () => {
    const headers = [
      binary(0x20, 0x11, ipv4),
      binary(0x21, 0, Buffer.alloc(0)),
      binary(0x21, 0x31, Buffer.alloc(216)),
    ]
    for (const header of headers)
      expect(readProxyHeader(header)).toEqual({ kind: 'header', size: header.length, source: undefined })
  })

  test('is refused with another version, command, family, too few or too many bytes', () => {
    const headers = [
      binary(0x11, 0x11, ipv4),
      binary(0x22, 0x11, ipv4),
      binary(0x21, 0x12, ipv4),
      binary(0x21, 0x41, ipv4),
      binary(0x21, 0x11, ipv4.subarray(1)),
      binary(0x21, 0x21, ipv6.subarray(1)),
      binary(0x21, 0x31, Buffer.alloc(215)),
      binary(0x21, 0x11, Buffer.alloc(4_081)),
      Buffer.from('\r\n\r\n\0\r\nQUIX\n', 'latin1'),
    ]
    expect(headers.map(header => readProxyHeader(header).kind)).toEqual(headers.map(() => 'invalid'))
  })
})

test('a header of either version is waited for at every cut', () => {
  for (const header of [binary(0x21, 0x11, ipv4), Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n')]) {
    for (let size = 0; size < header.length; size++)
      expect(readProxyHeader(header.subarray(0, size))).toEqual({ kind: 'incomplete' })
  }
})

test('no bytes make the reader throw or take more than there are', () => {
  const starts = [Buffer.from(signature, 'latin1'), Buffer.from('PROXY TCP4 '), Buffer.alloc(0)]
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      const bytes = Buffer.concat([start, rest])
      const reading = readProxyHeader(bytes)
      return reading.kind !== 'header' || reading.size <= bytes.length
    }),
  )
})
