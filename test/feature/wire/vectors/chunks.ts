// Chunk sizes, extensions and trailers (RFC 9112 §7.1, RFC 9110 §6.5).
import { brokenOff, chunkedLine, forwarded, inChunks, post, type RequestVector, smuggled } from '../vector.ts'

const body = (text: string) => post([chunkedLine], text)
const sizeLine = (line: string) => body(`${line}hello\r\n0\r\n\r\n`)
const trailers = (text: string) => body(`5\r\nhello\r\n0\r\n${text}`)
const hello = [inChunks('hello', 'POST /', { lacks: ['evil'] })]

export const chunks: readonly RequestVector[] = [
  brokenOff('D01', 'a prefix', sizeLine('0x5\r\n')),
  brokenOff('D03', 'a minus', sizeLine('-5\r\n')),
  brokenOff('D+', 'a plus', sizeLine('+5\r\n')),
  brokenOff('D05', 'a blank before', sizeLine(' 5\r\n')),
  brokenOff('D07', 'a tab behind', sizeLine('5\t\r\n')),
  brokenOff('D+', 'a blank behind', sizeLine('5 \r\n')),
  brokenOff('D+', 'a blank before the extension', sizeLine('5 ;a\r\n')),
  forwarded('D09', 'a blank in an extension', sizeLine('5; a=b\r\n'), hello),
  forwarded('D11', 'a quoted extension', sizeLine('5;a="evil;c"\r\n'), hello),
  brokenOff('D13', 'LF behind a semicolon', sizeLine('5;\n')),
  brokenOff('D+', 'CR inside an extension', sizeLine('5;a\rb\r\n')),
  brokenOff('D15', 'two CR', sizeLine('5\r\r;AB\r\n')),
  brokenOff('D+', 'LF alone', sizeLine('5\n')),
  brokenOff('D+', 'CR alone', sizeLine('5\r')),
  forwarded('D17', 'leading zeros', sizeLine('0000000000000005\r\n'), hello),
  brokenOff('D+', 'zeros without end', sizeLine(`${'0'.repeat(300)}5\r\n`)),
  brokenOff('D19', '2^64 + 5', sizeLine('10000000000000005\r\n')),
  brokenOff('D21', 'no size', sizeLine('\r\n')),
  brokenOff('D+', 'an extension without size', sizeLine(';a\r\n')),
  brokenOff('D+', 'a comma', sizeLine('5,\r\n')),
  brokenOff('D+', 'an underscore', sizeLine('0_5\r\n')),
  brokenOff('D+', 'a letter too many', sizeLine('5g\r\n')),
  brokenOff('D+', 'an octet beyond ASCII', sizeLine('5\xa0\r\n')),
  brokenOff('D23', 'data longer than its size', body('4\r\nSEE-THIS\r\n0\r\n\r\n')),
  brokenOff('D25', 'no line end behind the data', body('5\r\nhello0\r\n\r\n')),
  brokenOff('D+', 'LF behind the data', body('5\r\nhello\n0\r\n\r\n')),
  brokenOff('D+', 'CR CR behind the data', body('5\r\nhello\r\r0\r\n\r\n')),
  forwarded('D27', 'a last chunk of many zeros', body('5\r\nhello\r\n000\r\n\r\n'), hello),
  brokenOff('D29', 'a coding in the trailers', body('0\r\nTransfer-Encoding: chunked\r\n\r\n')),
  brokenOff('D+', 'a length in the trailers', trailers('content-length: 0\r\n\r\n')),
  forwarded(
    'D31',
    'Host and a forwarded field in the trailers',
    trailers('Host: evil.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n'),
    hello,
  ),
  forwarded('D+', 'an underscore in a trailer', trailers('Content_Length: 5\r\n\r\n'), hello),
  brokenOff('D33', 'bare LF in a trailer', body('0\r\nX: y\nZ: w\r\n\r\n')),
  brokenOff('D+', 'a folded trailer', trailers('X: y\r\n z\r\n\r\n')),
  brokenOff('D+', 'a blank before the colon of a trailer', trailers('X : y\r\n\r\n')),
  brokenOff('D+', 'a request in place of trailers', trailers(smuggled)),
  forwarded('D35', 'NUL behind the last chunk', body('0\r\n\r\n\x00'), [inChunks('')], { thenRefused: 400 }),
  forwarded('D+', 'letters behind the last chunk', body('0\r\n\r\nX\n'), [inChunks('')], {
    thenRefused: 400,
  }),
  brokenOff('D37', 'NUL in an extension', sizeLine('5;\x00ext\r\n')),
  brokenOff('D39', 'many small extensions', body(`${`1;${'e'.repeat(100)}\r\nx\r\n`.repeat(300)}0\r\n\r\n`)),
  forwarded('D41', 'a capital digit', body('A\r\n0123456789\r\n0\r\n\r\n'), [inChunks('0123456789')]),
  // Nobody may say so that late: it is not passed on, but who says it is not asked again either.
  forwarded(
    'D43',
    'Connection: close in the trailers',
    trailers(`Connection: close\r\n\r\n${smuggled}`),
    hello,
    {
      closes: true,
    },
  ),
]
