// The admin port: health, metrics, an API for whoever supervises Portico, and the dashboard. Read-only; it never serves proxied traffic and knows no routes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Exposition } from '../metrics/exposition.ts'
import { type Api, answerApi } from './api.ts'
import { readDashboardFile } from './dashboard-files.ts'

/** What a request in flight gets to finish when the port closes; answers take milliseconds. */
const closeGraceMs = 1_000

/** Where the admin port listens and what it asks. Do not bind it beyond loopback: whoever reaches it may read. */
export interface AdminOptions {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Whether a table is live and Portico is not draining. */
  readonly isReady: () => boolean
  readonly exposition: Exposition
  /** What programs may ask under `/api/`. */
  readonly api: Api
}

/** A listening admin server; must be closed. */
export interface AdminServer {
  readonly host: string
  /** The port really bound. */
  readonly port: number
  /** Stops listening and ends idle connections; resolves when requests in flight are answered, or cut after a second. */
  close(): Promise<void>
}

interface AdminAnswer {
  readonly status: number
  readonly text: string
  /** Plain text where nothing is said. */
  readonly contentType?: string
}

/** Starts the admin server. Rejects with Node's own error when the address can not be bound (`EADDRINUSE` …). */
export async function createAdminServer(options: AdminOptions): Promise<AdminServer> {
  const server = createServer((request, response) => void respond(request, response, options))
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  return { host: options.host, port, close: () => close(server) }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const file = isReading(request) ? await readDashboardFile(pathOf(request)) : undefined
  if (file !== undefined) {
    response.writeHead(file.status, { ...file.fields, 'content-length': Buffer.byteLength(file.body) })
    response.end(file.body)
    return
  }
  if (isReading(request) && pathOf(request) === '/metrics')
    return sendMetrics(request, response, options.exposition)
  const { status, text, contentType = 'text/plain; charset=utf-8' } = await answerTo(request, options)
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
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
  // The client was gone before the end: nobody is left to tell.
  await pipeline(Readable.from(pieces), response).catch(() => {})
}

async function answerTo(request: IncomingMessage, options: AdminOptions): Promise<AdminAnswer> {
  if (!isReading(request)) return { status: 405, text: 'only GET and HEAD' }
  const path = pathOf(request)
  if (path === '/healthz') return { status: 200, text: 'ok' }
  if (path === '/readyz')
    return options.isReady() ? { status: 200, text: 'ok' } : { status: 503, text: 'not ready' }
  if (path.startsWith('/api/')) return await answerApi(request.url!, request.headers.host, options.api)
  return { status: 404, text: 'not found; there are /, /healthz, /readyz and /metrics' }
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
