// DER, as X.509 and OCSP are written in (ITU-T X.690): elements as ranges of bytes. Reads what anybody may have written;
// whatever is no DER is `undefined`, nothing throws.

/** One element. */
export interface DerElement {
  /** The identifier octet: `0x30` a SEQUENCE, `0xa0` a context tag 0 with elements in it. */
  readonly tag: number
  readonly content: Uint8Array
  /** Tag and length included. */
  readonly whole: Uint8Array
}

/** The element that fills `bytes` to the last. */
export function readDer(bytes: Uint8Array): DerElement | undefined {
  const elements = readElements(bytes)
  return elements?.length === 1 ? elements[0] : undefined
}

/** The elements in an element. */
export function elementsIn(element: DerElement | undefined): readonly DerElement[] {
  // Bit 6 says that there are elements in it; an OCTET STRING (4) may hold some all the same.
  if (element === undefined || ((element.tag & 0x20) === 0 && element.tag !== 4)) return []
  return readElements(element.content) ?? []
}

/** Text of a time: `20260131120000Z` (GeneralizedTime, tag 24) as milliseconds since the epoch. */
export function readGeneralizedTime(element: DerElement | undefined): number | undefined {
  if (element?.tag !== 0x18) return undefined
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(latin1(element.content))
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Content as hex digits, for object identifiers and numbers. */
export function hexOf(element: DerElement | undefined): string {
  return element === undefined ? '' : Buffer.from(element.content).toString('hex')
}

function readElements(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = readLength(bytes, at + 1)
    if (length === undefined || length.end > bytes.length) return undefined
    const { start, end } = length
    elements.push({ tag: bytes[at]!, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return elements
}

/** Where the content begins and ends; at most four octets of length, which is more than any Secret holds. */
function readLength(
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 1, end: at + 1 + first }
  const octets = first & 0x7f
  if (octets === 0 || octets > 4 || at + octets >= bytes.length) return undefined
  let length = 0
  for (let i = 1; i <= octets; i++) length = length * 256 + bytes[at + i]!
  const start = at + 1 + octets
  return { start, end: start + length }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
