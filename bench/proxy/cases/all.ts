// The list of cases, in the order in which they run: one line says how a case differs from the 12-byte GET.
import { plainGet, type RequestShape } from '../request-shape.ts'
import { type BenchCase, usual, type Variant } from './bench-case.ts'
import { handshakeCase, resumedHandshakeCase } from './handshake-case.ts'
import { type HttpCaseShape, httpCase } from './http-case.ts'
import { http2Case } from './http2-case.ts'
import { idleCase } from './idle-case.ts'
import { pacedCase } from './paced-case.ts'
import { webSocketCase } from './web-socket-case.ts'

const keepAliveGet: HttpCaseShape = {
  name: '12b',
  title: 'GET, answer of 12 bytes, 64 connections',
  request: plainGet,
  answerBytes: 12,
  connections: 64,
  scheme: 'http',
  variants: [usual],
  share: 1,
}

function get(name: string, title: string, differs: Partial<HttpCaseShape>): BenchCase {
  return httpCase({ ...keepAliveGet, share: 1 / 3, ...differs, name, title })
}

function post(
  name: string,
  title: string,
  bodyBytes: number,
  framing: RequestShape['bodyFraming'],
): BenchCase {
  return get(name, title, {
    request: { ...plainGet, method: 'POST', path: '/upload', bodyBytes, bodyFraming: framing },
    answerBytes: 0,
  })
}

function answerOf(bytes: number): Partial<HttpCaseShape> {
  return { request: { ...plainGet, path: `/bytes/${bytes}` }, answerBytes: bytes }
}

const megabyte = 1_048_576
const twentyFields = Object.fromEntries(
  Array.from({ length: 19 }, (_, i) => [`X-Field-${i}`, `a value of usual length, number ${i}`]),
)
const manyRules: Variant = { ...usual, label: '10,000 rules', needs: ['many-rules'], ruleCount: 10_000 }
const oneAndManyRules = { variants: [usual, manyRules], needs: ['many-rules'] } as const
const buffered: Variant = { ...usual, label: 'access log', needs: ['access-log'], accessLog: 'buffered' }
const json: Variant = { ...usual, label: 'JSON access log', needs: ['json-log'], accessLog: 'json' }
const unbuffered: Variant = {
  ...usual,
  label: 'access log unbuffered',
  needs: ['unbuffered-log'],
  accessLog: 'unbuffered',
}

const oneStream = { connections: 64, streams: 1 } as const
const manyStreams = { connections: 8, streams: 32 } as const

/** The sizes of answers that cases ask for as `/bytes/SIZE`. */
export const answerSizes = [1_024, 16_384, megabyte]

/** All cases. */
export const allCases: readonly BenchCase[] = [
  httpCase(keepAliveGet),
  get('1kb', 'GET, answer of 1 KB', answerOf(1_024)),
  get('16kb', 'GET, answer of 16 KB', answerOf(16_384)),
  get('1mb', 'GET, answer of 1 MB, per MB', { ...answerOf(megabyte), share: 1 }),
  post('post-1kb', 'POST of 1 KB with Content-Length', 1_024, 'content-length'),
  post('post-1kb-chunked', 'POST of 1 KB, chunked', 1_024, 'chunked'),
  post('post-1mb', 'POST of 1 MB with Content-Length, per MB', megabyte, 'content-length'),
  post('post-1mb-chunked', 'POST of 1 MB, chunked, per MB', megabyte, 'chunked'),
  get('1-connection', 'GET, 12 bytes, 1 connection', { connections: 1 }),
  get('512-connections', 'GET, 12 bytes, 512 connections', { connections: 512 }),
  get('20-fields', 'GET, 12 bytes, 20 request fields', { request: { ...plainGet, fields: twentyFields } }),
  get('new-connections', 'GET, 12 bytes, a new connection each', {
    request: { ...plainGet, fields: { Connection: 'close' } },
  }),
  get('tls', 'GET, 12 bytes, TLS 1.3, kept alive', { scheme: 'https', share: 1 }),
  http2Case('http2', 'HTTP/2 over TLS, GET, 12 bytes', { ...oneStream, scheme: 'https' }),
  http2Case('http2-streams', 'HTTP/2 over TLS, GET, 12 bytes', { ...manyStreams, scheme: 'https' }),
  http2Case('h2c', 'HTTP/2 without TLS, GET, 12 bytes', oneStream),
  http2Case('h2c-streams', 'HTTP/2 without TLS, GET, 12 bytes', manyStreams),
  http2Case('grpc', 'gRPC, unary, to a backend without TLS', { ...oneStream, isGrpc: true }),
  http2Case('grpc-streams', 'gRPC, unary, to a backend without TLS', { ...manyStreams, isGrpc: true }),
  handshakeCase,
  resumedHandshakeCase,
  get('rules', 'GET, 12 bytes, 1 and 10,000 rules', { ...oneAndManyRules, share: 1 }),
  get('rules-every-host', 'GET, 12 bytes, 1 and 10,000 rules, requests for all hosts in turn', {
    ...oneAndManyRules,
    cyclesHosts: true,
  }),
  get('access-log', 'GET, 12 bytes, access log off and on', {
    variants: [usual, buffered, json, unbuffered],
    needs: ['access-log'],
    share: 1,
  }),
  webSocketCase,
  pacedCase,
  idleCase,
]
