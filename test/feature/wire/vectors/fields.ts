// Field names and values, folding, sizes and counts (RFC 9110 §5, RFC 9112 §5).
import { bare, forwarded, get, post, type RequestVector, refused } from '../vector.ts'

const plain = [bare('GET /')]

export const fields: readonly RequestVector[] = [
  refused('E01', 400, 'an empty name', get(': ignored')),
  refused('E03', 400, 'a blank in a name', get('a b: c')),
  refused('E05', 400, 'a control in a name', get('a\x01: c')),
  refused('E07', 400, 'an octet beyond ASCII in a name', get('\xefoo: bar')),
  refused('E+', 400, 'an octet beyond ASCII first', get('\x80: x')),
  refused('E09', 400, 'DEL in a name', get('X\x7f: y')),
  refused('E+', 400, 'parentheses in a name', get('X(): y')),
  refused('E+', 400, 'a name without colon', get('X')),
  refused('E+', 400, 'a slash in a name', get('a/b: y')),
  forwarded('E11', 'an underscore', get('X_Forwarded_For: 6.6.6.6', 'X-Kept: yes'), [
    bare('GET /', { has: ['X-Kept: yes'], lacks: ['6.6.6.6'] }),
  ]),
  forwarded('E+', 'a dot, which is no underscore', get('X.Y: 1'), [bare('GET /', { has: ['X.Y: 1'] })]),
  refused('E13', 400, 'NUL in a value', get('X: a\x00b')),
  refused('E15', 400, 'bare LF in a value', get('X: a\nb')),
  refused('E+', 400, 'bare CR in a value', get('X: a\rb')),
  refused('E+', 400, 'a control in a value', get('X: a\x1fb')),
  refused('E+', 400, 'a vertical tab in a value', get('X: a\x0bb')),
  refused('E17', 400, 'DEL in a value', get('X: a\x7fb')),
  refused('E19', 400, 'a folded value', get('X: a', ' b')),
  refused('E+', 400, 'a value folded by a tab', get('X: a', '\tb')),
  refused('E21', 400, 'a line of blanks before the fields', 'GET / HTTP/1.1\r\n \r\nHost: a.test\r\n\r\n'),
  refused('E+', 400, 'a line of blanks behind the fields', get('X: a', ' ')),
  refused('E+', 400, 'two CR at a line end', get('X: a\r')),
  refused('E23', 431, 'a field of 17,000 octets', get(`X: ${'y'.repeat(17_000)}`)),
  refused('E25', 431, '999 fields', get(...Array.from({ length: 999 }, (_, i) => `h${i}:`))),
  refused('E+', 431, '101 fields', get(...Array.from({ length: 100 }, (_, i) => `h${i}: x`))),
  forwarded('E+', '100 fields', get(...Array.from({ length: 99 }, (_, i) => `h${i}: x`)), plain),
  refused(
    'E27',
    431,
    '2,100 fields before the length',
    post([...Array<string>(2_100).fill('a:'), 'Content-Length: 5'], 'hello'),
  ),
  forwarded('E29', 'blanks around a value', get('X:  \t a \t '), [bare('GET /', { has: ['X: a'] })]),
  forwarded('E+', 'blanks alone', get('X: \t ', 'Y:'), [bare('GET /', { has: ['X: ', 'Y: '] })]),
  refused('E31', 400, 'a tab in a name', get('a\tb: c')),
  forwarded('E33', 'names of object members', get('constructor: x', 'toString: y', '__proto__: z'), [
    bare('GET /', { has: ['constructor: x', 'toString: y'], lacks: ['__proto__'] }),
  ]),
  forwarded('E+', 'octets beyond ASCII in a value', get('X: caf\xe9\xff'), [
    bare('GET /', { has: ['X: caf\xe9\xff'] }),
  ]),
]
