// Why a message is refused. Fixed objects: refusing is cheap, however often somebody tries.

/** A refusal, with the status a client is told (a backend's bad message is 502 whatever this says). */
export interface MessageError {
  readonly status: number
  /** One clause without a full stop, for error bodies and logs. */
  readonly reason: string
}

const refuse = (status: number, reason: string): MessageError => Object.freeze({ status, reason })

/** Every refusal there is. */
export const messageErrors = {
  startLine: refuse(400, 'the request line is malformed'),
  statusLine: refuse(400, 'the status line is malformed'),
  methodCase: refuse(400, 'a method has lower-case letters'),
  version: refuse(505, 'only HTTP/1.0 and HTTP/1.1 are spoken on this connection'),
  target: refuse(400, 'the request target is not a valid path or URL'),
  targetTooLong: refuse(414, 'the request target is too long'),
  fieldName: refuse(400, 'a field name is not a token'),
  fieldValue: refuse(400, 'a field value has a forbidden octet'),
  lineEnd: refuse(400, 'a line does not end with CRLF'),
  folded: refuse(400, 'a field is folded over two lines'),
  tooManyFields: refuse(431, 'there are too many fields'),
  headTooLarge: refuse(431, 'the head is too large'),
  hostMissing: refuse(400, 'the Host field is missing'),
  hostRepeated: refuse(400, 'there is more than one Host field'),
  hostInvalid: refuse(400, 'the Host field is not a valid host and port'),
  lengthInvalid: refuse(400, 'Content-Length is not one decimal number'),
  lengthTooLarge: refuse(413, 'Content-Length is beyond all limits'),
  bothFramings: refuse(400, 'Content-Length and Transfer-Encoding exclude each other'),
  codingUnknown: refuse(501, 'the only transfer coding understood is chunked'),
  codingInvalid: refuse(400, 'Transfer-Encoding must be a single chunked'),
  codingInHttp10: refuse(400, 'HTTP/1.0 has no Transfer-Encoding'),
  connectionInvalid: refuse(400, 'Connection must not name framing fields'),
  expectation: refuse(417, 'the only expectation understood is 100-continue'),
  connectMethod: refuse(405, 'CONNECT is not for a reverse proxy'),
  tunnelProtocol: refuse(501, 'the only protocol to CONNECT with is websocket'),
  upgradeWithBody: refuse(400, 'a request to switch protocols must not have a body'),
  chunkSize: refuse(400, 'a chunk size is not a hexadecimal number in bounds'),
  chunkEnd: refuse(400, 'chunk data does not end where its size says'),
  chunkExtension: refuse(400, 'chunk extensions are malformed or too long'),
  trailers: refuse(400, 'the trailer section is malformed or too large'),
  framingInTrailers: refuse(400, 'the trailer section must not say how the message is framed'),
  interimBody: refuse(400, 'an interim response announces a body'),
  interimResponses: refuse(400, 'there are too many interim responses'),
  pseudoField: refuse(400, 'a pseudo-header field is unknown'),
  connectionField: refuse(400, 'HTTP/2 has no connection fields'),
  scheme: refuse(400, 'the scheme is neither http nor https'),
  hostDisagrees: refuse(400, 'the Host field is not the authority that is asked for'),
  truncated: refuse(400, 'the message ended before its body did'),
} as const satisfies Record<string, MessageError>
