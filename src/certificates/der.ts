// The few forms of ASN.1's Distinguished Encoding Rules (X.690) that certificates are made of. Writes them, and takes apart
// what OpenSSL has checked before; never reads what comes from elsewhere.

/** One element: a tag, a length and what the parts are together. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const size = length < 0x1_00 ? 1 : length < 0x1_00_00 ? 2 : 3
  const lengthBytes = Buffer.alloc(size)
  lengthBytes.writeUIntBE(length, 0, size)
  return Buffer.concat([Buffer.from([tag, 0x80 | size]), lengthBytes, content])
}

/** SEQUENCE. */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, ...parts)
}

/** SET of one. */
export function setOf(part: Uint8Array): Buffer {
  return element(0x31, part)
}

/** BOOLEAN, of which only the one that is not the default is ever written. */
export const trueValue: Buffer = element(0x01, Buffer.from([0xff]))

/** INTEGER from its bytes; the first must be 1…127, or the only one. */
export function integer(bytes: Uint8Array): Buffer {
  return element(0x02, bytes)
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): Buffer {
  return element(0x04, bytes)
}

/** BIT STRING whose last `unused` bits do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.from([unused]), bytes)
}

/** UTF8String. */
export function utf8(text: string): Buffer {
  return element(0x0c, Buffer.from(text))
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f))
  return bytes
}

/** UTCTime until 2049, GeneralizedTime after it, as RFC 5280 §4.1.2.5 asks; whole seconds. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits))
}

/** What an element holds, without its tag and length. */
export function contentOf(bytes: Buffer): Buffer {
  const { start, end } = boundsOf(bytes)
  return bytes.subarray(start, end)
}

/** The elements that an element holds, each with its own tag and length. Of well-formed elements only. */
export function childrenOf(bytes: Buffer): Buffer[] {
  const children: Buffer[] = []
  const { start, end } = boundsOf(bytes)
  for (let from = start; from < end; ) {
    const to = from + boundsOf(bytes.subarray(from)).end
    children.push(bytes.subarray(from, to))
    from = to
  }
  return children
}

function boundsOf(bytes: Buffer): { start: number; end: number } {
  const first = bytes[1]!
  if (first < 0x80) return { start: 2, end: 2 + first }
  const size = first & 0x7f
  const start = 2 + size
  return { start, end: start + bytes.readUIntBE(2, size) }
}
