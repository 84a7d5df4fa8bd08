// Connection, Expect, Upgrade and what follows a request (RFC 9110 §7.6.1, §7.8, §10.1.1; RFC 9112 §2.2, §9.3.2).
import {
  bare,
  chunkedLine,
  forwarded,
  get,
  head,
  helloChunks,
  post,
  type RequestVector,
  refused,
  sized,
  smuggled,
} from '../vector.ts'

const two = [bare('GET /1'), bare('GET /2')]
const pipelined = (between: string) => head('GET /1 HTTP/1.1') + between + head('GET /2 HTTP/1.1')

export const connection: readonly RequestVector[] = [
  forwarded(
    'H01',
    'Connection names a field that we set',
    get('Connection: close, X-Forwarded-For', 'X-Forwarded-For: 1.1.1.1'),
    [bare('GET /', { has: ['X-Forwarded-For: 127.0.0.1'], lacks: ['Connection'] })],
    { closes: true },
  ),
  forwarded(
    'H+',
    'Connection names credentials',
    get('Connection: Authorization', 'Authorization: Basic eDp5'),
    [bare('GET /', { has: ['Authorization: Basic eDp5'] })],
  ),
  forwarded('H+', 'Connection names what others sent', get('Connection: x-a', 'X-A: 1', 'x-a: 2', 'X-B: 3'), [
    bare('GET /', { has: ['X-B: 3'], lacks: ['X-A', 'x-a'] }),
  ]),
  forwarded(
    'H+',
    'two Connection lines',
    get('Connection: X-A', 'connection: close', 'X-A: 1'),
    [bare('GET /', { lacks: ['X-A'] })],
    {
      closes: true,
    },
  ),
  forwarded(
    'H+',
    'what concerns one hop',
    get('Keep-Alive: 5', 'Proxy-Connection: close', 'TE: gzip', 'Proxy: x'),
    [bare('GET /', { lacks: ['Keep-Alive', 'Proxy', 'TE:'] })],
  ),
  refused('H03', 417, 'an unknown expectation', get('Expect: 200-ok')),
  refused(
    'H05',
    417,
    'junk around an expectation',
    post(['Expect: y 100-continue', 'Content-Length: 5'], 'hello'),
  ),
  refused(
    'H+',
    417,
    'a list of expectations',
    post(['Expect: 100-continue, x', 'Content-Length: 5'], 'hello'),
  ),
  forwarded(
    'H07',
    'an expectation in HTTP/1.0',
    `${head('POST / HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 5')}hello`,
    [sized('hello', 'POST /', { lacks: ['Expect'] })],
    { closes: true },
  ),
  forwarded('H+', 'an expectation without a body', get('Expect: 100-continue'), [
    bare('GET /', { lacks: ['Expect'] }),
  ]),
  refused(
    'H09',
    400,
    'an upgrade with a body',
    post(['Connection: upgrade', 'Upgrade: foo', 'Content-Length: 5'], `hello${smuggled}`),
  ),
  forwarded('H+', 'Upgrade that Connection does not name', get('Upgrade: foo'), [
    bare('GET /', { lacks: ['Upgrade'] }),
  ]),
  forwarded(
    'H+',
    'Upgrade in HTTP/1.0',
    head('GET / HTTP/1.0', 'Connection: upgrade', 'Upgrade: foo'),
    [bare('GET /', { lacks: ['Upgrade'] })],
    { closes: true },
  ),
  forwarded(
    'H+',
    'an offer of h2c',
    get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMA'),
    [bare('GET /', { lacks: ['Upgrade', 'HTTP2'] })],
  ),
  forwarded(
    'H+',
    'a list of protocols to switch to, h2c and junk among them',
    get('Connection: Upgrade', 'Upgrade: h2c, a b, WebSocket, x/1'),
    [bare('GET /', { has: ['Upgrade: websocket', 'Connection: upgrade'] })],
    { closes: true },
  ),
  forwarded(
    'H+',
    'two fields with protocols to switch to',
    get('Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: other'),
    [bare('GET /', { has: ['Upgrade: websocket'], lacks: ['other'] })],
    { closes: true },
  ),
  forwarded('H+', 'a switch to HTTP/2 or TLS', get('Connection: Upgrade', 'Upgrade: HTTP/2.0, TLS/1.0'), [
    bare('GET /', { lacks: ['Upgrade'] }),
  ]),
  forwarded(
    'S11',
    'a request sent early behind a switch that is refused',
    get('Connection: Upgrade', 'Upgrade: websocket') + head('GET /early HTTP/1.1'),
    [bare('GET /', { has: ['Upgrade: websocket'] })],
    { closes: true },
  ),
  refused(
    'H+',
    417,
    'two expectations, the last of them understood',
    post(['Expect: foo', 'Expect: 100-continue', 'Content-Length: 5'], 'hello'),
  ),
  forwarded('H+', 'trailers wanted', get('TE: trailers', 'Connection: TE'), [
    bare('GET /', { has: ['TE: trailers', 'Connection: TE'] }),
  ]),
  forwarded('H11', 'two requests', pipelined(''), two),
  forwarded('H13', 'empty lines between two requests', pipelined('\r\n\r\n'), two),
  forwarded(
    'H+',
    'a request with a body before another',
    post(['Content-Length: 5'], `hello${head('GET /2 HTTP/1.1')}`),
    [sized('hello'), bare('GET /2')],
  ),
  forwarded(
    'H+',
    'a good request, then a bad one',
    `${head('GET /1 HTTP/1.1')}GET /2 HTTP/1.1\r\n\r\n`,
    [bare('GET /1')],
    {
      thenRefused: 400,
    },
  ),
  refused(
    'H15',
    400,
    'an upgrade with chunks',
    post(['Connection: upgrade', 'Upgrade: websocket', chunkedLine], helloChunks + smuggled),
  ),
  { id: 'H17', what: 'line ends alone', bytes: '\r\n\r\n\r\n', verdict: { kind: 'nothing' } },
]
