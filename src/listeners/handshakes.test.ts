// Handshakes that come to nothing must leave nothing behind.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../../test/support/certificates.ts'
import type { HandshakeProfile } from './handshake-plan.ts'
import { Handshakes } from './handshakes.ts'

/** A port where every connection begins a handshake, which may take `timeoutMs`. */
async function listen(timeoutMs: number): Promise<number> {
  const pair = await selfSigned('a.test')
  const everyday: HandshakeProfile = {
    key: 'everyday',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: undefined,
    prefersServerCiphers: true,
    protocols: ['http/1.1'],
    resumptionSeconds: 0,
    defaultPair: pair,
    sniCallback: (_name, done) => done(null, createSecureContext({ cert: pair.certPem, key: pair.keyPem })),
    stapleFor: () => undefined,
    clientTrust: undefined,
  }
  const handshakes = new Handshakes(
    { everyday, replacements: 0, choose: undefined },
    { allowHalfOpen: true },
    socket => socket.resume(),
    timeoutMs,
  )
  const begin = (socket: Socket) => handshakes.begin(socket, everyday)
  const server = createServer({ allowHalfOpen: true }, begin).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

/** The head of a record and of a ClientHello of 252 bytes, of which none follow. */
const beginning = Buffer.from([22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3])

test.each([
  ['says nothing', Buffer.alloc(0)],
  ['stops within its ClientHello', beginning],
  ['sends an empty record', Buffer.from([22, 3, 1, 0, 0])],
])('a client that %s is closed when its time is over', async (_does, bytes) => {
  const socket = open(await listen(50))
  if (bytes.length > 0) socket.write(bytes)
  await once(socket, 'close')
  expect(socket.destroyed).toBe(true)
})

test('a client gains no time by sending byte after byte', async () => {
  const socket = open(await listen(200))
  socket.write(beginning)
  const trickle = setInterval(() => socket.write(Buffer.of(1)), 20)
  onTestFinished(() => clearInterval(trickle))
  // A byte that arrives after the end is answered with a reset.
  socket.on('error', () => {})
  await new Promise(resolve => socket.once('close', resolve))
  expect(socket.bytesWritten).toBeLessThan(100)
})

test('a client that closes its side within its handshake is closed at once', async () => {
  const socket = open(await listen(60_000))
  socket.end(beginning)
  await once(socket, 'close')
  expect(socket.destroyed).toBe(true)
})

test('a client gets no second handshake on its connection', async () => {
  const port = await listen(5_000)
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  const error = await new Promise(resolve => {
    socket.on('error', resolve)
    socket.renegotiate({ rejectUnauthorized: false }, resolve)
  })
  expect(String(error)).toMatch(/renegotiation/)
})
