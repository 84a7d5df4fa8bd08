// Content-Length and Transfer-Encoding in one message, and Connection naming either (RFC 9112 §6.1, RFC 9110 §7.6.1).
import { chunkedLine, head, helloChunks, post, type RequestVector, refused } from '../vector.ts'

const http10 = (...lines: string[]) => head('POST / HTTP/1.0', ...lines)

export const bothFramings: readonly RequestVector[] = [
  refused('A01', 400, 'length, then coding', post(['Content-Length: 6', chunkedLine], '0\r\n\r\nG')),
  refused('A+', 400, 'coding, then length', post([chunkedLine, 'Content-Length: 6'], '0\r\n\r\nG')),
  refused('A03', 400, 'length 0 and coding', post(['Content-Length: 0', chunkedLine], '0\r\n\r\n')),
  refused('A05', 400, 'length and empty coding', post(['Content-Length: 5', 'Transfer-Encoding:'], 'hello')),
  refused('A+', 400, 'empty coding alone', post(['Transfer-Encoding:'], 'hello')),
  refused(
    'A+',
    400,
    'identity and length',
    post(['Transfer-Encoding: identity', 'Content-Length: 5'], 'hello'),
  ),
  refused('A07', 400, 'coding in HTTP/1.0', http10(chunkedLine) + helloChunks),
  refused(
    'A+',
    400,
    'coding in HTTP/1.0 that wants to last',
    http10('Connection: keep-alive', chunkedLine) + helloChunks,
  ),
  refused('A09', 400, 'both in HTTP/1.0', `${http10('Content-Length: 5', chunkedLine)}hello`),
  refused(
    'A11',
    400,
    'Connection names the length',
    post(['Connection: content-length', 'Content-Length: 5'], 'hello'),
  ),
  refused(
    'A+',
    400,
    'Connection names the coding among others',
    post(['Connection: x,\tTransfer-Encoding ,y', chunkedLine], helloChunks),
  ),
  refused('A+', 400, 'Connection names Host', post(['Connection: Host', 'Content-Length: 0'])),
]
