// Server-Sent Events: responses without an end, of which every piece is waited for.
import { once } from 'node:events'
import { get, type ServerResponse } from 'node:http'
import { connect } from 'node:http2'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { startHttpBackend } from '../support/backend.ts'
import { configMapText, documents } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

interface Listener {
  /** The text that has come so far. */
  readonly received: () => string
  readonly encoding: string | undefined
  /** Resolves when the text ends so. */
  until(end: string): Promise<void>
  leave(): void
}

const encoded = { 'accept-encoding': 'gzip', 'last-event-id': '41' }

async function listenOver1(proxy: TestProxy): Promise<Listener> {
  const request = get({ port: proxy.httpPort, agent: false, headers: { host: 'a.test', ...encoded } })
  request.on('error', () => {})
  const [response] = await once(request, 'response')
  response.on('error', () => {})
  return listenerOf(response, response.headers['content-encoding'], () => request.destroy())
}

async function listenOver2(proxy: TestProxy): Promise<Listener> {
  const session = connect(`http://127.0.0.1:${proxy.httpPort}`)
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':authority': 'a.test', ...encoded })
  const [fields] = await once(stream, 'response')
  return listenerOf(stream, fields['content-encoding'], () => stream.close(8))
}

function listenerOf(body: Readable, encoding: string | undefined, leave: () => void): Listener {
  onTestFinished(leave)
  let text = ''
  const waiting = new Map<string, () => void>()
  const decoded = encoding === 'gzip' ? body.pipe(createGunzip()) : body
  decoded.on('error', () => {})
  decoded.on('data', chunk => {
    text += chunk
    for (const [end, resolve] of waiting) if (text.endsWith(end)) resolve()
  })
  return {
    received: () => text,
    encoding,
    until: end =>
      text.endsWith(end) ? Promise.resolve() : new Promise(resolve => waiting.set(end, resolve)),
    leave,
  }
}

test.each([
  ['HTTP/1.1', 'as they are', listenOver1, {}],
  ['HTTP/1.1', 'compressed', listenOver1, { 'use-gzip': 'true', 'gzip-types': 'text/event-stream' }],
  ['HTTP/2', 'as they are', listenOver2, {}],
  ['HTTP/2', 'compressed', listenOver2, { 'use-gzip': 'true', 'gzip-types': 'text/event-stream' }],
])('events come one by one over %s, %s, and go on through a reload', async (_, way, listen, data) => {
  const opened = Promise.withResolvers<ServerResponse>()
  const asked: (string | undefined)[] = []
  const backend = await startHttpBackend((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined)
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(': welcome\n\n')
    opened.resolve(response)
  })
  const config = { namespace: 'default', name: 'config' }
  const manifest = (path: string) =>
    documents(serving('a.test', backend.address, { path }), configMapText('config', data))
  const proxy = await startProxy({
    files: { 'a.yaml': manifest('/') },
    compile: { configMap: config },
  })

  const listener = await listen(proxy)
  expect(listener.encoding).toBe(way === 'compressed' ? 'gzip' : undefined)
  await listener.until(': welcome\n\n')
  const source = await opened.promise
  for (const id of [42, 43]) {
    source.write(`id: ${id}\ndata: x\n\n`)
    await listener.until(`id: ${id}\ndata: x\n\n`)
  }
  // Its own route is taken away.
  const changed = proxy.nextChange()
  await proxy.manifests.write('a.yaml', manifest('/elsewhere'))
  await changed
  source.write('id: 44\ndata: x\n\n')
  await listener.until('id: 44\ndata: x\n\n')
  expect(asked).toEqual(['41'])

  // A client that stops listening is told to the backend.
  const closed = once(source, 'close')
  listener.leave()
  await closed
})
