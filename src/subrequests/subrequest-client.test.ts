import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { closedPort, startEchoBackend, startRawBackend } from '../../test/support/backend.ts'
import { selfSigned } from '../../test/support/certificates.ts'
import { startHeldBackend } from '../../test/support/held-backend.ts'
import type { Subrequest, SubrequestTarget } from './subrequest.ts'
import { SubrequestClient } from './subrequest-client.ts'

function startClient(): SubrequestClient {
  const client = new SubrequestClient()
  onTestFinished(() => client.close())
  return client
}

function to(
  port: number,
  more: Partial<Omit<Subrequest, 'target'>> & Partial<SubrequestTarget> = {},
): Subrequest {
  const { addresses, host = '127.0.0.1', secure = false, verifies = true, ...rest } = more
  return {
    target: { secure, host, port, addresses, verifies },
    connections: { connectMs: 5_000, most: 10, idleMs: 60_000, requests: 100 },
    method: 'GET',
    path: '/check?x=1',
    fields: ['Host', 'auth.test', 'X-A', '1', 'X-A', '2'],
    body: undefined,
    readMs: 5_000,
    ...rest,
  }
}

test('sends what it is given and gives back the head of the response', async () => {
  const backend = await startEchoBackend('auth', ({ method, url, rawHeaders }, response, body) => {
    response.writeHead(401, {
      'Set-Cookie': ['a=1', 'b=2'],
      'X-Name': 'caf\xe9',
      'X-Request': JSON.stringify({ method, url, rawHeaders, body }),
    })
    response.end('x')
  })
  const outcome = await startClient().send(to(backend.port, { method: 'POST', body: Buffer.from('hello') }))
    .outcome
  expect(outcome).toMatchObject({ status: 401 })
  const { fields } = outcome as { fields: ReadonlyMap<string, readonly string[]> }
  expect(fields.get('set-cookie')).toEqual(['a=1', 'b=2'])
  expect(fields.get('x-name')).toEqual(['caf\xe9'])
  const request = JSON.parse(fields.get('x-request')![0]!)
  expect(request).toMatchObject({ method: 'POST', url: '/check?x=1', body: 'hello' })
  expect(request.rawHeaders.join('|')).toMatch(/^host\|auth\.test\|.*X-A\|1\|X-A\|2/)
})

test.each([
  ['a refused connection', async () => to(await closedPort()), 'connect-failed'],
  ['a name that does not exist', async () => to(80, { host: 'nowhere.invalid' }), 'connect-failed'],
  ['no addresses', async () => to(80, { addresses: [] }), 'connect-failed'],
  [
    'a response that does not come',
    async () => to((await startHeldBackend()).port, { readMs: 50 }),
    'timeout',
  ],
  [
    'something that is no HTTP',
    async () => to((await startRawBackend(socket => socket.end('garbage\r\n\r\n'))).port),
    'broken',
  ],
  [
    'a head that is too long',
    async () =>
      to(
        (await startRawBackend(socket => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)))
          .port,
      ),
    'broken',
  ],
  ['a field that can not be sent', async () => to(80, { fields: ['X-A', 'a\r\nb'] }), 'broken'],
])('fails for %s', async (_what, request, failure) => {
  expect(await startClient().send(await request()).outcome).toMatchObject({ failure })
})

