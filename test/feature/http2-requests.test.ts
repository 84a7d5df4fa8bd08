// What requests of HTTP/2 become towards a backend that speaks HTTP/1.1, and which are refused. The client's frames are raw,
// and so are the backend's bytes. Rows are named as the byte vectors for downgrades are.
import { expect, test } from 'vitest'
import {
  dataFrame,
  endHeaders,
  endStream,
  type FieldPairs,
  FrameType,
  fieldBlock,
  frame,
  frameClient,
  headersFrame,
  requestFields,
} from '../support/http2-frames.ts'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../support/raw-backend.ts'
import { serving } from '../support/serving.ts'

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const post = { ':method': 'POST' }

function get(changes: Record<string, string | undefined>, ...more: FieldPairs): Buffer[] {
  return [headersFrame(1, requestFields(changes, ...more))]
}

function posting(body: string, ...more: FieldPairs): Buffer[] {
  return [headersFrame(1, requestFields(post, ...more), 0), dataFrame(1, body)]
}

/** Nothing of these may reach a backend. RST(1) is PROTOCOL_ERROR; a status where somebody can be told what is wrong. */
const refused: readonly (readonly [row: string, verdict: string, frames: readonly Buffer[]])[] = [
  ['X05 two lengths', 'rst(1)', posting('hello', ['content-length', '5'], ['content-length', '3'])],
  ['X07 a signed length', 'rst(1)', posting('hello', ['content-length', '+5'])],
  ['X09 a length without a body', 'rst(1)', get({}, ['content-length', '5'])],
  ['X11 transfer-encoding', 'rst(1)', posting('hello', ['transfer-encoding', 'identity'])],
  ['transfer-encoding: chunked', 'rst(1)', posting('0\r\n\r\n', ['transfer-encoding', 'chunked'])],
  ['X13 connection', 'rst(1)', get({}, ['connection', 'keep-alive'])],
  ['X15 proxy-connection', 'rst(1)', get({}, ['proxy-connection', 'close'])],
  ['keep-alive', 'rst(1)', get({}, ['keep-alive', 'timeout=5'])],
  ['upgrade', 'rst(1)', get({}, ['upgrade', 'websocket'])],
  ['X17 te: gzip', 'rst(1)', get({}, ['te', 'gzip'])],
  ['a name in upper case', 'rst(1)', get({}, ['X-A', 'b'])],
  ['X31 a line end in :path', 'rst(1)', get({ ':path': '/ HTTP/1.1\r\nHost: x\r\n\r\nGET /s' })],
  ['a blank in :path', 'rst(1)', get({ ':path': '/a HTTP/1.1' })],
  ['X33 a :path without slash', 'rst(1)', get({ ':path': 'admin' })],
  ['an absolute :path', 'rst(1)', get({ ':path': 'http://b.test/' })],
  ['an empty :path', 'rst(1)', get({ ':path': '' })],
  ['X35 * of a GET', 'rst(1)', get({ ':path': '*' })],
  ['X37 a fragment', '400', get({ ':path': '/a#b' })],
  ['a backslash', '400', get({ ':path': '/a\\b' })],
  ['a long :path', '414', get({ ':path': `/${'a'.repeat(9000)}` })],
  ['X39 a blank in :method', 'rst(1)', get({ ':method': 'GET /admin HTTP/1.1' })],
  ['a method in lower case', '400', get({ ':method': 'get' })],
  ['X43 another :scheme', '400', get({ ':scheme': 'ftp' })],
  ['no :scheme', 'rst(1)', get({ ':scheme': undefined })],
  ['no :method', 'rst(1)', get({ ':method': undefined })],
  ['X45 no :path', 'rst(1)', get({ ':path': undefined })],
  ['X47 no host at all', 'rst(1)', get({ ':authority': undefined })],
  ['X49 another Host', '400', get({}, ['host', 'b.test'])],
  ['another port in Host', '400', get({}, ['host', 'a.test:81'])],
  ['two Hosts', 'rst(1)', get({}, ['host', 'a.test'], ['host', 'a.test'])],
  ['X51 user information', 'rst(1)', get({ ':authority': 'x@a.test' })],
  ['X53 a blank in :authority', 'rst(1)', get({ ':authority': 'a.test b' })],
  ['X55 two authorities', 'rst(1)', get({}, [':authority', 'b.test'])],
  ['X57 an unknown pseudo-field', 'rst(1)', get({}, [':foo', 'x'])],
  ['a pseudo-field behind a field', 'rst(1)', [headersFrame(1, [['a', 'b'], ...requestFields()])]],
  ['X65 CONNECT with another protocol', '501', get({ ':method': 'CONNECT', ':protocol': 'connect-udp' })],
  ['a protocol without CONNECT', 'rst(1)', get({ ':protocol': 'websocket' })],
  ['CONNECT', '405', get({ ':method': 'CONNECT', ':scheme': undefined, ':path': undefined })],
  ['another expectation', '417', posting('hello', ['expect', 'miracles'])],
  ['X67 70 KB of fields', '431', inPieces(longFields(70_000))],
  ['a head beyond the limit', '431', inPieces(longFields(17_000))],
  ['120 fields', '431', get({}, ...Array.from({ length: 120 }, (_, i) => [`f-${i}`, 'x'] as const))],
  ['10 000 cookies', 'rst(11)', inPieces(Array.from({ length: 10_000 }, () => ['cookie', 'a'] as const))],
  [
    'half a body in trailers',
    'rst(1)',
    [headersFrame(1, requestFields(post, ['content-length', '2']), 0), headersFrame(1, [['x-t', '1']])],
  ],
]

