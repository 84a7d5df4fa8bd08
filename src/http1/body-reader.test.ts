// Bodies cut at every place: where the bytes of a message are split between reads must never change what is read.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Framing, RequestHead } from '../http/request-head.ts'
import { BodyEvent, BodyReader } from './body-reader.ts'

interface Outcome {
  readonly body: string
  readonly result: 'end' | 'more' | 'error'
  /** What may be passed on of the trailers. */
  readonly trailers: string
  /** What follows the body on the connection. */
  readonly rest: string
}

/** Reads a body that arrives in these pieces. */
function read(pieces: readonly string[], framing: Framing, length = 0): Outcome {
  const reader = new BodyReader(new RequestHead())
  reader.start(framing, length)
  let body = ''
  for (const [index, piece] of pieces.entries()) {
    const bytes = Buffer.from(piece, 'latin1')
    let position = 0
    for (;;) {
      const event = reader.next(bytes, position, bytes.length)
      position = reader.position
      if (event === BodyEvent.data) {
        body += bytes.latin1Slice(reader.dataStart, reader.position)
      } else if (event === BodyEvent.more) {
        break
      } else {
        const rest = bytes.latin1Slice(position, bytes.length) + pieces.slice(index + 1).join('')
        const { trailers } = reader
        return event === BodyEvent.end
          ? { body, result: 'end', trailers, rest }
          : { body, result: 'error', trailers: '', rest }
      }
    }
  }
  return { body, result: 'more', trailers: '', rest: '' }
}

function readChunked(text: string): Outcome {
  return read([text], Framing.chunked)
}

/** The text cut at every position, and octet by octet. */
function* splitsOf(text: string): Generator<string[]> {
  for (let at = 0; at <= text.length; at++) yield [text.slice(0, at), text.slice(at)]
  yield [...text]
}

const whole =
  '5\r\nhello\r\n6;a=b;c="d;e"\r\n world\r\n0003\r\n!\r\n\r\n0\r\nX-T: 1\r\nY:\r\n\r\nGET / HTTP/1.1\r\n'

test('decodes chunks, drops extensions, keeps trailers, and stops behind the last line', () => {
  const outcome = { body: 'hello world!\r\n', trailers: 'X-T: 1\r\nY:\r\n', rest: 'GET / HTTP/1.1\r\n' }
  expect(readChunked(whole)).toEqual({ ...outcome, result: 'end' })
})

test('reads a chunked body the same wherever it is split', () => {
  for (const pieces of splitsOf(whole)) expect(read(pieces, Framing.chunked)).toEqual(readChunked(whole))
})

