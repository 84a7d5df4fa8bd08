// How each library for Node is set up as a proxy with kept-alive backend connections. Listens nowhere.
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import { createProxyServer } from 'httpxy'
import { Pool } from 'undici'
import { idleBackendConnections } from './contender.ts'

/** What the program needs of a library. */
export interface WebProxy {
  web(request: IncomingMessage, response: ServerResponse): unknown
  /** Takes a WebSocket handshake, if the library can. */
  ws?(request: IncomingMessage, socket: Duplex, head: Buffer): unknown
}

interface LibraryProxy extends WebProxy {
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** The libraries. */
export type NodePeerName = 'http-proxy' | 'httpxy' | 'fast-proxy' | 'undici'

// The packages without type declarations.
const require = createRequire(import.meta.url)

/** Makes a proxy to `target` of a library. */
export function createProxy(name: NodePeerName, target: string): WebProxy {
  if (name === 'fast-proxy') return createFastProxy(target)
  if (name === 'undici') return createUndiciProxy(target)
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: idleBackendConnections })
  const create: (options: object) => LibraryProxy =
    name === 'httpxy' ? createProxyServer : require('http-proxy').createProxyServer
  const proxy = create({ target, agent })
  proxy.on('error', error => console.error(`${name}: ${error.message}`))
  return proxy
}

function createFastProxy(base: string): WebProxy {
  const { proxy } = require('fast-proxy')({ base, http: { maxFreeSockets: idleBackendConnections } })
  // It sets X-Forwarded-Host by itself, to the same.
  return { web: (request, response) => proxy(request, response, request.url, {}) }
}

/** The least that a proxy of `node:http` and undici has to do: dispatch, and pass head and pieces on. No retries, no errors. */
function createUndiciProxy(target: string): WebProxy {
  const pool = new Pool(target, { connections: idleBackendConnections })
  return {
    web(request, response) {
      const { method, url, headers } = request
      const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
      // undici frames the body itself and refuses to be told how.
      delete headers['transfer-encoding']
      delete headers.connection
      const dispatch = { path: url!, method: method!, headers, body: hasBody ? request : null }
      pool.dispatch(dispatch as Parameters<Pool['dispatch']>[0], {
        onRequestStart: () => {},
        onResponseStart(_controller, status, fields) {
          // What the backend says of its own connection is not meant for the client.
          delete fields.connection
          response.writeHead(status, fields)
        },
        onResponseData(controller, chunk) {
          if (response.write(chunk)) return
          controller.pause()
          response.once('drain', () => controller.resume())
        },
        onResponseEnd: () => response.end(),
        onResponseError(_controller, error) {
          console.error(`undici: ${error.message}`)
          response.destroy()
        },
      })
    },
  }
}
