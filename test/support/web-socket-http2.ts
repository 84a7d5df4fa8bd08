// The WebSocket client of `ws` over a stream of HTTP/2 (RFC 8441). It knows HTTP/1.1 only, so its handshake is translated on
// the way; what follows the handshake goes through as it is.
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2'
import { type Duplex, duplexPair } from 'node:stream'
import { onTestFinished } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { webSocketAcceptOf } from '../../src/http/web-socket-key.ts'

export interface Http2WebSocket {
  readonly socket: WebSocket
  /** The fields that the CONNECT was answered with. */
  readonly response: Promise<Readonly<Record<string, unknown>>>
}

/** Begins to open a WebSocket to `a.test` once the session says that it may. Other statuses than 200 are errors of the socket. */
export function webSocketOver(
  session: ClientHttp2Session,
  options: { path?: string; protocols?: string[]; fields?: Record<string, string> } = {},
): Http2WebSocket {
  const { path = '/', protocols = [], fields = {} } = options
  const [theirs, ours] = duplexPair()
  const { promise, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>>>()
  translate(ours, session, resolve, () => theirs.destroy())
  const socket = new WebSocket(`ws://a.test${path}`, protocols, {
    headers: fields,
    createConnection: (() => theirs) as unknown as ClientOptions['createConnection'],
  } as ClientOptions)
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.terminate()
    session.destroy()
  })
  return { socket, response: promise }
}

function translate(
  side: Duplex,
  session: ClientHttp2Session,
  onResponse: (fields: Readonly<Record<string, unknown>>) => void,
  cut: () => void,
): void {
  side.on('error', () => {})
  side.once('data', (head: Buffer) => {
    const [start = '', ...lines] = head.toString('latin1').trimEnd().split('\r\n')
    const fields = new Map(lines.map(line => [nameOf(line), line.slice(line.indexOf(':') + 1).trim()]))
    const key = fields.get('sec-websocket-key')!
    for (const name of ['connection', 'upgrade', 'host', 'sec-websocket-key']) fields.delete(name)
    const stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':authority': 'a.test',
      ':path': start.split(' ')[1],
      ...Object.fromEntries(fields),
    } as OutgoingHttpHeaders)
    stream.on('response', response => {
      onResponse(response)
      side.write(answerTo(response, key))
      join(side, stream)
    })
    stream.on('error', () => {})
    // An end without an error comes behind all that was sent.
    stream.on('close', () => (stream.rstCode === 0 ? side.end() : cut()))
  })
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase()
}

function answerTo(response: Readonly<Record<string, unknown>>, key: string): string {
  const status = response[':status']
  if (status !== 200) return `HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`
  const chosen = ['sec-websocket-protocol', 'sec-websocket-extensions']
    .filter(name => response[name] !== undefined)
    .map(name => `${name}: ${response[name]}\r\n`)
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${webSocketAcceptOf(key)}\r\n${chosen.join('')}\r\n`
}

function join(side: Duplex, stream: ClientHttp2Stream): void {
  side.pipe(stream)
  stream.pipe(side)
  side.on('close', () => stream.close())
}
