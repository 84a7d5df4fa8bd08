// Answers in the place of a running instance what commands ask its admin port: an overview, and events that a test sends.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { ApiEvents } from '../../src/admin/api/live-types.ts'
import type { Overview } from '../../src/admin/api/types.ts'

/** An admin port with nothing behind it. */
export interface AdminStandIn {
  /** `127.0.0.1:port`. */
  readonly address: string
  /** What clients showed in Authorization, in order; empty for nothing. */
  readonly tokens: readonly string[]
  /** Resolves when somebody listens for events. */
  listened(): Promise<void>
  send<Name extends keyof ApiEvents>(name: Name, data: ApiEvents[Name]): void
  /** Ends all streams of events. */
  endStreams(): void
}

/** Starts it; closed when the test is over. With `token`, who shows another gets 401. */
export async function startAdminStandIn(overview: Overview, token?: string): Promise<AdminStandIn> {
  const streams = new Set<ServerResponse>()
  const tokens: string[] = []
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers
    tokens.push(authorization)
    if (token !== undefined && authorization !== `Bearer ${token}`) {
      response.writeHead(401, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ title: 'Unauthorized', status: 401, detail: 'show the token' }))
    } else if (request.url === '/api/overview') response.end(JSON.stringify(overview))
    else if (request.url === '/events?routes=1') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
      server.emit('listened')
    } else response.writeHead(404).end('not found\nnothing else')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    tokens,
    listened: async () => {
      if (streams.size === 0) await once(server, 'listened')
    },
    send(name, data) {
      for (const stream of streams) stream.write(`event: ${name}\nid: 1\ndata: ${JSON.stringify(data)}\n\n`)
    },
    endStreams() {
      for (const stream of streams) stream.end()
    },
  }
}

/** The overview of an instance that is well, with `changes`. */
export function overviewWith(changes: Partial<Overview> = {}): Overview {
  const now = Date.UTC(2026, 10, 21, 12)
  return {
    version: '1.2.3',
    startedAt: now - 7_500_000,
    now,
    isReady: true,
    paths: ['./k8s'],
    listeners: [
      { name: 'http', address: '127.0.0.1:8080' },
      { name: 'https', address: '127.0.0.1:8443' },
    ],
    generation: 7,
    lastChange: {
      generation: 7,
      time: now - 180_000,
      durationMs: 4.4,
      changedFiles: ['k8s/shop.yaml'],
      routes: { added: 1, changed: 0, removed: 0 },
      problems: { error: 0, warning: 0, note: 0 },
    },
    counts: { hosts: 2, routes: 5, ingresses: 1, services: 2, endpoints: 4, endpointsAway: 1 },
    problems: { error: 0, warning: 0, note: 0 },
    expiring: [],
    connections: { clients: 12, upstreamIdle: 3, upstreamBusy: 9 },
    figures: { requests: 1_234_567, errors: 21 },
    history: [],
    memoryBytes: 98_400_000,
    ...changes,
  }
}