function longFields(bytes: number): FieldPairs {
  return Array.from({ length: bytes / 1000 }, (_, i) => [`f-${i}`, 'x'.repeat(1000)] as const)
}

/** A head of several frames. */
function inPieces(fields: FieldPairs): Buffer[] {
  const block = fieldBlock(requestFields({}, ...fields))
  const pieces: Buffer[] = []
  for (let at = 0; at < block.length; at += 16_384) {
    const isLast = at + 16_384 >= block.length
    const [type, first] = at === 0 ? [FrameType.headers, 1] : [FrameType.continuation, 0]
    pieces.push(frame(type, first | (isLast ? endHeaders : 0), 1, block.subarray(at, at + 16_384)))
  }
  return pieces
}

test('nothing of a request that is malformed, or asks for what is not served, reaches a backend', async () => {
  const backend = await startRecordingBackend()
  const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
  const verdicts = await Promise.all(
    refused.map(async ([row, , frames]) => {
      const client = await frameClient(httpPort)
      client.send(...frames)
      return [row, await client.verdict(1)]
    }),
  )
  expect(verdicts).toEqual(refused.map(([row, verdict]) => [row, verdict]))
  expect(backend.received).toBe('')
})

test('references into the compression table unfold to no more than is taken', async () => {
  const backend = await startAnsweringBackend(okResponse('fine'))
  const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
  const client = await frameClient(httpPort)
  const base = fieldBlock(requestFields())
  // A field of 3000 octets that goes into the table, and 90 octets that each stand for it.
  const entry = Buffer.concat([Buffer.from([0x40, 1, 97, 127, 0xb9, 0x16]), Buffer.alloc(3000, 'x')])
  const references = Buffer.alloc(90, 0x80 | 62)
  const headers = (stream: number, ...blocks: Buffer[]) =>
    frame(FrameType.headers, endStream | endHeaders, stream, Buffer.concat([base, ...blocks]))

  client.send(headers(1, entry), headers(3, references))

  expect(await client.verdict(1)).toBe('200')
  expect(await client.verdict(3)).toMatch(/^(?:431|rst\(11\))$/)
  expect(backend.received.match(/^GET /gm)).toHaveLength(1)
})

/** The head of these is fine; what comes behind it is not. */
const broken: readonly (readonly [row: string, verdict: RegExp, frames: readonly Buffer[]])[] = [
  ['X01 more than nothing', /rst\(1\)|goaway/, posting(smuggled, ['content-length', '0'])],
  ['X03 less than announced', /rst\(1\)/, posting('hello', ['content-length', '10'])],
  ['more than announced', /rst\(1\)|goaway/, posting('hello world', ['content-length', '5'])],
  ['X61 a length in trailers', /rst\(1\)/, trailing(['content-length', '9'], ['x-t', '1'])],
  ['a pseudo-field in trailers', /rst\(1\)/, trailing([':path', '/b'])],
  ['transfer-encoding in trailers', /rst\(1\)/, trailing(['transfer-encoding', 'chunked'])],
]

function trailing(...trailers: FieldPairs): Buffer[] {
  return [headersFrame(1, requestFields(post), 0), dataFrame(1, 'hi', 0), headersFrame(1, trailers)]
}

