// The admin port: health, metrics, the dashboard, and an API for whoever supervises Portico. It never serves proxied traffic.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Exposition } from '../metrics/exposition.ts'
import { type AccessRules, accessRefusal } from './access.ts'
import type { AdminApi } from './admin-api.ts'
import { type ApiResponse, problemResponse } from './api/question.ts'
import { readDashboardFile } from './dashboard-files.ts'
import { readJson } from './read-json.ts'

/** What a request in flight gets to finish when the port closes; answers take milliseconds. */
const closeGraceMs = 1_000

/** Nobody needs longer to send a question. */
const requestTimeoutMs = 10_000

/**
 * Where the admin port listens and what it asks. /healthz, /readyz and /metrics are open to whoever reaches it, as probes and
 * Prometheus need them; they hold no more than names of hosts and Services. The rest is for those who `access` lets in.
 */
export interface AdminOptions {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Whether a table is live and Portico is not draining. */
  readonly isReady: () => boolean
  readonly exposition: Exposition
  readonly access: AccessRules
  /** Loads what answers under `/api/` and `/events`; rejects where its files are gone, as when Portico is replaced while it runs. */
  readonly api: () => Promise<AdminApi>
}

/** A listening admin server; must be closed. */
export interface AdminServer {
  readonly host: string
  /** The port really bound. */
  readonly port: number
  /** Stops listening and ends idle connections; resolves when requests in flight are answered, or cut after a second. */
  close(): Promise<void>
}

/** Starts the admin server. Rejects with Node's own error when the address can not be bound (`EADDRINUSE` …). */
export async function createAdminServer(options: AdminOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    // What is thrown here is a bug; the client is not left waiting for it.
    respond(request, response, options).catch(error => {
      response.destroy()
      throw error
    })
  })
  server.headersTimeout = requestTimeoutMs
  server.requestTimeout = requestTimeoutMs
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  return { host: options.host, port, close: () => close(server) }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const path = pathOf(request)
  if (path.startsWith('/api/') || path === '/events')
    return await respondToApi(path, request, response, options)
  if (!isReading(request)) return send(response, { ...plain('only GET and HEAD', 405), allow: 'GET, HEAD' })
  if (path === '/metrics') return await sendMetrics(request, response, options.exposition)
  const open = answerToAnybody(path, options)
  if (open !== undefined) return send(response, open)
  const refusal = accessRefusal(request, options.access, false)
  if (refusal !== undefined) return send(response, plain(refusal.detail, refusal.status))
  const file = await readDashboardFile(path)
  if (file === undefined)
    return send(response, plain('not found; there are /, /healthz, /readyz and /metrics', 404))
  response.writeHead(file.status, { ...file.fields, 'content-length': Buffer.byteLength(file.body) })
  response.end(file.body)
}

/** What probes ask. */
function answerToAnybody(path: string, { isReady }: AdminOptions): ApiResponse | undefined {
  if (path === '/healthz') return plain('ok')
  if (path !== '/readyz') return undefined
  return isReady() ? plain('ok') : plain('not ready', 503)
}

async function respondToApi(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const refusal = accessRefusal(request, options.access, true)
  if (refusal !== undefined) return send(response, problemResponse(refusal.status, refusal.detail))
  const query = new URLSearchParams((request.url ?? '').slice(path.length))
  const api = await options.api().catch((error: Error) => error)
  if (api instanceof Error)
    return send(
      response,
      problemResponse(503, `the API could not be loaded (${api.message}); start Portico anew`),
    )
  if (path === '/events' && isReading(request)) return api.sendEvents(request, response, query)
  if (isReading(request))
    return send(response, await api.answer({ method: 'GET', path, query, body: undefined }))
  if (request.method !== 'POST' || path === '/events')
    return send(response, problemResponse(405, 'only GET, HEAD and POST', 'GET, HEAD, POST'))
  const body = await readJson(request)
  if ('problem' in body) return send(response, problemResponse(body.status, body.problem))
  send(response, await api.answer({ method: 'POST', path, query, body: body.value }))
}

function plain(text: string, status = 200): ApiResponse {
  return { status, text, contentType: 'text/plain; charset=utf-8' }
}

function send(response: ServerResponse, { status, text, contentType, allow }: ApiResponse): void {
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow !== undefined && { allow }),
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="portico"' }),
    // What is left of a body that was not read is not looked for the next request in.
    ...(status === 413 && { connection: 'close' }),
  })
  response.end(`${text}\n`)
}

/** As long as it takes: whoever reads slowly, or is gone, keeps nobody but himself waiting. */
async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  exposition: Exposition,
): Promise<void> {
  const { contentType, pieces } = exposition.render(request.headers.accept)
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  try {
    await pipeline(Readable.from(pieces), response)
  } catch (error) {
    // With a code it is the connection's: the client was gone before the end, and nobody is left to tell.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0]!
}

function listen(server: Server, options: AdminOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Ends idle connections at once; one in the middle of a request may finish it, within the grace. */
function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    // Node no longer looks at the time limits of a closed server: half a request would hold it open for ever.
    const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
