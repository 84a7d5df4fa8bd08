// What hostile, broken and merely odd backends send (RFC 9112 §4, §6, §8, §9.2; RFC 9110 §15). Data only.

/** What must become of a backend's bytes. */
export type ResponseVerdict =
  /** 502 for the client; the backend connection is not used again. */
  | { readonly kind: 'bad-gateway'; readonly interim?: readonly string[] }
  /** The head and this much of the body, then the connection is cut so that nobody takes the message for whole. */
  | { readonly kind: 'cut'; readonly body: string }
  | {
      readonly kind: 'passed'
      readonly line: string
      readonly body: string
      /** Whether the backend connection serves the next request. */
      readonly reused: boolean
      readonly interim?: readonly string[]
      readonly has?: readonly string[]
      readonly lacks?: readonly string[]
    }

export interface ResponseVector {
  /** Of the collection it is from; `+` marks a neighbour of our own. */
  readonly id: string
  readonly what: string
  readonly bytes: string
  readonly verdict: ResponseVerdict
  readonly method: 'GET' | 'HEAD'
  /** The backend ends its side behind the bytes. */
  readonly ends: boolean
}

type More = Partial<Pick<ResponseVector, 'method' | 'ends'>>

function vector(
  id: string,
  what: string,
  bytes: string,
  verdict: ResponseVerdict,
  more: More = {},
): ResponseVector {
  return { id, what, bytes, verdict, method: 'GET', ends: false, ...more }
}

const bad = (id: string, what: string, bytes: string, more?: More) =>
  vector(id, what, bytes, { kind: 'bad-gateway' }, more)

const cut = (id: string, what: string, bytes: string, body: string, more?: More) =>
  vector(id, what, bytes, { kind: 'cut', body }, more)

type Passed = Omit<Extract<ResponseVerdict, { kind: 'passed' }>, 'kind'>

const passed = (id: string, what: string, bytes: string, verdict: Partial<Passed>, more?: More) =>
  vector(
    id,
    what,
    bytes,
    { kind: 'passed', line: 'HTTP/1.1 200 OK', body: 'hi', reused: true, ...verdict },
    more,
  )

