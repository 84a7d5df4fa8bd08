// One request over HTTP/2, for the verification.
import { once } from 'node:events'
import { connect, type IncomingHttpHeaders } from 'node:http2'

/** What came back. */
export interface Http2Answer {
  readonly status: number
  readonly body: Buffer
  readonly trailers: IncomingHttpHeaders
}

/** Asks for `url` under the name `host` on a connection of its own; with a message it is a call of gRPC. */
export async function sendHttp2(url: string, host: string, message?: Buffer): Promise<Http2Answer> {
  const { origin, pathname } = new URL(url)
  const session = connect(origin, { rejectUnauthorized: false })
  try {
    const grpc = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' }
    const sent = session.request({ ':path': pathname, ':authority': host, ...(message && grpc) })
    let trailers: IncomingHttpHeaders = {}
    sent.on('trailers', fields => {
      trailers = fields
    })
    sent.end(message)
    const [head] = (await once(sent, 'response')) as [IncomingHttpHeaders & { ':status': number }]
    return { status: head[':status'], body: Buffer.concat(await sent.toArray()), trailers }
  } finally {
    session.destroy()
  }
}
