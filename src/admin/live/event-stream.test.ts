// What becomes of clients that do not read.
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { EventStream } from './event-stream.ts'

test('a client that does not read in time is cut off, whatever waits for it', async () => {
  const opened = Promise.withResolvers<{ stream: EventStream; closed: Promise<void> }>()
  const server = createServer((_request, response) => {
    const closed = Promise.withResolvers<void>()
    opened.resolve({ stream: new EventStream(response, closed.resolve), closed: closed.promise })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  request.on('error', () => {})
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.pause()
  response.on('error', () => {})

  const { stream, closed } = await opened.promise
  const text = JSON.stringify('x'.repeat(500_000))
  for (let i = 0; i < 100; i++) stream.sendText('requests', text)
  await closed
  // What is said afterwards goes nowhere, and hurts nobody.
  expect(() => stream.sendText('requests', text)).not.toThrow()
})
