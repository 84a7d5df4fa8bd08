// Random framing fields with the bodies they announce: exact, off by one, in odd spellings, and contradicting each other.
import fc from 'fast-check'

/** The end of a message: framing fields, and the bytes after the empty line. */
export interface FramedBody {
  readonly lines: readonly string[]
  readonly body: string
}

/** Mostly the first value, at times one of the others. */
export function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 20 },
    { arbitrary: fc.constantFrom(usual, ...others), weight: 1 },
  )
}

/** The end of a line. */
export const lineEnd = mostly('\r\n', '\n', '\r', '\r\r\n', '\r\n\r\n', '\n\r', '\n\n', 'x\n', '\rx', '')

/** Content in which framing octets are common. */
export const content = fc.oneof(
  fc.constantFrom('hello', 'GET /x HTTP/1.1\r\nHost: b.test\r\n\r\n', '0\r\n\r\n', '\r\n', '\0\xff', ''),
  fc.string({ unit: fc.constantFrom('a', '0', '\r', '\n', ':', ' ', '\xff'), maxLength: 12 }),
)

const blank = mostly('', ' ', '\t', ' \t ', '\x0b', '\xa0')
const nameCase = fc.constantFrom<(name: string) => string>(
  name => name,
  name => name.toLowerCase(),
  name => name.toUpperCase(),
)

const lengthName = fc
  .tuple(
    nameCase,
    mostly('Content-Length', 'Content_Length', 'Content-Length ', 'XContent-Length', 'Content-Lengt'),
  )
  .map(([spell, name]) => spell(name))

const codingName = fc
  .tuple(nameCase, mostly('Transfer-Encoding', 'Transfer_Encoding', 'Transfer-Encoding ', 'Transfer-Encodin'))
  .map(([spell, name]) => spell(name))

const lengthSpelling = mostly<(length: number) => string>(
  length => `${length}`,
  length => `0${length}`,
  length => `${'0'.repeat(30)}${length}`,
  length => `${length + 1}`,
  length => `${length},${length}`,
  length => `${length}, ${length + 1}`,
  length => `+${length}`,
  length => `-${length}`,
  length => `0x${length}`,
  length => `${length}.0`,
  length => `${length} ${length}`,
  length => `${length};`,
  length => `"${length}"`,
  length => `${length}e0`,
  () => '',
  () => '9007199254740991',
  () => '9007199254740993',
  () => '18446744073709551615',
  () => '18446744073709551616',
  () => '18446744073709551621',
)

const codingSpelling = mostly(
  'chunked',
  'Chunked',
  'CHUNKED',
  'chunked,',
  ',chunked',
  'chunked, chunked',
  'chunked, identity',
  'identity',
  'identity, chunked',
  'gzip, chunked',
  'gzip',
  'chunked;q=1',
  '"chunked"',
  'xchunked',
  'chunkedx',
  'chunked\x00',
  'chunke',
  '',
)

const lengthLine = (length: number) =>
  fc
    .tuple(lengthName, blank, lengthSpelling, blank)
    .map(([name, before, spell, after]) => `${name}:${before}${spell(length)}${after}`)

const codingLine = fc
  .tuple(codingName, blank, codingSpelling, blank)
  .map(([name, before, coding, after]) => `${name}:${before}${coding}${after}`)

const sizeSpelling = mostly<(size: number) => string>(
  size => size.toString(16),
  size => size.toString(16).toUpperCase(),
  size => `0${size.toString(16)}`,
  size => `${'0'.repeat(15)}${size.toString(16)}`,
  size => `${'0'.repeat(40)}${size.toString(16)}`,
  size => (size + 1).toString(16),
  size => Math.max(size - 1, 0).toString(16),
  size => `0x${size.toString(16)}`,
  size => `+${size.toString(16)}`,
  size => `-${size.toString(16)}`,
  size => ` ${size.toString(16)}`,
  size => `${size.toString(16)} `,
  size => `${size.toString(16)}\t`,
  size => `${size.toString(16)}_`,
  size => `1000000000000000${size.toString(16)}`,
  size => `100000000${size.toString(16).padStart(8, '0')}`,
  () => '',
  () => 'g',
)

const extension = mostly(
  '',
  ';a',
  ';a=b',
  ';a="b;c"',
  ';a="\\""',
  ';a=b;c=d',
  '; a=b',
  ' ;a=b',
  ';a =b',
  ';a= b',
  ';',
  ';=',
  ';=b',
  ';a=',
  ';a=\x80',
  ';\x00',
  ';a="b',
  ';a="\r\n',
  ';a=b c',
  ';a="b"c',
  ';a=@',
  ';\t',
)

const chunk = fc
  .tuple(sizeSpelling, extension, lineEnd, content, lineEnd)
  .map(([size, ext, end, data, dataEnd]) => `${size(data.length)}${ext}${end}${data}${dataEnd}`)

const trailer = fc.constantFrom(
  'X-Sum: 1',
  'x: y ',
  'X:\ty',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Connection: close',
  'Connection: X-Sum',
  'Host: evil.test',
  'X_Y: z',
  'X : y',
  ': y',
  ' folded',
  'novalue',
  'X: \x00',
  'X: \xff',
)

const chunkedBody = fc
  .tuple(
    fc.array(chunk, { maxLength: 3 }),
    mostly('0', '00', '000', '0;a=b', '0 ', '', '-0'),
    lineEnd,
    fc.oneof(fc.constant([]), fc.array(fc.tuple(trailer, lineEnd), { maxLength: 3 })),
    lineEnd,
  )
  .map(
    ([chunks, last, lastEnd, trailers, end]) =>
      chunks.join('') + last + lastEnd + trailers.map(parts => parts.join('')).join('') + end,
  )

const withLength = content.chain(body => lengthLine(body.length).map(line => ({ lines: [line], body })))
const withChunks = fc.tuple(codingLine, chunkedBody).map(([line, body]) => ({ lines: [line], body }))
const withNothing = fc.oneof(
  { arbitrary: fc.constant({ lines: [], body: '' }), weight: 3 },
  { arbitrary: content.map(body => ({ lines: [], body })), weight: 1 },
)
const withSeveral = fc
  .tuple(
    fc.array(fc.oneof(codingLine, fc.nat(6).chain(lengthLine)), { minLength: 2, maxLength: 3 }),
    fc.oneof(content, chunkedBody),
  )
  .map(([lines, body]) => ({ lines, body }))

/** Any framing. */
export const framedBody: fc.Arbitrary<FramedBody> = fc.oneof(
  { arbitrary: withNothing, weight: 3 },
  { arbitrary: withLength, weight: 3 },
  { arbitrary: withChunks, weight: 4 },
  { arbitrary: withSeveral, weight: 1 },
)
