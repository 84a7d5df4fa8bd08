// A response read by the connection that the proxy uses for it, over a real socket.
import type { Socket } from 'node:net'
import type { ResponseHead } from '../../src/http/response-head.ts'
import type { EndpointState } from '../../src/upstreams/endpoint-state.ts'
import type { EndpointHandler } from '../../src/upstreams/endpoint-stream.ts'
import { outgoingRequest } from '../support/outgoing-request.ts'
import { pairsOf } from './own-reading.ts'
import type { Pair } from './reading.ts'

/** What the connection told of a message. */
interface Told {
  readonly start: readonly string[]
  readonly fields: readonly Pair[]
  body: string
}

const minute = { connectMs: 60_000, readMs: 60_000, sendMs: 60_000 }

/** Sends a request over a new connection and waits for what comes of it. */
export function readOverConnection(
  endpoint: EndpointState,
  method: string,
): Promise<{ readonly messages: readonly Told[]; readonly refused: boolean }> {
  return new Promise(resolve => {
    const messages: Told[] = []
    const take = (head: ResponseHead) => {
      const start = [String(head.status), head.reason, `1.${head.minorVersion}`]
      messages.push({ start, fields: pairsOf(head.fields), body: '' })
    }
    const handler: EndpointHandler = {
      secure: false,
      onEndpointReady: () => connection.sendHead(outgoingRequest({ method })),
      onInterim: take,
      onResponseHead: take,
      onUpgrade: take,
      onResponseBody: chunk => {
        messages.at(-1)!.body += chunk.latin1Slice(0, chunk.length)
        return true
      },
      onResponseEnd: () => resolve({ messages, refused: false }),
      onResponseFlush: () => {},
      onEndpointDrain: () => {},
      onAttemptFailure: () => resolve({ messages, refused: true }),
    }
    const connection = endpoint.connect(handler, minute)
  })
}

/** Answers over `socket` and closes; byte by byte, each octet is on its way before the next is written. */
export function sendAnswer(
  socket: Socket,
  bytes: Buffer,
  delivery: 'at-once' | 'byte-by-byte',
  from = 0,
): void {
  if (delivery === 'at-once' || from === bytes.length) {
    socket.end(bytes.subarray(from))
  } else if (!socket.destroyed) {
    const onWritten = () => setImmediate(() => sendAnswer(socket, bytes, delivery, from + 1))
    socket.setNoDelay().write(bytes.subarray(from, from + 1), onWritten)
  }
}
