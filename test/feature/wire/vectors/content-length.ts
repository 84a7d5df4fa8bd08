// Spellings of Content-Length, and methods that do and do not expect a body (RFC 9110 §8.6, §9.3; RFC 9112 §6.3).
import {
  answered,
  bare,
  brokenOff,
  chunkedLine,
  forwarded,
  head,
  helloChunks,
  inChunks,
  post,
  type RequestVector,
  refused,
  sized,
} from '../vector.ts'

const length = (value: string, ...more: string[]) => post([`Content-Length:${value}`, ...more], 'hello')
const hello = [sized('hello')]

export const contentLength: readonly RequestVector[] = [
  refused('C01', 400, 'twice the same', length(' 5', 'Content-Length: 5')),
  refused('C+', 400, 'twice, different', length(' 5', 'content-length: 6')),
  refused('C03', 400, 'a list of the same', length(' 5, 5')),
  refused('C+', 400, 'a list without blanks', length(' 5,6')),
  refused('C+', 400, 'a comma behind', length(' 5,')),
  refused('C05', 400, 'a plus', length(' +5')),
  refused('C+', 400, 'a minus', length(' -5')),
  refused('C07', 400, 'minus zero', length(' -0')),
  refused('C09', 400, 'a blank inside', length(' 5 5')),
  forwarded('C11', 'a leading zero', length(' 05'), hello),
  forwarded('C+', 'many leading zeros', length(` ${'0'.repeat(200)}5`), hello),
  forwarded('C+', 'blanks around', length('\t 5 \t'), hello),
  refused('C13', 400, 'a decimal point', length(' 5.0')),
  refused('C+', 400, 'an exponent', length(' 5e0')),
  refused('C+', 400, 'hexadecimal', length(' 0x5')),
  refused('C+', 400, 'an underscore', length(' 0_5')),
  refused('C+', 400, 'quotes', length(' "5"')),
  refused('C15', 400, 'nothing but a blank', length(' ')),
  refused('C+', 400, 'nothing', length('')),
  refused('C17', 400, 'a vertical tab behind', length(' 5\x0b')),
  refused('C+', 400, 'a no-break space behind', length(' 5\xa0')),
  refused('C+', 400, 'another digit of Latin-1', length(' \xb2')),
  refused('C+', 400, 'NUL behind', length(' 5\x00')),
  refused('C19', 413, '2^53 + 1', length(' 9007199254740993')),
  refused('C+', 413, 'far beyond', length(` ${'9'.repeat(400)}`)),
  answered('C+', 413, '2^53 - 1, over the limit of the route', length(' 9007199254740991'), true),
  refused('C21', 400, 'a blank before the colon', post(['Content-Length : 5'], 'hello')),
  refused('C23', 400, 'a folded value', length('\r\n 5')),
  refused('C25', 400, 'letters behind', length(' 5Z')),
  forwarded('C27', 'a chunked GET', head('GET / HTTP/1.1', chunkedLine) + helloChunks, [
    inChunks('hello', 'GET /'),
  ]),
  forwarded('C+', 'a GET with a length', `${head('GET / HTTP/1.1', 'Content-Length: 5')}hello`, [
    sized('hello', 'GET /'),
  ]),
  forwarded('C+', 'a GET of length 0', head('GET / HTTP/1.1', 'Content-Length: 0'), [sized('', 'GET /')]),
  forwarded('C29', 'OPTIONS with a body', `${head('OPTIONS / HTTP/1.1', 'Content-Length: 5')}hello`, [
    sized('hello', 'OPTIONS /'),
  ]),
  forwarded('C31', 'POST without framing', post([]), [sized('')]),
  forwarded('C+', 'GET without framing', head('GET / HTTP/1.1'), [bare('GET /')]),
  forwarded('C33', 'DELETE with a body', `${head('DELETE / HTTP/1.1', 'Content-Length: 5')}hello`, [
    sized('hello', 'DELETE /'),
  ]),
  {
    ...brokenOff('C35', 'the client ends before the last chunk', post([chunkedLine], '5\r\nhello\r\n')),
    ends: true,
  },
  {
    ...brokenOff('C+', 'the client ends before the last octet', post(['Content-Length: 6'], 'hello')),
    ends: true,
  },
]