const response = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`
const ok = (...fields: string[]) => response('HTTP/1.1 200 OK', ...fields)
const sized = (...fields: string[]) => `${ok(...fields, 'Content-Length: 2')}hi`
const chunked = (body: string) => ok('Transfer-Encoding: chunked') + body
const statusLine = (line: string) => `${response(line, 'Content-Length: 2')}hi`
const hiChunks = '2\r\nhi\r\n0\r\n\r\n'
const ends = { ends: true }

export const responseVectors: readonly ResponseVector[] = [
  bad('R01', 'another protocol', statusLine('HTTPX/1.1 200 OK')),
  bad('R+', 'small letters', statusLine('http/1.1 200 OK')),
  bad('R03', 'HTTP/2.0', statusLine('HTTP/2.0 200 OK')),
  bad('R+', 'HTTP/1.2', statusLine('HTTP/1.2 200 OK')),
  bad('R05', 'no status line', '<html>hello</html>', ends),
  bad('R+', 'a tab behind the version', statusLine('HTTP/1.1\t200 OK')),
  bad('R+', 'an empty line first', `\r\n${sized()}`),
  bad('R+', 'a blank first', ` ${sized()}`),
  bad('R07', 'four digits', statusLine('HTTP/1.1 2000 OK')),
  bad('R+', 'two digits', statusLine('HTTP/1.1 20 OK')),
  bad('R+', 'status 000', statusLine('HTTP/1.1 000 OK')),
  bad('R09', 'status 999', statusLine('HTTP/1.1 999 OK')),
  passed('R11', 'a control in the reason', statusLine('HTTP/1.1 200 O\x01K\xff'), {}),
  passed('R+', 'octets beyond ASCII in the reason', statusLine('HTTP/1.1 200 O\xe9'), {
    line: 'HTTP/1.1 200 O\xe9',
  }),
  bad('R+', 'bare CR in the reason', statusLine('HTTP/1.1 200 O\rK')),
  bad('R13', 'two equal lengths', sized('Content-Length: 2')),
  bad('R+', 'two lengths', sized('content-length: 3')),
  bad('R15', 'a list of lengths', `${ok('Content-Length: 2, 2')}hi`),
  bad('R17', 'length, then coding', ok('Content-Length: 2', 'Transfer-Encoding: chunked') + hiChunks),
  bad('R+', 'coding, then length', ok('Transfer-Encoding: chunked', 'Content-Length: 2') + hiChunks),
  bad('R19', 'a negative length', `${ok('Content-Length: -2')}hi`, ends),
  bad('R+', 'a length with a plus', `${ok('Content-Length: +2')}hi`),
  bad('R+', 'an empty length', `${ok('Content-Length:')}hi`, ends),
  bad('R+', 'a length beyond 2^53', `${ok('Content-Length: 9007199254740993')}hi`),
  bad('R21', 'a coding before chunked', ok('Transfer-Encoding: gzip, chunked') + hiChunks),
  bad('R+', 'identity', `${ok('Transfer-Encoding: identity')}hi`, ends),
  bad('R+', 'a vertical tab before chunked', ok('Transfer-Encoding: \x0bchunked') + hiChunks),
  bad(
    'R23',
    'chunked in two lines',
    ok('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + hiChunks,
    ends,
  ),
  bad('R+', 'chunked in HTTP/1.0', response('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked') + hiChunks),
  cut('R25', 'a short body', `${ok('Content-Length: 10')}hi`, 'hi', ends),
  cut('R27', 'no last chunk', chunked('2\r\nhi\r\n'), 'hi', ends),
  cut('R+', 'no end behind the last chunk', chunked('2\r\nhi\r\n0\r\n'), 'hi', ends),
  cut('R+', 'a bad size behind a good chunk', chunked('2\r\nhi\r\nx\r\n'), 'hi'),
  cut('R+', 'data longer than its size', chunked('2\r\nhiya\r\n0\r\n\r\n'), 'hi'),
  cut('R+', 'bare LF behind a size', chunked('2\r\nhi\r\n1\nx\r\n0\r\n\r\n'), 'hi'),
  passed('R29', 'a second response', `${sized()}${ok('Content-Length: 4', 'X-Evil: 1')}EVIL`, {
    reused: false,
    lacks: ['Evil'],
  }),
  passed('R+', 'one octet too much', `${sized()}\n`, { reused: false }),
  passed('R+', 'bytes behind the last chunk', `${chunked(hiChunks)}x`, { reused: false }),
  passed('R31', '204 with a body', `${response('HTTP/1.1 204 No Content', 'Content-Length: 4')}EVIL`, {
    line: 'HTTP/1.1 204 No Content',
    body: '',
    reused: false,
    lacks: ['Content-Length'],
  }),
  passed(
    'R+',
    '204 that says chunked',
    `${response('HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    {
      line: 'HTTP/1.1 204 No Content',
      body: '',
      reused: false,
      lacks: ['Transfer-Encoding'],
    },
  ),
  passed('R33', '304 with a length', response('HTTP/1.1 304 Not Modified', 'Content-Length: 100'), {
    line: 'HTTP/1.1 304 Not Modified',
    body: '',
    has: ['Content-Length: 100'],
    reused: false,
  }),
  passed(
    'R35',
    '205 with a body, which goes through as framed',
    `${response('HTTP/1.1 205 Reset Content', 'Content-Length: 2')}hi`,
    {
      line: 'HTTP/1.1 205 Reset Content',
    },
  ),
  passed(
    'R37',
    'chunked, to HEAD',
    ok('Transfer-Encoding: chunked'),
    { body: '', lacks: ['Transfer-Encoding'], reused: false },
    { method: 'HEAD' },
  ),
  passed(
    'R+',
    'a body, to HEAD',
    sized(),
    { body: '', reused: false, has: ['Content-Length: 2'] },
    { method: 'HEAD' },
  ),
  vector(
    'R39',
    'interim responses without end',
    `${'HTTP/1.1 103 E\r\nX: y\r\n\r\n'.repeat(5_000)}${sized()}`,
    {
      kind: 'bad-gateway',
      interim: Array<string>(16).fill('HTTP/1.1 103 E'),
    },
  ),
  passed('R+', 'early hints', `${response('HTTP/1.1 103 Early Hints', 'Link: </x>')}${sized()}`, {
    interim: ['HTTP/1.1 103 Early Hints'],
  }),
  passed('R+', 'a 100 nobody asked for', `${response('HTTP/1.1 100 Continue')}${sized()}`, {}),
  bad('R+', '103 with a length', response('HTTP/1.1 103 E', 'Content-Length: 4') + sized()),
  bad('R41', '100 with a body', `${response('HTTP/1.1 100 Continue', 'Content-Length: 4')}EVIL${sized()}`),
  bad(
    'R+',
    '101 nobody asked for',
    `${response('HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: x')}hi`,
  ),
  passed('R43', 'an upgrade in a 200', sized('Upgrade: foo', 'Connection: upgrade'), {
    lacks: ['Upgrade', 'Connection'],
  }),
  passed('R+', 'fields that Connection names', sized('Connection: X-A', 'X-A: 1', 'Keep-Alive: timeout=9'), {
    lacks: ['X-A', 'Connection', 'Keep-Alive'],
  }),
  bad('R+', 'Connection names the length', sized('Connection: content-length')),
  bad('R45', 'a blank before the colon', sized('X : z')),
  bad('R47', 'bare CR in a value', sized('X: a\rSet-Cookie: e=1')),
  bad('R+', 'bare LF in a value', sized('X: a\nSet-Cookie: e=1')),
  bad('R+', 'NUL in a value', sized('X: a\x00b')),
  bad('R49', 'a folded value', sized('X: a', ' b')),
  bad('R+', 'an empty name', sized(': a')),
  bad('R51', 'a field of 20,000 octets', sized(`X: ${'y'.repeat(20_000)}`)),
  bad('R+', '101 fields', sized(...Array.from({ length: 100 }, (_, i) => `h${i}: x`))),
  cut(
    'R53',
    'a length in the trailers',
    chunked('2\r\nhi\r\n0\r\nContent-Length: 5\r\nX-T: 1\r\n\r\n'),
    'hi',
  ),
  passed('R+', 'trailers', chunked('2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n'), { lacks: ['X-T'] }),
  passed(
    'R55',
    'a body until the end',
    `${ok()}hello`,
    { body: 'hello', reused: false, has: ['Transfer-Encoding: chunked'] },
    ends,
  ),
  passed(
    'R57',
    'HTTP/1.0 that lasts',
    `${response('HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 2')}hi`,
    {},
  ),
  passed('R+', 'HTTP/1.0', `${response('HTTP/1.0 200 OK', 'Content-Length: 2')}hi`, { reused: false }),
  passed('R+', 'Connection: close', sized('Connection: close'), { reused: false, lacks: ['Connection'] }),
  bad('R59', 'half a head', 'HTTP/1.1 200 OK\r\nConte', ends),
  bad('R+', 'nothing but a status line', 'HTTP/1.1 200 OK\r\n', ends),
  bad('R61', 'an empty coding beside a length', sized('Transfer-Encoding:')),
  bad('R+', 'an empty coding', `${ok('Transfer-Encoding:')}hi`, ends),
]
