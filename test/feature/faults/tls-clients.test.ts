// What TLS clients do wrong or oddly: names, pieces, old versions, garbage, and certificates swapped under their hands.
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect, createSecureContext, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { CertifiedKey } from '../../../src/certificates/sign.ts'
import { askOver } from '../../support/ask-over.ts'
import { startEchoBackend } from '../../support/backend.ts'
import { selfSigned } from '../../support/certificates.ts'
import { configMapText, documents, ingressText, secretText } from '../../support/manifest-text.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../../support/proxy.ts'
import { serving } from '../../support/serving.ts'

let pairs: CertifiedKey[]

beforeAll(async () => {
  pairs = await Promise.all([0, 1].map(index => selfSigned('a.com', `${index}.a.com`)))
})

async function startTlsProxy(options: Partial<TestProxyOptions> = {}): Promise<TestProxy> {
  const { address } = await startEchoBackend()
  const [, service] = serving('a.com', address).split('---\n')
  const tls = [{ hosts: ['a.com'], secretName: 'tls' }]
  const ingress = ingressText({ rules: { 'a.com': ['Prefix / web:80'] }, tls })
  return startProxy({
    ...options,
    files: {
      'a.yaml': documents(ingress, service!),
      'tls.yaml': secretText('tls', pairs[0]!),
      ...options.files,
    },
  })
}

/** The first name of the certificate shown, or the code of the error. */
async function outcome(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  return new Promise(resolve => {
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().subjectaltname!.split(', ')[0]!.replace('DNS:', ''))
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
  })
}

async function stillServes({ httpsPort }: TestProxy): Promise<void> {
  const socket = connect({
    host: '127.0.0.1',
    port: httpsPort,
    servername: 'a.com',
    rejectUnauthorized: false,
  })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  expect(await askOver(socket, 'a.com')).toContain('200 OK')
}

/** The bytes of a ClientHello for a name. */
async function clientHello(servername: string): Promise<Buffer> {
  const { Duplex } = await import('node:stream')
  return new Promise(resolve => {
    const wire = new Duplex({ read() {}, write: (chunk: Buffer) => resolve(chunk) })
    const socket: TLSSocket = connect({ socket: wire, servername, secureContext: createSecureContext() })
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
  })
}

async function openRaw(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket.setNoDelay(true)
}

describe('server names', () => {
  test('in any case, with a dot, unknown, endless or not of a host get a certificate, never an exception', async () => {
    const proxy = await startTlsProxy()
    const rows: [name: string, certificate: string][] = [
      ['A.COM', 'a.com'],
      ['a.com.', 'a.com'],
      ['b.a.com', 'b.a.com'],
      [`${'x'.repeat(64)}.com`, 'localhost'],
      [`${'x.'.repeat(127)}x`, 'localhost'],
      ['a..com', 'localhost'],
      ['-a.com', 'localhost'],
      ['ä.com', 'localhost'],
      ['a b.com', 'localhost'],
      ['*.com', '*.com'],
      ['', 'localhost'],
    ]
    const real = rows.map(async ([servername]) => [
      servername,
      await outcome(proxy.httpsPort, { servername }),
    ])
    expect(Object.fromEntries(await Promise.all(real))).toEqual(Object.fromEntries(rows))
    expect(proxy.notices).toEqual([])
    await stillServes(proxy)
  })
})

test.each([
  ['is not looked at', {}],
  ['is looked at first', { 'ssl-reject-handshake': 'true' }],
])('a ClientHello byte by byte is the same as one in a piece, where it %s', async (_, data) => {
  const proxy = await startTlsProxy({
    files: { 'config.yaml': configMapText('config', data) },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
  const socket = await openRaw(proxy.httpsPort)
  const answer = once(socket, 'data')
  for (const byte of await clientHello('a.com')) socket.write(Buffer.of(byte))
  const [record] = (await answer) as [Buffer]
  // A handshake record with a ServerHello (RFC 8446 §4, §5.1).
  expect([record[0], record[5]]).toEqual([22, 2])
})

test('versions below TLS 1.2 are refused with an alert', async () => {
  const proxy = await startTlsProxy()
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  expect(await outcome(proxy.httpsPort, { servername: 'a.com', ...old })).toMatch(/PROTOCOL_VERSION/)
  await stillServes(proxy)
})

test.each<[string, Buffer]>([
  ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: a.com\r\n\r\n')],
  ['noise', Buffer.alloc(600, 0xa5)],
  ['a record longer than any may be', Buffer.from([22, 3, 1, 0xff, 0xff, 1, 2, 3])],
  ['a ClientHello that lies about its length', Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 0, 0])],
])('%s on the TLS port ends the connection, and no other', async (_, bytes) => {
  const proxy = await startTlsProxy()
  const socket = await openRaw(proxy.httpsPort)
  socket.resume().write(bytes)
  await once(socket, 'close')
  await stillServes(proxy)
})

test('clients that leave in the middle of a handshake leave nothing behind', async () => {
  const proxy = await startTlsProxy()
  const hello = await clientHello('a.com')
  const leaving = Array.from({ length: 50 }, async (_, index) => {
    const socket = await openRaw(proxy.httpsPort)
    socket.write(hello.subarray(0, (index * 11) % hello.length))
    if (index % 2 === 0) socket.resetAndDestroy()
    else socket.destroy()
  })
  await Promise.all(leaving)
  await stillServes(proxy)
  expect(proxy.notices).toEqual([])
})

test('handshakes while certificates are swapped get one of them whole, never an error', async () => {
  const proxy = await startTlsProxy()
  const seen = new Set<string>()
  let isOver = false
  const shaking = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const socket = connect({
        host: '127.0.0.1',
        port: proxy.httpsPort,
        servername: 'a.com',
        rejectUnauthorized: false,
      })
      // Fails when the pair is mixed: what the key signs must verify by the certificate, trusted or not.
      await once(socket, 'secureConnect')
      seen.add(socket.getPeerCertificate().subjectaltname!)
      socket.destroy()
    }
  })
  for (let swap = 1; swap <= 10; swap++) {
    const next = proxy.nextChange()
    await proxy.manifests.replace('tls.yaml', secretText('tls', pairs[swap % 2]!))
    await next
  }
  isOver = true
  await Promise.all(shaking)
  expect([...seen].sort()).toEqual(['DNS:a.com, DNS:0.a.com', 'DNS:a.com, DNS:1.a.com'])
})
