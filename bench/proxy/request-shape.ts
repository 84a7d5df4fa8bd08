// The requests of the cases: described once, written as raw bytes for the load and sent by node:http for the verification.
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'

/** A request. */
export interface RequestShape {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly host: string
  readonly fields: Readonly<Record<string, string>>
  readonly bodyBytes: number
  readonly bodyFraming: 'content-length' | 'chunked'
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** A GET of `/` for the first host. */
export const plainGet: RequestShape = {
  method: 'GET',
  path: '/',
  host: 'bench.test',
  fields: {},
  bodyBytes: 0,
  bodyFraming: 'content-length',
}

const chunkBytes = 16_384

/** The bytes of a request. */
export function rawRequest(shape: RequestShape): Buffer {
  const fields = Object.entries({ Host: shape.host, ...shape.fields, ...framingFields(shape) })
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const head = Buffer.from(`${shape.method} ${shape.path} HTTP/1.1\r\n${lines}\r\n`)
  const body = Buffer.alloc(shape.bodyBytes, 'x')
  return Buffer.concat([head, shape.bodyFraming === 'chunked' ? chunked(body) : body])
}

/** Sends a request on a connection of its own, which the server is not asked to close. */
export async function send(shape: RequestShape, scheme: 'http' | 'https', port: number): Promise<Answer> {
  const isPlain = scheme === 'http'
  const agent = isPlain
    ? new Agent({ keepAlive: true })
    : new TlsAgent({ keepAlive: true, rejectUnauthorized: false })
  const headers = { Host: shape.host, ...shape.fields, ...framingFields(shape) }
  const where = { host: '127.0.0.1', port, method: shape.method, path: shape.path, headers, agent }
  const sent = isPlain ? httpRequest(where) : httpsRequest(where)
  sent.end(Buffer.alloc(shape.bodyBytes, 'x'))
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode!, body: Buffer.concat(await response.toArray()) }
  } finally {
    agent.destroy()
  }
}

function framingFields({ method, bodyBytes, bodyFraming }: RequestShape): Record<string, string> {
  if (method === 'GET') return {}
  return bodyFraming === 'chunked'
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': String(bodyBytes) }
}

function chunked(body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes)
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