test.each(broken)(
  'a body that is not what its head said never looks whole to a backend: %s',
  async (_, verdict, frames) => {
    const backend = await startRecordingBackend()
    const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
    const client = await frameClient(httpPort)
    const [head, ...rest] = frames
    client.send(head!)
    await backend.until(received => received.includes('\r\n\r\n'))
    client.send(...rest)
    expect(await client.verdict(1)).toMatch(verdict)
    await backend.until(() => backend.openConnections === 0)
    expect(backend.received).not.toMatch(/\r\n0\r\n\r\n$|smuggled|hello world/)
    expect(backend.received.split('POST').length).toBeLessThanOrEqual(2)
  },
)

test('fields that only look like fields are gone, and the rest of the request is one request', async () => {
  const backend = await startAnsweringBackend(okResponse('fine'))
  const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
  // X19 to X29 and X69: nghttp2 drops what is no field before anybody can see it.
  const odd: FieldPairs = [
    ['foo', 'bar\r\ntransfer-encoding: chunked'],
    ['foo', 'bar\rx'],
    ['foo\r\nhost: x', 'y'],
    ['foo bar', 'x'],
    ['', 'x'],
    ['foo', ' x'],
    ['foo', 'x '],
    ['foo', 'a\x00b'],
    ['foo', 'a\x01b'],
  ]
  const client = await frameClient(httpPort)
  for (const [i, field] of odd.entries()) {
    client.send(headersFrame(2 * i + 1, requestFields({}, field)))
    expect([field, await client.verdict(2 * i + 1)]).toEqual([field, '200'])
  }
  const heads = backend.received.split('\r\n\r\n').slice(0, -1)
  expect(heads).toHaveLength(odd.length)
  for (const head of heads) {
    expect(head).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: a\.test\r\nX-Request-ID: /)
    expect(head.toLowerCase()).not.toMatch(/foo|bar|chunked|host: x$/m)
  }
})

test('a request becomes one head: host first, cookies one line, an unsized body in chunks, trailers behind it', async () => {
  const backend = await startAnsweringBackend(okResponse('fine'))
  const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
  const client = await frameClient(httpPort)
  const fields = requestFields(
    { ':method': 'POST', ':path': '/a/../b?c=%20', ':authority': 'A.test:80' },
    ['cookie', 'a=1'],
    ['x-one', '1'],
    ['cookie', 'b=2'],
    ['te', 'trailers'],
    ['host', 'a.test:80'],
    ['x_two', '2'],
    ['x-latin', 'caf\xe9'],
  )
  client.send(
    headersFrame(1, fields, 0),
    dataFrame(1, 'hello', 0),
    dataFrame(1, '', 0),
    headersFrame(1, [['x-t', 'z']]),
  )
  expect(await client.verdict(1)).toBe('200')
  const received = backend.received.replace(/X-(?:Request-ID|Real|Forw|Sch)[^\r]*\r\n/g, '')
  expect(received).toBe(
    'POST /a/../b?c=%20 HTTP/1.1\r\nHost: A.test:80\r\nx-one: 1\r\nx-latin: caf\xe9\r\ncookie: a=1; b=2\r\n' +
      'Transfer-Encoding: chunked\r\nTE: trailers\r\nConnection: TE\r\n\r\n' +
      '5\r\nhello\r\n0\r\nx-t: z\r\n\r\n',
  )
})

test('lengths go on as they are, also of nothing, and a body that was promised may be empty', async () => {
  const backend = await startAnsweringBackend(okResponse('fine'))
  const { httpPort } = await startProxy({ files: { 'a.yaml': serving('a.test', backend.address) } })
  const client = await frameClient(httpPort)
  const framings: string[] = []
  const ask = async (stream: number, ...frames: Buffer[]) => {
    const before = backend.received.length
    client.send(...frames)
    expect(await client.verdict(stream)).toBe('200')
    framings.push(backend.received.slice(before).replace(/^.*X-Scheme: http\r\n/s, ''))
  }
  await ask(1, headersFrame(1, requestFields(post, ['content-length', '5']), 0), dataFrame(1, 'hello'))
  await ask(3, headersFrame(3, requestFields(post, ['content-length', '0'])))
  await ask(5, headersFrame(5, requestFields(post, ['content-length', '0']), 0), dataFrame(5, ''))
  await ask(7, headersFrame(7, requestFields(post)))
  await ask(9, headersFrame(9, requestFields(), 0), dataFrame(9, ''))
  await ask(11, headersFrame(11, requestFields()))
  await ask(13, headersFrame(13, requestFields({ ':authority': undefined }, ['host', 'a.test'])))
  expect(framings).toEqual([
    'Content-Length: 5\r\n\r\nhello',
    'Content-Length: 0\r\n\r\n',
    'Content-Length: 0\r\n\r\n',
    'Content-Length: 0\r\n\r\n',
    'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '\r\n',
    '\r\n',
  ])
})
