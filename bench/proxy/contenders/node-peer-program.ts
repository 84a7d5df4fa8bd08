// Runs a library for Node as a proxy: adds the forwarded fields that every contender adds, for HTTP and HTTPS.
// Run: node node-peer-program.ts LIBRARY BACKEND_PORT HTTP_PORT HTTPS_PORT CERTIFICATE_FILE KEY_FILE
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createProxy, type NodePeerName } from './node-peer-proxies.ts'

const [name, backendPort, httpPort, httpsPort, certificate, key] = process.argv.slice(2)
const proxy = createProxy(name as NodePeerName, `http://127.0.0.1:${backendPort}`)
// node:http's own limits stay on (head size, head and request timeouts); keep-alive lasts as long as nginx's.
const keepAliveTimeout = 75_000

function addForwardedFields(request: IncomingMessage, scheme: string): void {
  const { headers, socket } = request
  const address = socket.remoteAddress ?? ''
  headers['x-request-id'] = randomUUID().replaceAll('-', '')
  headers['x-real-ip'] = address
  headers['x-forwarded-for'] = address
  headers['x-forwarded-host'] = headers.host ?? ''
  headers['x-forwarded-port'] = String(socket.localPort)
  headers['x-forwarded-proto'] = scheme
  headers['x-forwarded-scheme'] = scheme
  headers['x-scheme'] = scheme
}

function serve(server: Server, scheme: string, port: string): void {
  server.on('request', (request, response) => {
    addForwardedFields(request, scheme)
    proxy.web(request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    addForwardedFields(request, scheme)
    if (proxy.ws) proxy.ws(request, socket, head)
    else socket.destroy()
  })
  server.listen(Number(port), '127.0.0.1', 4096)
}

const tls = { cert: readFileSync(certificate!), key: readFileSync(key!) }
serve(createTlsServer({ ...tls, keepAliveTimeout }), 'https', httpsPort!)
serve(createServer({ keepAliveTimeout }), 'http', httpPort!)
