// What happens to the process as a whole: it is told to end with everything under way, or its log can not be written.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../../support/backend.ts'
import { fetchFrom } from '../../support/fetch.ts'
import { startHeldBackend } from '../../support/held-backend.ts'
import { readMetrics } from '../../support/metrics.ts'
import { rawClient } from '../../support/raw-client.ts'
import { type ServingProcess, serveInProcess } from '../../support/serve-process.ts'
import { serving } from '../../support/serving.ts'
import { echoOver, openWebSocket, startWebSocketBackend } from '../../support/web-socket.ts'

describe('SIGTERM', () => {
  test('lets requests, uploads and WebSockets finish, closes what is idle, and takes nothing new', async () => {
    const held = await startHeldBackend()
    const uploads = await startEchoBackend('uploads', (_request, response, body) =>
      response.end(`${body.length}`),
    )
    const portico = await serveInProcess(
      {
        'held.yaml': serving('held.test', held.address, { name: 'held' }),
        'uploads.yaml': serving('uploads.test', uploads.address, { name: 'uploads' }),
        'sockets.yaml': serving('sockets.test', await startWebSocketBackend(), { name: 'sockets' }),
      },
      { flags: ['--drain-timeout', '2s'] },
    )
    const { httpPort } = portico
    const requests = Array.from({ length: 20 }, () => fetchFrom({ port: httpPort, host: 'held.test' }))
    const responses: ServerResponse[] = []
    for (const _ of requests) responses.push(await held.nextRequest())
    const upload = await rawClient(httpPort)
    upload.send('POST / HTTP/1.1\r\nHost: uploads.test\r\nContent-Length: 10\r\n\r\nhalf ')
    const socket = await openWebSocket(httpPort, 'sockets.test')
    const idle = await rawClient(httpPort)
    idle.send('GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n')
    await idle.until(received => received.includes('404'))

    portico.kill('SIGTERM')
    expect(await idle.untilClosed()).toContain('404')
    expect(await refusal(httpPort)).toBe('ECONNREFUSED')
    expect(await echoOver(socket, 'still here')).toBe('echo still here')
    upload.send('whole')
    for (const response of responses) response.end('in time')

    for (const request of requests) {
      const { status, body, headers } = await request
      expect([status, body, headers.connection]).toEqual([200, 'in time', 'close'])
    }
    expect(await upload.untilClosed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*10$/)
    const cut = once(socket, 'close')
    expect(await portico.exited).toBe(143)
    await cut
  })
})

describe('a log', () => {
  const manifests = async () => {
    const backend = await startEchoBackend('web', (_request, response) => response.end('hello'))
    return { 'web.yaml': serving('a.test', backend.address) }
  }
  const flags = ['--access-log', 'nginx']

  async function serve({ httpPort }: ServingProcess, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const response = await fetchFrom({ port: httpPort, host: 'a.test', path: `/${'x'.repeat(7_000)}` })
      expect(response.body).toBe('hello')
    }
  }

  async function dropped({ admin }: ServingProcess): Promise<number> {
    return (await readMetrics(admin)).get('portico_access_log_lines_dropped_total')!
  }

  test('on a full disk loses its lines, counted, and traffic goes on', async () => {
    const portico = await serveInProcess(await manifests(), { flags, shell: 'exec "$@" 2>/dev/full' })
    do await serve(portico, 10)
    while ((await dropped(portico)) === 0)
    portico.kill('SIGTERM')
    expect(await portico.exited).toBe(143)
  })

  test('whose reader stalls loses lines, counted, and traffic goes on', async () => {
    const portico = await serveInProcess(await manifests(), { flags })
    portico.child.stderr!.pause()
    do await serve(portico, 100)
    while ((await dropped(portico)) === 0)
    portico.child.stderr!.resume()
    portico.kill('SIGTERM')
    expect(await portico.exited).toBe(143)
  })

  test('whose reader is late still gets all lines before the end', async () => {
    const portico = await serveInProcess(await manifests(), { flags })
    portico.child.stderr!.pause()
    await serve(portico, 200)
    expect(await dropped(portico)).toBe(0)
    portico.kill('SIGTERM')
    portico.child.stderr!.resume()
    expect(await portico.exited).toBe(143)
    expect(portico.messages.filter(line => line.includes('"GET /x'))).toHaveLength(200)
  })

  test('whose reader never goes on does not keep Portico from ending', async () => {
    const portico = await serveInProcess(await manifests(), { flags })
    const ended = once(portico.child, 'exit')
    portico.child.stderr!.pause()
    do await serve(portico, 100)
    while ((await dropped(portico)) === 0)
    portico.kill('SIGTERM')
    expect(await ended).toEqual([143, null])
    portico.child.stderr!.resume()
  })

  test('whose reader has gone loses its lines, and traffic goes on', async () => {
    const portico = await serveInProcess(await manifests(), { flags })
    portico.child.stderr!.destroy()
    do await serve(portico, 10)
    while ((await dropped(portico)) === 0)
    portico.kill('SIGTERM')
    expect(await portico.exited).toBe(143)
  })
})

/** Why a port takes no connection. */
function refusal(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
  })
}
