// Host: exactly one, and valid (RFC 9112 §3.2, RFC 9110 §7.2).
import { answered, bare, forwarded, type RequestVector, refused } from '../vector.ts'

const hosts = (...lines: string[]) => `${['GET / HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`
const host = (value: string) => hosts(`Host: ${value}`)

export const hostField: readonly RequestVector[] = [
  refused('G01', 400, 'none', hosts()),
  refused('G+', 400, 'an empty one', hosts('Host:')),
  refused('G03', 400, 'twice the same', hosts('Host: a.test', 'Host: a.test')),
  refused('G05', 400, 'twice, in another case', hosts('Host: a.test', 'hOsT: b.test')),
  refused('G+', 400, 'a list', host('a.test, b.test')),
  refused('G07', 400, 'a blank inside', host('a.test b.test')),
  refused('G+', 400, 'a tab inside', host('a.test\tb.test')),
  refused('G09', 400, 'a port above 65535', host('a.test:99999')),
  refused('G+', 400, 'a port of letters', host('a.test:http')),
  refused('G+', 400, 'a negative port', host('a.test:-1')),
  refused('G+', 400, 'two ports', host('a.test:80:80')),
  forwarded('G+', 'an empty port', host('a.test:'), [bare('GET /')]),
  forwarded('G+', 'another case', host('A.TEST:80'), [bare('GET /')]),
  forwarded('G11', 'a dot behind', host('a.test.'), [bare('GET /')]),
  refused('G13', 400, 'user information', host('x@a.test')),
  refused('G15', 400, 'two dots', host('a..test')),
  refused('G+', 400, 'a dot first', host('.a.test')),
  refused('G+', 400, 'a slash', host('a.test/x')),
  refused('G+', 400, 'a query', host('a.test?x')),
  refused('G+', 400, 'a backslash', host('a.test\\x')),
  refused('G+', 400, 'a scheme', host('http://a.test')),
  answered('G17', 404, 'an IPv6 address', host('[::1]:80')),
  refused('G+', 400, 'an open bracket', host('[::1')),
  refused('G+', 400, 'a zone', host('[fe80::1%25eth0]')),
  refused('G19', 400, 'NUL', host('a.test\x00.b')),
  refused('G+', 400, 'an octet beyond ASCII', host('\xe4.test')),
  // HTTP/1.0 without Host is for the catch-all, which these rules do not have.
  answered('G21', 404, 'none in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', true),
  refused('G+', 400, 'twice in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a.test\r\nHost: a.test\r\n\r\n'),
  refused('G23', 400, 'a percent escape', host('a%2etest')),
  refused(
    'G+',
    400,
    'an invalid one beside an absolute target',
    'GET http://a.test/ HTTP/1.1\r\nHost: a..test\r\n\r\n',
  ),
]