const malformed: readonly (readonly [what: string, text: string])[] = [
  ['a prefix', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a sign', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a blank before the size', ' 5\r\nhello\r\n0\r\n\r\n'],
  ['a tab behind the size', '5\t\r\nhello\r\n0\r\n\r\n'],
  ['an underscore', '1_0\r\nhello\r\n0\r\n\r\n'],
  ['no size', '\r\nhello\r\n0\r\n\r\n'],
  ['no size before an extension', ';a\r\nhello\r\n0\r\n\r\n'],
  ['bare LF behind the size', '5\nhello\r\n0\r\n\r\n'],
  ['bare CR behind the size', '5\rhello\r\n0\r\n\r\n'],
  ['bare LF in an extension', '5;\nhello\r\n0\r\n\r\n'],
  ['two CR', '5\r\r;AB\r\nhello\r\n0\r\n\r\n'],
  ['NUL in an extension', '5;\x00ext\r\nhello\r\n0\r\n\r\n'],
  ['data longer than its size', '4\r\nSEE-THIS\r\n0\r\n\r\n'],
  ['no line end behind the data', '5\r\nhello0\r\n\r\n'],
  ['bare LF behind the data', '5\r\nhello\n0\r\n\r\n'],
  ['a size beyond 2^53', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^53 behind zeros', '000ffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['zeros without end', `${'0'.repeat(40)}\r\n\r\n`],
  ['bare LF in a trailer', '0\r\nX: y\nZ: w\r\n\r\n'],
  ['bare LF behind the trailers', '0\r\nX: y\r\n\n'],
  ['a blank in a trailer name', '0\r\nX : y\r\n\r\n'],
  ['a trailer without colon', '0\r\nX\r\n\r\n'],
  ['a trailer without name', '0\r\n: y\r\n\r\n'],
  ['a folded trailer', '0\r\nX: y\r\n z\r\n\r\n'],
  ['CR alone behind the trailers', '0\r\n\rX'],
  ['NUL in a trailer', '0\r\nX: a\x00\r\n\r\n'],
  ['a length in the trailers', '0\r\nX: y\r\ncontent-length: 5\r\n\r\n'],
  ['a coding in the trailers', '0\r\nTransfer-Encoding: chunked\r\n\r\n'],
]

describe('refuses chunked bodies with', () => {
  test.each(malformed)('%s, wherever it is split', (_, text) => {
    for (const pieces of splitsOf(text)) expect(read(pieces, Framing.chunked).result).toBe('error')
  })

  test('more than 16 KiB of extensions in all', () => {
    expect(readChunked(`1;${'e'.repeat(100)}\r\nx\r\n`.repeat(300)).result).toBe('error')
    expect(readChunked(`1;${'e'.repeat(100)}\r\nx\r\n`.repeat(100)).result).toBe('more')
  })

  test('more than 8 KiB of trailers', () => {
    const trailers = (length: number) => `0\r\na: ${'b'.repeat(length - 7)}\r\n\r\n`
    expect(readChunked(trailers(8 * 1024)).result).toBe('end')
    expect(readChunked(trailers(8 * 1024 + 1)).result).toBe('error')
    expect(read([...trailers(8 * 1024 + 1)], Framing.chunked).result).toBe('error')
    expect(readChunked(trailers(9 * 1024).slice(0, -2)).result).toBe('error')
  })

  test('more than 100 trailers', () => {
    expect(readChunked(`0\r\n${'a: b\r\n'.repeat(101)}\r\n`).result).toBe('error')
  })
})

test.each([
  ['capital digits', 'A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
  ['leading zeros', '0000000000000005\r\nhello\r\n0\r\n\r\n', 'hello'],
  ['several zeros at the end', '5\r\nhello\r\n000\r\n\r\n', 'hello'],
  ['an extension at the end', '0;last\r\n\r\n', ''],
  ['trailers that would be dangerous as fields', '0\r\nHost: evil.test\r\nX_Y: 1\r\n\r\n', ''],
])('takes %s', (_, text, body) => {
  expect(readChunked(text)).toEqual({ body, result: 'end', trailers: '', rest: '' })
})

test('waits for the rest of an unfinished chunked body', () => {
  for (let at = 0; at < whole.indexOf('GET'); at++)
    expect(readChunked(whole.slice(0, at)).result).toBe('more')
})

test('reads a body of known length the same wherever it is split', () => {
  for (const pieces of splitsOf('hello!!'))
    expect(read(pieces, Framing.length, 5)).toMatchObject({ body: 'hello', result: 'end', rest: '!!' })
})

test('ends a body of length 0 and one without framing at once', () => {
  expect(read(['x'], Framing.length, 0)).toMatchObject({ body: '', result: 'end', rest: 'x' })
  expect(read(['x'], Framing.none)).toMatchObject({ body: '', result: 'end', rest: 'x' })
})

test('takes everything until the connection ends', () => {
  expect(read(['a', 'b', 'c'], Framing.untilClose)).toMatchObject({ body: 'abc', result: 'more', rest: '' })
})

test('starts anew after a body that was broken off', () => {
  const reader = new BodyReader(new RequestHead())
  reader.start(Framing.chunked, 0)
  reader.next(Buffer.from('5;abc'), 0, 5)
  reader.start(Framing.chunked, 0)
  const bytes = Buffer.from('0\r\n\r\n')
  expect(reader.next(bytes, 0, bytes.length)).toBe(BodyEvent.end)
})

// A body as any sender may write it: sizes in any spelling, extensions, trailers.
const chunk = fc.record({
  data: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }),
  zeros: fc.nat({ max: 3 }),
  capital: fc.boolean(),
  extension: fc.constantFrom('', ';a', ';a=b', ';a="b c"'),
})

function encode({ data, zeros, capital, extension }: typeof chunk extends fc.Arbitrary<infer T> ? T : never) {
  const digits = data.length.toString(16)
  return `${'0'.repeat(zeros)}${capital ? digits.toUpperCase() : digits}${extension}\r\n${data}\r\n`
}

test('reads what any sender wrote, however it arrives', () => {
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 5 }),
      fc.constantFrom('', 'X: y\r\n', 'A:\r\nB: c\r\n'),
      fc.array(fc.nat({ max: 300 }), { maxLength: 6 }),
      (chunks, trailers, cuts) => {
        const text = `${chunks.map(encode).join('')}0\r\n${trailers}\r\nnext`
        const body = chunks.map(({ data }) => data).join('')
        const places = [0, ...cuts.filter(cut => cut < text.length).toSorted((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, i) => text.slice(places[i], place))
        expect(read(pieces, Framing.chunked)).toEqual({ body, result: 'end', trailers, rest: 'next' })
      },
    ),
  )
})
