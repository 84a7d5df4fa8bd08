// Which requests are gRPC's, how long they may take, and what its clients are told of errors.
import { describe, expect, test } from 'vitest'
import { grpcErrorLines, isGrpc, parseGrpcTimeout } from './grpc.ts'

const typed = (version: '1.1' | '2.0', type?: string) => ({
  version,
  header: (name: string) => (name === 'content-type' ? type : undefined),
})

describe('isGrpc', () => {
  test.each([
    'application/grpc',
    'application/grpc+proto',
    'application/grpc;charset=utf-8',
    'Application/gRPC',
  ])('takes %s', type => expect(isGrpc(typed('2.0', type))).toBe(true))

  test.each([undefined, 'application/json', 'application/grpc-web', 'application/grpc-web+proto'])(
    'does not take %s',
    type => expect(isGrpc(typed('2.0', type))).toBe(false),
  )

  test('takes nothing in HTTP/1.1', () => expect(isGrpc(typed('1.1', 'application/grpc'))).toBe(false))
})

test.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['99999999m', 99_999_999],
  ['500u', 0.5],
  ['0n', 0],
  ['', undefined],
  ['1', undefined],
  ['1s', undefined],
  ['-1S', undefined],
  ['100000000m', undefined],
])('grpc-timeout %s is %s ms', (text, ms) => expect(parseGrpcTimeout(text)).toBe(ms))

describe('an error', () => {
  const codeOf = (...given: Parameters<typeof grpcErrorLines>) =>
    Number(/grpc-status: (\d+)/.exec(grpcErrorLines(...given))![1])

  test.each([
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [502, 14],
    [503, 14],
    [504, 14],
    [308, 2],
    [500, 2],
  ])('with status %i has code %i', (status, code) => expect(codeOf(status, undefined, '')).toBe(code))

  test('that came after the request had gone out is no leave to try again', () => {
    expect(codeOf(504, 'response-timeout', '')).toBe(4)
    expect(codeOf(504, 'connect-timeout', '')).toBe(14)
    expect(codeOf(413, 'body-too-large', '')).toBe(8)
  })

  test('tells its reason percent-encoded', () => {
    expect(grpcErrorLines(503, undefined, '50% of “it”\r\nX: y')).toContain(
      'grpc-message: 50%25 of %E2%80%9Cit%E2%80%9D%0D%0AX: y\r\n',
    )
  })
})
