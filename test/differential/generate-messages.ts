// Random requests and responses: valid ones, ones that are nearly valid, and ones meant to be misread.
import fc from 'fast-check'
import { requestVectors } from '../feature/wire/vectors/all.ts'
import { responseVectors } from '../feature/wire/vectors/responses.ts'
import { framedBody, lineEnd, mostly } from './generate-framing.ts'
import { mutated } from './mutate.ts'

const method = fc.oneof(
  { arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'), weight: 25 },
  {
    arbitrary: fc.constantFrom(
      'PATCH',
      'TRACE',
      'CONNECT',
      'QUERY',
      'M-SEARCH',
      'SOURCE',
      'PRI',
      'get',
      'GETX',
      'G T',
      'G(T',
      '\xc7ET',
      '',
    ),
    weight: 1,
  },
)

const target = fc.oneof(
  { arbitrary: fc.constantFrom('/', '/a/b?c=d', '/%2e%2e/x', '//b.test/x', '/a;b', '/a?b?c\\d'), weight: 25 },
  {
    arbitrary: fc.constantFrom(
      '*',
      '*/x',
      '**',
      'http://b.test/x',
      'http://b.test',
      'HTTPS://b.test:443?q',
      'http://u@b.test/',
      'http:///x',
      'http://[::1]:80/',
      'http://b.test:99999/',
      'http:/b.test/',
      'ftp://b.test/',
      'b.test:80',
      'b.test',
      '/a#b',
      '/a"b',
      '/a<b>',
      '/a\\b',
      '/a b',
      '/a\tb',
      '/a\x00b',
      '/a\x7fb',
      '/a\x80b',
      '/{a|b}^`',
      '?a',
      '',
      `/${'a'.repeat(300)}`,
      `/${'a'.repeat(8200)}`,
    ),
    weight: 2,
  },
)

const version = mostly(
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.01',
  'HTTP/11',
  'HTTP/1,1',
  'http/1.1',
  'RTSP/1.0',
  'ICE/1.0',
  'HTTPS/1.1',
  '',
)

const separator = mostly(' ', '  ', '\t', '', '\xa0', '\x0b')

const host = mostly(
  ['Host: a.test'],
  ['host:a.test'],
  ['HOST: \ta.test\t '],
  ['Host: a.test:8080'],
  ['Host: a.test.'],
  ['Host: [::1]:80'],
  ['Host: a.test:'],
  ['Host: a.test:99999'],
  ['Host: a..test'],
  ['Host: x@a.test'],
  ['Host: a.test, b.test'],
  ['Host: a.test b.test'],
  ['Host: a%2etest'],
  ['Host: a.test/x'],
  ['Host: '],
  ['Host : a.test'],
  ['Host: a.test', 'Host: a.test'],
  ['Host: a.test', 'hOsT: b.test'],
  [],
)

const commonLine = fc.constantFrom(
  'X: y',
  'x-empty:',
  'X:  \ty \t',
  'X: \xe4\xff',
  'X_Y: z',
  'constructor: x',
  'Cookie: a=b; c=d',
  'Connection: keep-alive',
  'Connection: close',
  'Connection: Keep-Alive, close',
  'Connection: close, X',
  'Connection: x,,close',
  'Connection: closed',
  'Connection: close\t',
  'Connection: "close"',
  'Connection: ',
  'Connection: keep-alive keep-alive',
  'Connection: upgrade',
  'Connection: Upgrade, keep-alive',
  'Connection: content-length',
  'Connection: transfer-encoding',
  'Proxy-Connection: close',
  'Proxy-Connection: keep-alive',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'TE: trailers',
  'Trailer: X-Sum',
  'Keep-Alive: timeout=5',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Expect: y 100-continue',
)

const hostileLine = fc.constantFrom(
  'X : y',
  ' X: y',
  '\tfolded',
  ': y',
  'X',
  'X y: z',
  'X\x00: y',
  'X\xef: y',
  'X: a\x00b',
  'X: a\x7fb',
  'X: a\x0bb',
  'X: a\rb',
  'X: a\nTransfer-Encoding: chunked',
  'X: a\r\n b',
  'X@: y',
  `X: ${'y'.repeat(400)}`,
  `X: ${'y'.repeat(17_000)}`,
  Array.from({ length: 40 }, (_, i) => `h${i}:`).join('\r\n'),
  Array.from({ length: 101 }, () => 'h:').join('\r\n'),
)

const extraLines = fc.oneof(
  { arbitrary: fc.array(commonLine, { maxLength: 3 }), weight: 12 },
  { arbitrary: fc.array(fc.oneof(commonLine, hostileLine), { minLength: 1, maxLength: 4 }), weight: 1 },
)

const before = mostly('', '\r\n', '\r\n\r\n', '\n', '\r', ' ', '\0')

const requestLine = fc
  .tuple(method, separator, target, separator, version)
  .map(([name, first, path, second, protocol]) => `${name}${first}${path}${second}${protocol}`)

const request = fc
  .tuple(before, requestLine, host, extraLines, framedBody, lineEnd, fc.boolean())
  .map(([empty, line, hosts, extra, { lines, body }, end, framingFirst]) => {
    const fields = framingFirst ? [...lines, ...hosts, ...extra] : [...hosts, ...extra, ...lines]
    return `${empty}${[line, ...fields, ''].join('\r\n')}${end}${body}`
  })

/** Longer vectors are tried as they are; here they would only take time. */
const maxKnownLength = 1000

const known = fc.constantFrom(...shortOnes(requestVectors))

/** What a client may send over one connection: a few requests, known ones among them, at times with octets changed. */
export const requestBytes: fc.Arbitrary<string> = mutated(
  fc
    .array(fc.oneof({ arbitrary: request, weight: 3 }, { arbitrary: known, weight: 1 }), {
      minLength: 1,
      maxLength: 3,
    })
    .map(parts => parts.join('')),
)

const status = fc.oneof(
  { arbitrary: fc.constantFrom('200', '404', '204', '304', '206', '503'), weight: 20 },
  {
    arbitrary: fc.constantFrom(
      '205',
      '599',
      '100',
      '101',
      '600',
      '999',
      '099',
      '000',
      '20',
      '2000',
      '2x0',
      '+20',
      '',
    ),
    weight: 1,
  },
)

const reason = mostly(
  ' OK',
  ' ',
  '',
  '  Two  Blanks ',
  ' \xe4\xff',
  ' O\tK',
  ' O\x00K',
  ' O\x7fK',
  ' O\rK',
  'OK',
)

const statusLine = fc
  .tuple(version, separator, status, reason)
  .map(([protocol, blank, code, text]) => `${protocol}${blank}${code}${text}`)

const interimLine = fc.constantFrom(
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 103 Early Hints',
  'HTTP/1.1 102',
  'HTTP/1.1 199 X',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.0 100 Continue',
)

const interim = fc
  .tuple(
    interimLine,
    fc.array(commonLine, { maxLength: 2 }),
    mostly([], ['Content-Length: 4'], ['Transfer-Encoding: chunked']),
  )
  .map(([line, lines, framing]) => `${[line, ...lines, ...framing, ''].join('\r\n')}\r\n`)

const finalResponse = fc
  .tuple(statusLine, extraLines, framedBody, lineEnd)
  .map(([line, extra, { lines, body }, end]) => `${[line, ...extra, ...lines, ''].join('\r\n')}${end}${body}`)

const answer = fc
  .tuple(
    before,
    mostlyFew(interim),
    finalResponse,
    mostly('', '\r\n', 'x', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx'),
  )
  .map(([empty, interims, final, surplus]) => empty + interims.join('') + final + surplus)

const knownAnswer = fc.constantFrom(...shortOnes(responseVectors))

/** What a backend may send for one request: interim responses, a final one, surplus bytes; at times with octets changed. */
export const responseBytes: fc.Arbitrary<string> = mutated(
  fc.oneof({ arbitrary: answer, weight: 3 }, { arbitrary: knownAnswer, weight: 1 }),
)

function shortOnes(vectors: readonly { readonly bytes: string }[]): string[] {
  return vectors.map(({ bytes }) => bytes).filter(({ length }) => length <= maxKnownLength)
}

function mostlyFew<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { arbitrary: fc.constant<T[]>([]), weight: 12 },
    { arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }), weight: 4 },
    { arbitrary: item.map(one => Array.from({ length: 17 }, () => one)), weight: 1 },
  )
}

/** Methods whose responses are read differently, and one that stands for all others. */
export const askedMethod = fc.constantFrom('GET', 'GET', 'HEAD')
