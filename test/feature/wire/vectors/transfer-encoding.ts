// Every other way to write, hide or repeat `chunked` (RFC 9112 §6.1, §7).
import { forwarded, helloChunks, inChunks, post, type RequestVector, refused, sized } from '../vector.ts'

const coding = (line: string, ...more: string[]) => post([line, ...more], helloChunks)
const hello = [inChunks('hello', 'POST /', { has: ['Transfer-Encoding: chunked'] })]

export const transferEncoding: readonly RequestVector[] = [
  refused('B01', 501, 'an unknown coding', coding('Transfer-Encoding: xchunked')),
  refused('B+', 501, 'gzip alone', coding('Transfer-Encoding: gzip')),
  refused('B+', 400, 'identity alone', coding('Transfer-Encoding: identity')),
  refused('B03', 400, 'chunked is not last', coding('Transfer-Encoding: chunked, identity')),
  refused('B+', 400, 'chunked is not last, and gzip is', coding('Transfer-Encoding: chunked, gzip')),
  refused('B05', 400, 'another coding first', coding('Transfer-Encoding: gzip, chunked')),
  refused('B+', 400, 'identity first', coding('Transfer-Encoding: identity, chunked')),
  refused('B07', 400, 'chunked twice', coding('Transfer-Encoding: chunked, chunked')),
  refused('B09', 400, 'two lines', coding('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')),
  refused(
    'B+',
    400,
    'two lines in turn',
    coding('Transfer-Encoding: identity', 'Transfer-Encoding: chunked'),
  ),
  refused('B+', 400, 'two equal lines', coding('Transfer-Encoding: chunked', 'transfer-encoding: chunked')),
  refused('B11', 400, 'a comma first', coding('Transfer-Encoding: ,chunked')),
  refused('B+', 400, 'a comma last', coding('Transfer-Encoding: chunked,')),
  refused('B+', 400, 'an empty member', coding('Transfer-Encoding: , ,chunked')),
  forwarded('B13', 'a tab before the value', coding('Transfer-Encoding:\tchunked'), hello),
  forwarded('B15', 'a blank behind the value', coding('Transfer-Encoding: chunked '), hello),
  forwarded('B+', 'no blank', coding('Transfer-Encoding:chunked'), hello),
  forwarded('B+', 'mixed case', coding('tRANSFER-eNCODING: cHuNkEd'), hello),
  refused('B17', 400, 'a parameter', coding('Transfer-Encoding: chunked;q=1')),
  refused('B+', 400, 'an empty parameter', coding('Transfer-Encoding: chunked;')),
  refused('B+', 400, 'quotes', coding('Transfer-Encoding: "chunked"')),
  refused('B+', 400, 'two words', coding('Transfer-Encoding: chunked x')),
  refused('B+', 400, 'a cut word', coding('Transfer-Encoding: chu nked')),
  refused('B19', 400, 'a vertical tab before', coding('Transfer-Encoding: \x0bchunked')),
  refused('B+', 400, 'a form feed behind', coding('Transfer-Encoding: chunked\x0c')),
  refused('B+', 400, 'a no-break space before', coding('Transfer-Encoding: \xa0chunked')),
  refused('B+', 400, 'a next-line octet behind', coding('Transfer-Encoding: chunked\x85')),
  refused('B21', 400, 'NUL behind', coding('Transfer-Encoding: chunked\x00')),
  refused('B23', 400, 'a blank before the colon', coding('Transfer-Encoding : chunked')),
  refused('B+', 400, 'a tab before the colon', coding('Transfer-Encoding\t: chunked')),
  refused('B+', 400, 'NUL before the colon', coding('Transfer-Encoding\x00: chunked')),
  refused('B+', 400, 'CR before the colon', coding('Transfer-Encoding\r: chunked')),
  // Names with `_` are dropped, so this request has no body, and what follows is no request.
  forwarded(
    'B25',
    'an underscore in the name',
    coding('Transfer_Encoding: chunked'),
    [sized('', 'POST /', { lacks: ['Transfer'] })],
    {
      thenRefused: 400,
    },
  ),
  refused('B27', 400, 'bare LF before it', coding('X: y\nTransfer-Encoding: chunked')),
  refused('B+', 400, 'bare CR before it', coding('X: y\rTransfer-Encoding: chunked')),
  refused('B29', 400, 'a folded value', coding('Transfer-Encoding:\r\n chunked')),
  refused('B+', 400, 'a value folded by a tab', coding('Transfer-Encoding: x\r\n\tchunked')),
  refused(
    'B31',
    400,
    'a blank before the first field',
    `POST / HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: a.test\r\n\r\n${helloChunks}`,
  ),
  refused('B33', 400, 'a cut name', coding('Transfer-\r\nEncoding: chunked')),
  refused(
    'B35',
    400,
    'an unknown coding and a length',
    post(['Transfer-Encoding: cow', 'Content-Length: 5'], 'hello'),
  ),
]
