// WebSockets for tests: a backend that sends back what it is told, and clients of it through a proxy.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws'

/** A listening WebSocket server. */
export interface WebSocketEcho {
  /** `127.0.0.1:port`. */
  readonly address: string
  readonly server: WebSocketServer
}

/** Starts a backend that answers `x` with `echo x`; gives its `127.0.0.1:port`. */
export async function startWebSocketBackend(): Promise<string> {
  const { server, address } = await listen({})
  server.on('connection', socket => {
    socket.on('message', message => socket.send(`echo ${message}`))
  })
  return address
}

/** Starts a backend that sends every message back as it came. */
export async function startWebSocketEcho(options: ServerOptions = {}): Promise<WebSocketEcho> {
  const echo = await listen(options)
  echo.server.on('connection', socket => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  return echo
}

async function listen(options: ServerOptions): Promise<WebSocketEcho> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** A WebSocket that is open. Rejects when it is refused. */
export async function openWebSocket(port: number, host: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: host } })
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** Sends a text and gives the answer. Rejects when the WebSocket closes first. */
export function echoOver(socket: WebSocket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('the WebSocket was closed'))
    socket.once('close', onClose)
    socket.once('message', message => {
      socket.off('close', onClose)
      resolve(String(message))
    })
    socket.send(text)
  })
}
