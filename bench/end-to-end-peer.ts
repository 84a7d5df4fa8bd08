// A proxy of another kind for the end-to-end benchmark, as a program of its own: with kept-alive backend connections and
// the same forwarded fields that Portico adds.
// Run: node bench/end-to-end-peer.ts http-proxy|httpxy|undici BACKEND_PORT; prints the port it listens on.
import { randomUUID } from 'node:crypto'
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createProxyServer } from 'httpxy'
import { Pool } from 'undici'

interface WebProxy {
  web(request: IncomingMessage, response: ServerResponse): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

const [name, backendPort] = process.argv.slice(2)
const options = {
  target: `http://127.0.0.1:${backendPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 320 }),
}

function createProxy(): WebProxy {
  if (name === 'undici') return createUndiciProxy()
  if (name === 'httpxy') return createProxyServer(options) as WebProxy
  // http-proxy has no type declarations.
  const { createProxyServer: create } = createRequire(import.meta.url)('http-proxy')
  return create(options)
}

/** The least that a proxy of `node:http` and undici has to do: dispatch, and pass head and pieces on. No error handling. */
function createUndiciProxy(): WebProxy {
  const pool = new Pool(options.target, { connections: 320 })
  return {
    on: () => {},
    web(request, response) {
      pool.dispatch(
        { path: request.url!, method: 'GET', headers: request.headers },
        {
          onRequestStart: () => {},
          onResponseStart: (_controller, status, headers) => response.writeHead(status, headers),
          onResponseData: (_controller, chunk) => response.write(chunk),
          onResponseEnd: () => response.end(),
          onResponseError: (_controller, error) => {
            console.error(error)
            response.destroy(error)
          },
        },
      )
    },
  }
}

function addForwardedFields(request: IncomingMessage): void {
  const { headers, socket } = request
  const address = socket.remoteAddress ?? ''
  headers['x-request-id'] = randomUUID().replaceAll('-', '')
  headers['x-real-ip'] = address
  headers['x-forwarded-for'] = address
  headers['x-forwarded-host'] = headers.host ?? ''
  headers['x-forwarded-port'] = String(socket.localPort)
  headers['x-forwarded-proto'] = 'http'
  headers['x-forwarded-scheme'] = 'http'
  headers['x-scheme'] = 'http'
}

const proxy = createProxy()
proxy.on('error', error => console.error(error.message))
const server = createServer((request, response) => {
  addForwardedFields(request)
  proxy.web(request, response)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
