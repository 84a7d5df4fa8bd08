// What a session of HTTP/2 allows its client. The numbers are this file's; Node and nghttp2 see to them.
import type { ServerSessionOptions } from 'node:http2'
import type { ListenerContext } from './listener-context.ts'

/** Field lines of one head, cookies cut into pieces included; beyond, the stream is reset before anybody hears of it. */
const maxFieldLines = 256
/** RFC 9113 §10.5.1: what a field counts besides its octets. */
const fieldOverheadBytes = 32

/** Options for the session of a client. */
export function sessionOptions({ headLimits, http2 }: ListenerContext): ServerSessionOptions {
  return {
    settings: {
      maxConcurrentStreams: http2.maxConcurrentStreams,
      // WebSockets over this very connection (RFC 8441 §3).
      enableConnectProtocol: true,
      // More than is taken, so that a head that is too large can be told so with a status.
      maxHeaderListSize: 2 * headLimits.headBytes + maxFieldLines * fieldOverheadBytes,
    },
    maxHeaderListPairs: maxFieldLines,
    // Frames that a client of good faith does not send.
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    maxSettings: 32,
    // HTTP/2 Rapid Reset: so many at once, so many for each second.
    streamResetBurst: 200,
    streamResetRate: 20,
    // Backends may repeat what should be said once; that is between them and the client.
    strictSingleValueFields: false,
  } as ServerSessionOptions
}
