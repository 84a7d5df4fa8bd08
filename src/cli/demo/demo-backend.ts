// A process that plays pods: an HTTP server each, answering with what it received. Started by `demo` alone; it is told
// over the IPC channel which pods to play, and ends when that channel does, however the parent died.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One pod to play. */
export interface DemoPod {
  readonly service: string
  readonly pod: string
  /** 0 picks a free one; another one when the pod takes the place of one that died. */
  readonly port: number
}

/** The ports of the pods, in the order they were asked for. */
export type DemoPorts = readonly number[]

process.on('disconnect', () => process.exit(0))
// Ctrl-C and the end of the terminal reach the whole process group; the parent drains first and then closes the channel.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('message', (pods: readonly DemoPod[]) => {
  Promise.all(pods.map(startPod)).then(
    ports => process.send!(ports satisfies DemoPorts),
    () => process.exit(1),
  )
})

function startPod(pod: DemoPod): Promise<number> {
  const respond = pod.service === 'default-http-backend' ? respondAsDefault : respondWithEcho
  const server = createServer((request, response) => respond(pod, request, response))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(pod.port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** What the stock default backend of ingress-nginx does: 200 for its health check, else 404. */
function respondAsDefault(_pod: DemoPod, request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const isHealthy = request.url === '/healthz'
  response.writeHead(isHealthy ? 200 : 404, { 'content-type': 'text/plain' })
  response.end(isHealthy ? 'ok\n' : 'default backend - 404\n')
}

function respondWithEcho(
  { service, pod }: DemoPod,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  let bodyBytes = 0
  request.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length
  })
  request.on('end', () => {
    const { method, url: path, headers, socket } = request
    const endpoint = `${socket.localAddress}:${socket.localPort}`
    const { pid } = process
    const echo = { service, pod, pid, endpoint, method, host: headers.host, path, bodyBytes, headers }
    response.setHeader('x-demo-pod', pod)
    if (request.headers.accept?.includes('application/json')) {
      response.setHeader('content-type', 'application/json')
      response.end(`${JSON.stringify(echo, null, 2)}\n`)
    } else {
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end(`hello from ${pod} (service ${service}): ${method} ${headers.host}${path}\n`)
    }
  })
}
