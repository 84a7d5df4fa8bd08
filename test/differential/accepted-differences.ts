// Where Node's parser and ours do not agree, and why that is right. Every entry has an example that shows it still exists;
// docs/differential.md tells the same list.
import { METHODS } from 'node:http'
import type { Difference, Side } from './compare.ts'
import type { Message } from './reading.ts'

/** A difference that is known and wanted. */
export interface AcceptedDifference {
  /** Heading in docs/differential.md. */
  readonly name: string
  readonly side: Side
  /** Bytes on which the two differ for this reason. */
  readonly example: string
  /** Whether it explains a difference found on these bytes. */
  covers(difference: Difference, text: string): boolean
}

/** Names the accepted difference that explains this one, if any does. */
export function findAccepted(difference: Difference, text: string): AcceptedDifference | undefined {
  return acceptedDifferences.find(accepted => accepted.covers(difference, text))
}

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n'
const chunked = 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n'

/** How Node says that a field is malformed. */
const fieldRefusals: readonly string[] = [
  'HPE_INVALID_HEADER_TOKEN',
  'HPE_INVALID_CONTENT_LENGTH',
  'HPE_INVALID_TRANSFER_ENCODING',
  'HPE_UNEXPECTED_CONTENT_LENGTH',
  'HPE_CR_EXPECTED',
  'HPE_LF_EXPECTED',
]

function isBodylessResponse({ start, framing }: Message): boolean {
  return /^[1-5]\d\d$/.test(start[0]!) && framing === 'none'
}

/** All of them. */
export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    name: 'Unknown methods',
    side: 'requests',
    example: 'BREW / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    covers: ({ what, nodes, message }) =>
      what === 'node-refuses' &&
      (nodes === 'HPE_INVALID_METHOD' || nodes === 'HPE_INVALID_VERSION') &&
      !METHODS.includes(message!.start[0]!),
  },
  {
    name: 'Proxy-Connection',
    side: 'requests',
    example: `${get}Proxy-Connection: close\r\n\r\n`,
    covers: ({ what, nodes }, text) =>
      (what === 'keepAlive' || (what === 'node-refuses' && nodes === 'HPE_CLOSED_CONNECTION')) &&
      /^proxy-connection:/im.test(text),
  },
  {
    name: 'A tab behind the transfer coding',
    side: 'requests',
    example: 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n',
    covers: ({ what, nodes, message }, text) =>
      message!.framing === 'chunked' &&
      (what === 'body' || (what === 'node-refuses' && nodes === 'HPE_INVALID_TRANSFER_ENCODING')) &&
      /chunked *\t[ \t]*\r\n/i.test(text),
  },
  {
    name: 'Chunk extensions',
    side: 'requests',
    example: `${chunked}1; a = b\r\nx\r\n0\r\n\r\n`,
    covers: ({ what, nodes, message }, text) =>
      what === 'node-refuses' &&
      nodes === 'HPE_STRICT' &&
      message!.framing === 'chunked' &&
      /^[0-9a-f]+;/im.test(text),
  },
  {
    name: 'Trailers that are not whole yet',
    side: 'requests',
    example: `${chunked}0\r\nno colon\r\n`,
    covers: ({ what, nodes, message }) =>
      what === 'node-refuses' &&
      fieldRefusals.includes(nodes as string) &&
      message!.framing === 'chunked' &&
      !message!.complete,
  },
  {
    name: 'Closing where both are asked for',
    side: 'requests',
    example: 'GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive, close\r\n\r\n',
    covers: ({ what, ours, message }) =>
      what === 'keepAlive' && ours === false && !isBodylessResponse(message!),
  },
  {
    name: 'Upgrades that are not offered',
    side: 'requests',
    example: `${get}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`,
    covers: ({ what, ours }) => what === 'upgrade' && ours === false,
  },
  {
    name: 'Connections on which a body might still follow',
    side: { method: 'HEAD' },
    example: 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n',
    covers: ({ what, ours, message }) =>
      what === 'keepAlive' && ours === false && isBodylessResponse(message!),
  },
  {
    name: 'Control octets in a reason phrase',
    side: { method: 'GET' },
    example: 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n',
    covers: ({ what, nodes }) => what === 'start' && /[\x00-\x08\x0a-\x1f\x7f]/.test((nodes as string[])[1]!),
  },
]
