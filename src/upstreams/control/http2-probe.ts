// One request in HTTP/2 over a connection of its own, for health checks: a GET for a status, or a question of the gRPC health
// protocol (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). Off the hot path.
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect, type Socket } from 'node:net'
import type { EndpointState } from '../endpoint-state.ts'
import type { TlsTransport } from '../tls-transport.ts'

/** An answer is a few octets; of a longer one the rest says nothing. */
const maxAnswerBytes = 1024
/** `HealthCheckResponse.status`. */
const serving = 1

/** Who is asked, and until when. */
export interface ProbeTarget {
  readonly endpoint: Pick<EndpointState, 'address' | 'key' | 'port'>
  /** `undefined`: the connection is plain. */
  readonly tls: TlsTransport | undefined
  readonly signal: AbortSignal
}

interface ProbeAnswer {
  readonly status: number
  /** Of the trailers, or of a head without a body. */
  readonly grpcStatus: string
  readonly body: Buffer
}

/** The status that a GET request is answered with. Rejects when it is not answered. */
export async function probeStatus(target: ProbeTarget, path: string): Promise<number> {
  return (await ask(target, { ':method': 'GET', ':path': path }, undefined)).status
}

/** Whether a server says that a service is well, `*` for the server as a whole. Rejects when it does not answer. */
export async function probeGrpc(target: ProbeTarget, service: string): Promise<boolean> {
  const fields = {
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  }
  const { status, grpcStatus, body } = await ask(
    target,
    fields,
    healthRequest(service === '*' ? '' : service),
  )
  // Uncompressed, and in the message the field 1, a varint.
  return status === 200 && grpcStatus === '0' && body[0] === 0 && body[5] === 0x08 && body[6] === serving
}

/** `HealthCheckRequest`: the name as field 1, left out when it is empty; before it, that it is not compressed, and its length. */
function healthRequest(service: string): Buffer {
  const message =
    service === '' ? [] : [Buffer.from([0x0a, Buffer.byteLength(service)]), Buffer.from(service)]
  const length = message.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([0, 0, 0, 0, length]), ...message])
}

async function ask(
  target: ProbeTarget,
  fields: Record<string, string>,
  body: Buffer | undefined,
): Promise<ProbeAnswer> {
  const socket = openSocket(target)
  const stop = () => socket.destroy(new Error('the check took too long, or is not wanted any more'))
  target.signal.addEventListener('abort', stop)
  try {
    if (target.signal.aborted) stop()
    await opened(target, socket)
    return await exchange(target, socket, fields, body)
  } finally {
    target.signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function openSocket({ endpoint: { address, port }, tls }: ProbeTarget): Socket {
  const socket = tls === undefined ? connect({ host: address, port }) : tls.connect(address, port, undefined)
  // Whoever waits for something hears of it, too.
  return socket.on('error', () => {})
}

function opened({ tls }: ProbeTarget, socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('no connection')))
    if (tls === undefined) socket.once('connect', resolve)
    else
      socket.once('secureConnect', () => {
        const refusal = tls.refusalOf(socket as Parameters<typeof tls.refusalOf>[0])
        if (refusal === undefined) resolve()
        else reject(new Error(refusal))
      })
  })
}

function exchange(
  { endpoint, tls }: ProbeTarget,
  socket: Socket,
  fields: Record<string, string>,
  body: Buffer | undefined,
): Promise<ProbeAnswer> {
  const http2: ClientHttp2Session = connectHttp2('http://endpoint', { createConnection: () => socket })
  return new Promise((resolve, reject) => {
    let status = 0
    let grpcStatus = ''
    const pieces: Buffer[] = []
    let bytes = 0
    const note = (received: IncomingHttpHeaders) => {
      grpcStatus = String(received['grpc-status'] ?? grpcStatus)
    }
    http2.on('error', reject).on('close', () => reject(new Error('no answer')))
    const stream = http2.request(
      {
        ...fields,
        ':scheme': tls === undefined ? 'http' : 'https',
        ':authority': endpoint.key,
        'user-agent': 'portico-health-check',
      },
      { endStream: body === undefined },
    )
    stream.on('response', received => {
      status = Number(received[':status'])
      note(received)
      // A status is all that a GET is for.
      if (body === undefined) resolve({ status, grpcStatus, body: Buffer.alloc(0) })
    })
    stream.on('trailers', note)
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (bytes <= maxAnswerBytes) pieces.push(piece)
    })
    stream.on('error', reject)
    stream.on('end', () => resolve({ status, grpcStatus, body: Buffer.concat(pieces) }))
    if (body !== undefined) stream.end(body)
  })
}
