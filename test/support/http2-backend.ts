// A backend of `node:http2`, plain or over TLS, that tells of its sessions and streams.
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Http2Backend {
  readonly port: number
  readonly address: string
  /** All that were ever opened. */
  readonly sessions: readonly ServerHttp2Session[]
  readonly openSessions: number
  /** Resolves once `condition` holds; asked again when a session or stream comes or goes. */
  until(condition: () => boolean): Promise<void>
}

export interface Http2BackendOptions {
  readonly settings?: Settings
  /** Over TLS. */
  readonly pair?: { readonly keyPem: string; readonly certPem: string }
}

/** What a backend does with a stream. `fields`: names and values in turn, as they arrived. */
export type OnStream = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  fields: readonly string[],
) => void

/** Starts a backend; it is gone when the test is over. */
export async function startHttp2Backend(
  onStream: OnStream,
  { settings, pair }: Http2BackendOptions = {},
): Promise<Http2Backend> {
  const sessions: ServerHttp2Session[] = []
  const sockets = new Set<Socket>()
  const watchers = new Set<() => void>()
  const wake = () => {
    for (const watcher of [...watchers]) watcher()
  }
  let openSessions = 0
  const server: Http2Server =
    pair === undefined
      ? createServer({ settings })
      : createSecureServer({ settings, key: pair.keyPem, cert: pair.certPem })
  server.on('session', session => {
    sessions.push(session)
    openSessions++
    session.on('error', () => {})
    session.on('close', () => {
      openSessions--
      wake()
    })
    wake()
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('sessionError', () => {})
  server.on('stream', (stream: ServerHttp2Stream, headers, _flags, fields) => {
    stream.on('error', () => {})
    // Behind what a test does then.
    stream.on('close', () => setImmediate(wake))
    onStream(stream, headers, fields as unknown as string[])
    wake()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    address: `127.0.0.1:${port}`,
    sessions,
    get openSessions() {
      return openSessions
    },
    until: condition =>
      new Promise(resolve => {
        const watcher = () => {
          if (!condition()) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        watcher()
      }),
  }
}

/** All of a stream's body. */
export function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  return new Promise(resolve => {
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('end', () => resolve(Buffer.concat(pieces)))
  })
}
