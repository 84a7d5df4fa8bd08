// Backends for tests: one that answers what it was asked in JSON, and one that speaks raw bytes, for everything that a
// well-behaved server would not do.

import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What an echo backend tells of a request it got. */
export interface Echo {
  readonly backend: string
  readonly method: string
  /** `1.1`. */
  readonly httpVersion: string
  /** Path and query as they arrived. */
  readonly url: string
  /** Names as they arrived, in order. */
  readonly rawHeaders: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface TestBackend {
  readonly port: number
  /** `127.0.0.1:port`, for `portico/endpoints` and `--map`. */
  readonly address: string
  /** Connections accepted so far. */
  readonly connections: readonly Socket[]
}

/** A `node:http` server; by default it answers 200 with an `Echo`. */
export function startEchoBackend(
  name = 'echo',
  respond?: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<TestBackend> {
  return startHttpBackend((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1')
      if (respond !== undefined) respond(request, response, body)
      else {
        response.setHeader('Content-Type', 'application/json')
        response.end(JSON.stringify(echoOf(name, request, body)))
      }
    })
  })
}

/** A `node:http` server that does with each request what `serve` says. */
export function startHttpBackend(serve: RequestListener): Promise<TestBackend> {
  const server = createHttpServer(serve)
  server.keepAliveTimeout = 60_000
  return listen(server)
}

/** The same over TLS, with `key` and `cert` and whatever else `tls.createServer` takes. */
export function startHttpsBackend(options: ServerOptions, serve: RequestListener): Promise<TestBackend> {
  const server = createHttpsServer(options, serve)
  server.keepAliveTimeout = 60_000
  // Handshakes that tests make fail on purpose.
  server.on('tlsClientError', () => {})
  return listen(server)
}

/** A TCP server that does with each connection what `serve` says. */
export function startRawBackend(serve: (socket: Socket, index: number) => void): Promise<TestBackend> {
  let index = 0
  return listen(
    createServer({ allowHalfOpen: true }, socket => {
      socket.on('error', () => {})
      serve(socket, index++)
    }),
  )
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  return (await closedPorts(1))[0]!
}

/** So many ports on which nothing listens, each another one: all are taken before the first is given back. */
export async function closedPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) await new Promise(resolve => server.close(resolve))
  return ports
}

/**
 * An address that refuses connections until the test is over: its port is that of our end of a connection, so that the system gives it
 * to nobody who asks for any port to listen on, as it may give a {@link closedPort}.
 */
export async function refusingAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
  })
  await once(server, 'listening')
  const holder = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    holder.destroy()
  })
  await once(holder, 'connect')
  return `127.0.0.1:${holder.localPort}`
}

function echoOf(backend: string, request: IncomingMessage, body: string): Echo {
  return {
    backend,
    method: request.method!,
    httpVersion: request.httpVersion,
    url: request.url!,
    rawHeaders: request.rawHeaders,
    headers: request.headers as Record<string, string>,
    body,
  }
}

async function listen(server: ReturnType<typeof createServer>): Promise<TestBackend> {
  const connections: Socket[] = []
  server.on('connection', socket => connections.push(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of connections) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { port, address: `127.0.0.1:${port}`, connections }
}
