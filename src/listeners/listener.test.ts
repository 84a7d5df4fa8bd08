// Accepting connections: addresses, ports that are taken, and the moments between accepting and closing.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../../test/support/certificates.ts'
import { rawClient } from '../../test/support/raw-client.ts'
import type { ConnectionFacts } from '../http/client-stream.ts'
import { Counters } from '../metrics/counters.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { ConnectionLimit } from './connection-limit.ts'
import type { CertificatePair, HandshakePlan, HandshakeProfile } from './handshake-plan.ts'
import { createHttpListener, createHttpsListener } from './listener.ts'
import { defaultListenerSettings, type ListenerContext, type OpenConnection } from './listener-context.ts'

interface TestContext extends ListenerContext {
  readonly accepted: ConnectionFacts[]
  readonly counters: Counters
}

/** A context whose connections are remembered by what is known of them. */
function createContext(maxConnections = Infinity): TestContext {
  const deadlines = new Deadlines()
  const accepted: ConnectionFacts[] = []
  const counters = new Counters()
  const connections = new Set<OpenConnection>()
  onTestFinished(() => {
    for (const connection of connections) connection.destroy()
    deadlines.close()
  })
  return {
    deadlines,
    ...defaultListenerSettings,
    connections,
    draining: false,
    limit: new ConnectionLimit(maxConnections, counters),
    counters,
    onProblem: message => {
      throw new Error(message)
    },
    accepted,
    openStream: stream => {
      accepted.push(stream.connection)
      return {
        onRequest: () => stream.abort(),
        onRequestBody: () => true,
        onRequestEnd: () => {},
        onRequestFlush: () => {},
        onClientDrain: () => {},
        onClientAbort: () => {},
        onRequestRefused: () => {},
      }
    },
  }
}

/** Everybody gets the same certificate. */
function planFor(defaultPair: CertificatePair): HandshakePlan {
  const everyday: HandshakeProfile = {
    key: '',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: undefined,
    prefersServerCiphers: true,
    protocols: ['http/1.1'],
    resumptionSeconds: 60,
    defaultPair,
    sniCallback: (_name, done) => done(null),
    stapleFor: () => undefined,
    clientTrust: undefined,
  }
  return { everyday, replacements: 0, choose: undefined }
}

test('picks a free port for 0 and says which', async () => {
  const context = createContext()
  const listener = await createHttpListener('127.0.0.1', 0, context)
  onTestFinished(() => listener.close())
  expect(listener.address).toBe(`127.0.0.1:${listener.port}`)

  const client = await rawClient(listener.port)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await client.untilClosed()
  expect(context.accepted).toMatchObject([
    { clientAddress: '127.0.0.1', secure: false, localPort: listener.port },
  ])
})

test('puts IPv6 addresses in brackets, and shows IPv4 clients of an IPv6 listener by their IPv4 address', async () => {
  const context = createContext()
  const listener = await createHttpListener('::', 0, context)
  onTestFinished(() => listener.close())
  expect(listener.address).toBe(`[::]:${listener.port}`)

  const client = await rawClient(listener.port)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await client.untilClosed()
  expect(context.accepted[0]?.clientAddress).toBe('127.0.0.1')
})

test('rejects when the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  await expect(createHttpListener('127.0.0.1', port, createContext())).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('survives a handshake that ends after the listener was closed', async () => {
  const { certPem, keyPem } = await selfSigned('a.test')
  const context = createContext()
  const listener = await createHttpsListener('127.0.0.1', 0, context, planFor({ certPem, keyPem }))
  const socket = connect({ host: '127.0.0.1', port: listener.port })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  // The connection has been accepted once a later one has been served.
  const later = await rawClient(listener.port)
  later.socket.end('no handshake')
  await later.untilClosed()

  listener.close()
  context.draining = true
  const secure = connectTls({ socket, rejectUnauthorized: false })
  secure.on('error', () => {})

  await once(secure, 'close')
  expect(context.accepted).toEqual([])
})

test('closes connections beyond the limit at once, TLS or not, and takes new ones when others have gone', async () => {
  const context = createContext(2)
  const http = await createHttpListener('127.0.0.1', 0, context)
  const https = await createHttpsListener('127.0.0.1', 0, context, planFor(await selfSigned('a.test')))
  onTestFinished(() => {
    http.close()
    https.close()
  })

  const first = await rawClient(http.port)
  const second = connectTls({ port: https.port, host: '127.0.0.1', rejectUnauthorized: false })
  onTestFinished(() => void second.destroy())
  await once(second, 'secureConnect')
  expect(await (await rawClient(http.port)).untilClosed()).toBe('')
  expect(await (await rawClient(https.port)).untilClosed()).toBe('')
  expect([context.limit.open, context.counters.connectionsDropped]).toEqual([2, 2])

  first.socket.destroy()
  second.destroy()
  // Asked until the listener, too, has seen that they are gone.
  while (context.counters.connectionsAccepted === 2) {
    const client = await rawClient(http.port)
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await client.untilClosed()
  }
})