test('does not take a 1xx for the response, and does not wait for the body', async () => {
  const backend = await startRawBackend(socket =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  )
  expect(await startClient().send(to(backend.port)).outcome).toMatchObject({ status: 204 })
  const slow = await startRawBackend(socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'))
  expect(await startClient().send(to(slow.port)).outcome).toMatchObject({ status: 200 })
})

test('closes a connection whose body goes on and on', async () => {
  const closed = Promise.withResolvers<void>()
  const backend = await startRawBackend(socket => {
    socket.on('close', closed.resolve)
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    socket.write(`20000\r\n${'x'.repeat(0x20000)}\r\n`)
  })
  expect(await startClient().send(to(backend.port)).outcome).toMatchObject({ status: 200 })
  await closed.promise
})

test('keeps connections, and closes them after so many requests', async () => {
  const backend = await startEchoBackend()
  const client = startClient()
  const connections = { connectMs: 5_000, most: 10, idleMs: 60_000, requests: 2 }
  for (let i = 0; i < 4; i++) await client.send(to(backend.port, { connections })).outcome
  expect(backend.connections).toHaveLength(2)
  for (let i = 0; i < 2; i++)
    await client.send(to(backend.port, { connections: { ...connections, idleMs: 0 } })).outcome
  expect(backend.connections).toHaveLength(4)
})

test('asks the addresses in turn and the next where one refuses', async () => {
  const first = await startEchoBackend()
  const second = await startEchoBackend()
  const addresses = [first, second].map(({ port }) => ({ address: '127.0.0.1', port }))
  const client = startClient()
  for (let i = 0; i < 2; i++) await client.send(to(80, { addresses })).outcome
  expect([first.connections.length, second.connections.length]).toEqual([1, 1])
  const dead = { address: '127.0.0.1', port: await closedPort() }
  for (let i = 0; i < 2; i++)
    expect(await client.send(to(80, { addresses: [dead, addresses[0]!] })).outcome).toMatchObject({
      status: 200,
    })
})

test('repeats what may be repeated once where a connection broke, and nothing else', async () => {
  let count = 0
  const backend = await startRawBackend(socket => {
    count++
    socket.once('data', () => socket.destroy())
  })
  const client = startClient()
  expect(await client.send(to(backend.port)).outcome).toMatchObject({ failure: 'broken' })
  expect(count).toBe(2)
  expect(await client.send(to(backend.port, { method: 'POST' })).outcome).toMatchObject({ failure: 'broken' })
  expect(count).toBe(3)
})

test('lets so many wait for a target and refuses more', async () => {
  const held = await startHeldBackend()
  const client = startClient()
  const pending = Array.from({ length: 1024 }, () => client.send(to(held.port)))
  expect(await client.send(to(held.port)).outcome).toMatchObject({ failure: 'busy' })
  for (const { abandon } of pending) abandon()
  for (const { outcome } of pending) expect(await outcome).toMatchObject({ failure: 'abandoned' })
})

test('gives up what nobody waits for, before and after it was sent', async () => {
  const held = await startHeldBackend()
  const client = startClient()
  const connections = { connectMs: 5_000, most: 1, idleMs: 60_000, requests: 100 }
  const sent = client.send(to(held.port, { connections }))
  const response = await held.nextRequest()
  const waiting = client.send(to(held.port, { connections }))
  const closed = new Promise(resolve => response.once('close', resolve))
  waiting.abandon()
  sent.abandon()
  expect(await waiting.outcome).toMatchObject({ failure: 'abandoned' })
  expect(await sent.outcome).toMatchObject({ failure: 'abandoned' })
  await closed
})

test('fails what is under way when it is closed', async () => {
  const held = await startHeldBackend()
  const client = new SubrequestClient()
  const { outcome } = client.send(to(held.port))
  await held.nextRequest()
  await client.close()
  expect(await outcome).toHaveProperty('failure')
  expect(await client.send(to(held.port)).outcome).toMatchObject({ failure: 'connect-failed' })
})

test('asks a TLS target for its own name and expects it in the certificate, whatever the Host field says', async () => {
  const { certPem: cert, keyPem: key } = await selfSigned('mirror.test')
  const trusted = getCACertificates('default')
  setDefaultCACertificates([cert])
  onTestFinished(() => setDefaultCACertificates(trusted))
  const asked: (string | false | null)[] = []
  const server = createServer({ cert, key }, socket => {
    asked.push(socket.servername)
    socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const send = (host: string, field: string) =>
    startClient().send(
      to(port, { host, secure: true, addresses: [{ address: '127.0.0.1', port }], fields: ['Host', field] }),
    ).outcome
  expect(await send('mirror.test', 'other.test')).toMatchObject({ status: 204 })
  for (const host of ['other.test', '127.0.0.1'])
    expect(await send(host, 'mirror.test')).toMatchObject({ failure: 'connect-failed' })
  expect(asked).toEqual(['mirror.test'])
})
