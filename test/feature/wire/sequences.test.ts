// Conversations of several steps that are used to bring two sides out of step. Others of their kind stand with what they are
// about: streaming.test.ts (early answers), failures.test.ts (idle connections), upgrade.test.ts (refused upgrades).
import { expect, test } from 'vitest'
import { startProxy } from '../../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../../support/raw-backend.ts'
import { rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'
import { ask } from './own-request.ts'
import { readMessages } from './read-messages.ts'
import { smuggled } from './vector.ts'
import { startWireBackend, targetOf } from './wire-backend.ts'

test('S01: a body that its backend does not read never becomes the next request', async () => {
  const backend = await startWireBackend({ answersEarly: true })
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const [client, neighbour] = [await rawClient(proxy.httpPort), await rawClient(proxy.httpPort)]

  client.send(`POST /early HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${smuggled.length}\r\n\r\n`)
  await client.until(text => text.endsWith('served /early'))
  const own = await ask(neighbour)
  client.send(smuggled)
  const next = await ask(client)

  const { whole } = await backend.take()
  expect(whole.map(({ line }) => targetOf(line))).toEqual([own, next])
})

test('S05: the client sees one 100 Continue, however many its backend sends', async () => {
  const again = 'HTTP/1.1 100 Continue\r\n\r\n'
  const backend = await startRecordingBackend((socket, received) => {
    if (received.endsWith('hello')) socket.write(again + again + okResponse('done'))
  })
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')
  await client.until(text => text === again)
  client.send('hello')

  const { whole } = readMessages(await client.until(text => text.endsWith('done')))
  expect(whole.map(({ line }) => line)).toEqual(['HTTP/1.1 100 Continue', 'HTTP/1.1 200 OK'])
})

test('S13: a thousand pipelined requests go out one at a time and are answered in order', async () => {
  let [index, inFlight, most] = [0, 0, 0]
  const backend = await startRecordingBackend(socket => {
    most = Math.max(most, ++inFlight)
    setImmediate(() => {
      inFlight--
      socket.write(okResponse(`<${index++}>`))
    })
  })
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  const numbers = Array.from({ length: 1_000 }, (_, i) => i)

  client.send(numbers.map(i => `GET /${i} HTTP/1.1\r\nHost: a.test\r\n\r\n`).join(''))

  const { whole } = readMessages(await client.until(text => text.endsWith('<999>')))
  expect(whole.map(({ body }) => body)).toEqual(numbers.map(i => `<${i}>`))
  expect(readMessages(backend.received).whole.map(({ line }) => targetOf(line))).toEqual(
    numbers.map(i => `/${i}`),
  )
  expect(most).toBe(1)
})

test('S07: what a backend says unasked behind its answer reaches nobody', async () => {
  const evil = okResponse('evil')
  const backend = await startAnsweringBackend(
    index => okResponse(`<${index}>`),
    socket => void setImmediate(() => socket.write(evil)),
  )
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  for (let i = 0; i < 20; i++) {
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await client.until(text => text.endsWith(`<${i}>`))
    await backend.until(() => backend.openConnections === 0)
  }
  expect(client.received).not.toContain('evil')
})
